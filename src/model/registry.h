/* Registries: everything one can choose is a row of a table, and every row begins with a Named.
 * The one thing to know: a row may take one number after a colon (`leaky-relu:0.1`); its canonical text drops the default.
 * After GSL's type rows. */
#ifndef MODEL_REGISTRY_H
#define MODEL_REGISTRY_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* A number that was not given, or does not apply. */
#define NOT_GIVEN ((double)NAN)

typedef struct {
    const char *name;
    const char *alias;          /* another accepted spelling, or NULL */
    const char *parameter;      /* the name of the number after the colon, NULL where it takes none */
    double standard;            /* its default; NOT_GIVEN: the user must give it */
    double lowest, highest;     /* its range */
    bool learned;               /* it changes in training */
    const char *formula;        /* plain text, for `fathom list` */
    const char *about;          /* one line, with its source */
    bool bare;                  /* its number alone names it: `1024`, not `fixed:1024`; at most one row of a table */
} Named;

/* `rows` points to `count` rows of `stride` bytes, a Named first in each. */
typedef struct {
    const char *noun;           /* "activation", as errors say it */
    const char *plural;         /* "activations", as `fathom list` says it */
    const void *rows;
    size_t count, stride;
} Registry;

/* A row, and the number that came with it (NOT_GIVEN where the row takes none). */
typedef struct {
    const Named *row;
    double parameter;
} Choice;

const Named *registry_row(const Registry *r, size_t index);
const Named *registry_find(const Registry *r, const char *name);   /* by name or alias, NULL when there is none */

/* Read `name` or `name:number`, or a number where a row is known by its number alone. An unknown name fails with the nearest one, or the list; exit code 2. */
int registry_choose(const Registry *r, const char *word, Choice *choice);

/* The canonical text: the row's name, its parameter only where it is not the default; of a bare row the number. */
void choice_text(Text *out, Choice choice);

#endif
