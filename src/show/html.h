/* HTML: text put into a page so that it stays text, and a gnuplot picture put in whole.
 * The one thing to know: everything that is not a literal of fathom's own goes through html_text, in elements and attributes alike; a picture
 * is copied tag by tag, and only what gnuplot's svg terminal is known to write gets through. */
#ifndef SHOW_HTML_H
#define SHOW_HTML_H

#include <stdbool.h>

#include "base/text.h"

/* Escaped & < > " ' and cleaned of control characters and broken UTF-8 (label_clean). */
void html_text(Text *out, const char *s);

/* Escaped pieces between literals: each %s of `format` takes the next text, escaped. No other conversion is known. */
void html_put(Text *out, const char *format, ...);

/* A picture in the page: `svg` is the file's text. Its own title and description are replaced by these, its size by its view box, and `prefix`
 * goes before every id, since gnuplot uses the same ones in each file. False, with `out` as it was, where it is not a picture of gnuplot's. */
bool html_picture(Text *out, const char *svg, const char *prefix, const char *title, const char *description);

#endif
