/* Claims: what textbooks say of deep networks, each with the runs that test it and the judgement that the numbers give.
 * The one thing to know: `measure` reads the runs and fills facts; `judge` sees the facts alone, so that a test can feed it others and see
 * the verdict flip. A claim is one file and one row of claims.def. */
#ifndef CLAIM_CLAIM_H
#define CLAIM_CLAIM_H

#include "claim/facts.h"
#include "claim/table.h"

typedef enum { VERDICT_HOLDS, VERDICT_HOLDS_WHEN, VERDICT_DOES_NOT_HOLD, VERDICT_NOT_MEASURED } VerdictKind;

typedef struct {
    VerdictKind kind;
    Text condition;          /* "holds when": when; "does not hold": what does; "not measured": what it needs. Clauses, no full stop */
    Text sentence;           /* what was found, in one or two sentences with the numbers */
    const Fact *headline;    /* the fact that claims.csv shows; NULL where none was measured */
} Verdict;

/* A run of fathom: a command line without its -o, which is the claim's directory and `name`. %M stands for the MNIST directory. */
typedef struct {
    const char *name, *quick, *full;
} ClaimRun;

/* A picture: `fathom plot` of a run. */
typedef struct {
    const char *run, *figure, *caption;
} ClaimFigure;

/* One measuring of a claim. */
typedef struct {
    const char *directory;   /* the claim's own, in which each run has its directory */
    const char *mnist;       /* NULL where there is none */
    bool full;
} ClaimCase;

enum { CLAIM_RUNS = 8, CLAIM_FIGURES = 4 };

typedef struct {
    const char *id;                     /* "C05" */
    const char *claim;                  /* in our words, one sentence */
    const char *source;                 /* where it is made, and where the prediction is from */
    const char *method;                 /* what is run and measured, and its limits: plain sentences */
    const char *criterion;              /* when the verdict is what */
    const char *needs;                  /* NULL, or what fathom cannot do yet */
    ClaimRun runs[CLAIM_RUNS];          /* up to the first without a name */
    ClaimFigure figures[CLAIM_FIGURES];
    int (*measure)(const ClaimCase *c, Facts *out);   /* 0, or -1 after error() */
    void (*judge)(const Facts *facts, Verdict *out);
} Claim;

/* One `extern const Claim claim_ID;` for each row of claims.def. */
#define CLAIM(id) extern const Claim claim_##id;
#include "claim/claims.def"
#undef CLAIM

extern const Claim *const claim_rows[];
extern const size_t n_claim_rows;

/* NULL where there is none. */
const Claim *claim_find(const char *id);

const char *verdict_name(VerdictKind kind);
void verdict_free(Verdict *v);

/* What every judge ends with. */
void verdict_set(Verdict *v, VerdictKind kind, const Fact *headline);

/* Do some of the claim's runs ask for MNIST; do all of them? Where there is none, the others are run, and `measure` sees mnist == NULL. */
bool claim_needs_mnist(const Claim *claim);
bool claim_needs_only_mnist(const Claim *claim);
bool claim_run_needs_mnist(const ClaimRun *run);

/* The words of a run's command line, quick or full, with MNIST's directory ("DIR" where there is none) put in: "sweep", "-a", …, a NULL
 * behind them; how many. The same as a line for a shell, "fathom sweep …"; both without -o. */
enum { CLAIM_WORDS = 64 };
size_t claim_words(char *words[CLAIM_WORDS], const ClaimRun *run, const ClaimCase *c);
void claim_words_free(char *words[CLAIM_WORDS]);
void claim_command(Text *out, const ClaimRun *run, const ClaimCase *c);

/* A run's directory, and one of its files. */
void claim_path(Text *out, const ClaimCase *c, const char *run);
Table *claim_table(const ClaimCase *c, const char *run, const char *file);

#endif
