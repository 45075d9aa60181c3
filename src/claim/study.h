/* A study: claims measured one after the other, with their figures, and the report of them.
 * The one thing to know: whoever calls it lends the commands (`run`, `plot`), so that a claim's runs are exactly what a person would type.
 * A run that is there already is not run again; nothing that was computed is lost when something later fails. */
#ifndef CLAIM_STUDY_H
#define CLAIM_STUDY_H

#include "claim/claim.h"

/* A claim and what came of it. */
typedef struct {
    const Claim *claim;
    Facts facts;
    Verdict verdict;
    Text commands[CLAIM_RUNS];               /* each with its -o, as the report shows them */
    Text pictures[CLAIM_FIGURES];            /* paths below the study's directory; "" where there is no picture */
    Text missing;                            /* why something is missing: no gnuplot, no MNIST, a disk that was full */
} Outcome;

typedef struct {
    const char *directory;
    const char *mnist;
    const char *selected;                    /* "C05,C07"; NULL: all */
    bool full, quiet;
    void *context;
    int (*run)(void *context, const char *command_line, const char *directory, const char *label);   /* 0, -1 after error() */
    int (*plot)(void *context, const char *directory, const char *figure);   /* an svg into DIRECTORY/figures; 0, 1 it cannot, -1 */
    bool (*stop)(void);
} StudyPlan;

typedef struct {
    const StudyPlan *plan;
    Outcome *outcomes;
    size_t n;
} Study;

/* Run, measure, judge, draw, and write claims.csv, claims.tex, report.md and report.html. 0; -1 after error(), when all that was measured is
 * in the report all the same. */
int study_run(const StudyPlan *plan);

#endif
