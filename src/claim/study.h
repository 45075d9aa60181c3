/* A study: claims measured one after the other, with their figures, and the report of them.
 * The one thing to know: whoever calls it lends the commands (`run`, `plot`), so that a claim's runs are exactly what a person would type.
 * A run that is there already is not run again; a failure is told, remembered and gone on from, and the report is written in any case. */
#ifndef CLAIM_STUDY_H
#define CLAIM_STUDY_H

#include <stdint.h>

#include "claim/claim.h"

/* A claim and what came of it. */
typedef struct {
    const Claim *claim;
    bool asked;                              /* by --claim; others come from what the directory holds of them */
    bool failed;                             /* its runs or their reading */
    bool fresh;                              /* measured now, not taken from the directory */
    bool without_data;                       /* without its runs on MNIST */
    Facts facts;
    Verdict verdict;
    int64_t networks;                        /* in its runs' networks.csv */
    Text commands[CLAIM_RUNS];               /* each with its -o, as a shell takes it */
    Text plots[CLAIM_FIGURES];               /* the command that draws the picture */
    Text pictures[CLAIM_FIGURES];            /* paths below the study's directory; "" where there is no picture */
    Text absent[CLAIM_FIGURES];              /* then: why; "" where the claim was not measured, and nothing could be drawn */
    bool drawn_tex[CLAIM_FIGURES];           /* the picture is there for LaTeX as well */
    Text trouble;                            /* what else could not be kept, and why */
} Outcome;

/* A run to be carried out. */
typedef struct {
    char *const *words;                      /* "sweep", "-a", …, without -o; a NULL behind the last */
    const char *directory, *label;           /* label: "C05 rates (2 of 28)" */
} StudyRun;

typedef struct {
    const char *directory;
    const char *command;                     /* the line that repeats the study, for a shell */
    const char *mnist;
    const char *selected;                    /* "C05,C07"; NULL: all */
    const Claim *const *claims;              /* those there are */
    size_t n_claims;
    bool full, quiet, force;
    bool tex;                                /* pictures for LaTeX as well, and report.tex */
    void *context;
    int (*run)(void *context, const StudyRun *run);                                              /* 0, -1 after error() */
    int (*plot)(void *context, const char *directory, const char *figure, const char *format);   /* into DIRECTORY/figures; 0, -1 */
    bool (*stop)(void);
} StudyPlan;

typedef struct {
    const StudyPlan *plan;
    Outcome *outcomes;
    size_t n;
    ExitCode code;                           /* of the first failure that was gone on from */
    Text no_gnuplot;                         /* what was said when it was first missed: it is not asked for again */
} Study;

/* Run, measure, judge, draw, and write claims.csv, claims.tex, report.md and report.html (report.tex). 0; 1 after error() when all that was
 * measured is in the report, which names what is missing; -1 after error() without a report: 2, 73, 74, 75. */
int study_run(const StudyPlan *plan);

#endif
