/* For tests of figures: a figure built by its name, and what its picture was told.
 * The one thing to know: nothing is drawn; gnuplot has tests of its own (test_gnuplot.c, test_drawn.c).
 * Header only, so that every test program stays one file. */
#ifndef TESTS_SHOW_PICTURES_H
#define TESTS_SHOW_PICTURES_H

#include "files.h"
#include "show/figure.h"

static inline int picture_build(const char *figure, const char *dir, Picture *p)
{
    *p = (Picture){0};
    const Figure *f = (const Figure *)(const void *)registry_find(&figures, figure);
    assert_non_null(f);
    return f->build(f, dir, p);
}

static inline const PictureName *name_of(const Picture *p, int what, size_t index)
{
    for (size_t i = 0; i < p->n_names; i++)
        if (p->names[i].what == what && p->names[i].index == index)
            return &p->names[i];
    return NULL;
}

static inline size_t names_of(const Picture *p, int what)
{
    size_t n = 0;
    for (size_t i = 0; i < p->n_names; i++)
        n += p->names[i].what == what;
    return n;
}

#endif
