/* Marks: collecting, edges, names.
 * The one thing to know: values are told apart exactly; they are the grid's own. */
#include "show/marks.h"

#include <math.h>
#include <stdio.h>

#include "base/mem.h"

void marks_add(Marks *m, double x)
{
    size_t at = m->n;
    for (size_t i = 0; i < m->n; i++)
        if (m->values[i] == x)
            return;
    m->values = mem_resize(m->values, m->n + 1, sizeof *m->values);
    for (; at > 0 && m->values[at - 1] > x; at--)
        m->values[at] = m->values[at - 1];
    m->values[at] = x;
    m->n++;
}

size_t marks_find(const Marks *m, double x)
{
    size_t i = 0;
    while (m->values[i] != x)
        i++;
    return i;
}

double marks_edge(const Marks *m, size_t i, bool upper)
{
    if (m->n < 2)
        return m->values[i] + (upper ? 0.5 : -0.5);
    const bool at_end = upper ? i + 1 == m->n : i == 0;
    const size_t other = at_end == upper ? i - 1 : i + 1;
    const double half = fabs(m->values[other] - m->values[i]) / 2;
    return upper ? m->values[i] + half : m->values[i] - half;
}

void marks_name(const Marks *m, Picture *p, bool log, double apart)
{
    enum { FEW = 6 };
    double nearest = HUGE_VAL;
    for (size_t i = 1; i < m->n; i++)
        nearest = fmin(nearest, m->values[i] - m->values[i - 1]);
    for (size_t i = 0; nearest > apart && m->n <= FEW && i < m->n; i++) {
        char word[32];
        snprintf(word, sizeof word, "%.4g", log ? pow(10, m->values[i]) : m->values[i]);
        picture_tick(p, m->values[i], word);
    }
}
