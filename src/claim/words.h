/* Words of the report that every format says alike: the answer, what is missing, the method.
 * The one thing to know: they are made from the outcomes; a claim that a span names is a link where there are links.
 * Plain UTF-8 throughout: whoever writes a format escapes it. */
#ifndef CLAIM_WORDS_H
#define CLAIM_WORDS_H

#include "claim/study.h"

#define WORDS_TITLE "Why deep networks are hard to train"

typedef struct {
    Text text;
    const Claim *claim;   /* NULL: no link */
} Span;

typedef struct {
    Span *spans;
    size_t n;
} Prose;

void prose_free(Prose *p);

/* The answer, one paragraph in spans that follow each other. */
void words_answer(Prose *out, const Study *s);

/* What is missing, a span an item: its claim, and why. Nothing where all is there. */
void words_missing(Prose *out, const Study *s);

/* The command that could still bring what is missing; false, and nothing, where there is none. */
bool words_go_on(Text *out, const Study *s);

/* How it was measured: a heading and a text each. */
enum { WORDS_METHOD = 5 };
typedef struct {
    const char *heading;
    Text text;
} Method;
void words_method(Method out[WORDS_METHOD], const Study *s);
void words_method_free(Method method[WORDS_METHOD]);

/* The picture that the report opens with; false where there is none at all. */
bool words_opening(const Study *s, const Outcome **o, size_t *figure);

size_t words_count(const Study *s, VerdictKind kind);

/* The order in which a table shows facts: those of one quantity together. */
void words_order(const Facts *f, size_t *order);

#endif
