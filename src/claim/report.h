/* The report of a study: claims.csv, claims.tex, report.md and a report.html that needs nothing else.
 * The one thing to know: it says what the outcomes say and computes nothing; every text is escaped where it is put in.
 * All four files are functions of the outcomes alone: no dates, no machine. */
#ifndef CLAIM_REPORT_H
#define CLAIM_REPORT_H

#include "claim/study.h"

/* 0, or -1 after error() 73, 74. */
int report_write(const Study *study);

#endif
