/* The report of a study: claims.csv, claims.tex, report.md and a report.html that needs nothing else; report.tex where it is asked for.
 * The one thing to know: it says what the outcomes say and computes nothing; every text is escaped where it is put in.
 * All files are functions of the outcomes and pictures alone: no dates, no machine. */
#ifndef CLAIM_REPORT_H
#define CLAIM_REPORT_H

#include "claim/study.h"

/* All files, each whole or as it was before. 0, or -1 after error() 73, 74. */
int report_write(const Study *study);

/* Each of them as text. */
void report_csv(Text *out, const Study *s);
void report_html(Text *out, const Study *s);
void report_md(Text *out, const Study *s);
void report_claims_tex(Text *out, const Study *s);   /* a longtable for an article */
void report_tex(Text *out, const Study *s);          /* an article with it and the pictures */

#endif
