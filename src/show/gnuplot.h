/* gnuplot: find it, run a fixed script in a private room, and believe a picture only when its file ends as it should.
 * The one thing to know: gnuplot exits 0 on a full disk, so status, standard error and the end of the file are all checked.
 * What is user text goes in as an argument or as a cell of names.tsv, never into the script. */
#ifndef SHOW_GNUPLOT_H
#define SHOW_GNUPLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "model/registry.h"

/* A row of `formats`: what a picture can be. */
typedef struct {
    Named named;
    const char *output;      /* what gnuplot writes is the figure's name and this */
    const char *ending;      /* how that file must end */
    const char *second;      /* a file it writes besides, or NULL */
    const char *suffix;      /* what the picture is called in the end */
    bool terminal;           /* printed, not kept */
    bool latex;              /* texts are LaTeX source */
} Format;

extern const Registry formats;

/* The path of a gnuplot of version 5.4 or later: FATHOM_GNUPLOT, else gnuplot in PATH. To be freed; NULL after error() 69,
 * which ends with `rerun`, the command that finishes the work. */
char *gnuplot_find(const char *rerun);

enum { GNUPLOT_ARGUMENTS = 9 };   /* as many as `gnuplot -c` hands on */

typedef struct {
    const char *name;                          /* of the figure, a row of the figures' registry */
    const char *script;                        /* in scripts/figures */
    const char *words[GNUPLOT_ARGUMENTS - 2];  /* ARG3 …; NULL ends them. ARG1 is the format, ARG2 the file to write */
    const Text *data;                          /* data.csv, numbers */
    const Text *names;                         /* names.tsv: index, text */
    double seconds;                            /* the limit */
} Drawing;

/* Draw into `folder` (for a terminal format: print on standard output; folder may be NULL). The picture's path is put into
 * `made`. 0, or -1 after error(): 73 or 74, and 66 where the script is missing. */
int gnuplot_draw(const char *gnuplot, const Drawing *d, const Format *f, const char *folder, Text *made);

#endif
