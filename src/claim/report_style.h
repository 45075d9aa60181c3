/* The page's look and its script, as lines.
 * The one thing to know: the script only adds (sorting, copying, opening what print should show); the page is whole without it. Its hash
 * stands in the page's policy, so that no other script runs: a test works it out again. */
#ifndef CLAIM_REPORT_STYLE_H
#define CLAIM_REPORT_STYLE_H

extern const char *const report_style[];    /* NULL-terminated, each a line */
extern const char *const report_script[];
extern const char report_script_hash[];     /* sha256, base64, of the script's lines with their ends */

#endif
