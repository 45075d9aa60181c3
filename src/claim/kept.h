/* What a study keeps in its directory besides the runs: what it is, and each claim's facts and verdict.
 * The one thing to know: a claim that is kept whole is in every later report of the same study, so that `--claim C07` does not lose the
 * others, and neither does a Ctrl-C. A verdict of another version of fathom is not taken: its facts may be others. */
#ifndef CLAIM_KEPT_H
#define CLAIM_KEPT_H

#include "claim/study.h"

/* Make or enter the directory: a descriptor to close, which holds its lock. -1 after error(): 2 where it is not a study or one of the other
 * size (`force` makes it this one), 73, 74, 75. */
int kept_open(const StudyPlan *plan);

/* facts.csv and verdict.json of a claim that was measured, into its directory. 73, 74. */
int kept_write(const Outcome *o, const char *directory);

/* The same back. False where they are not there whole, or not of this version. */
bool kept_read(Outcome *o, const char *directory);
bool kept_there(const char *directory);

#endif
