/* Tables: Chebyshev panels, filled when first touched.
 * The one thing to know: nodes are Chebyshev points of the first kind, inside the panel, so neighbours share none.
 * Coefficients by the discrete cosine sum, values by Clenshaw's recurrence (Clenshaw 1955). */
#include "num/cheb.h"

#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

enum { NODES = 20, EMPTY = -1 };

struct Cheb {
    double low, width;
    size_t panels, functions;
    ChebFill fill;
    void *context;
    int *state;             /* of each panel: EMPTY, or a Status */
    double *coefficients;   /* panels × functions × NODES */
    double cosine[NODES][NODES];
};

Cheb *cheb_alloc(double low, double high, double width, size_t functions, ChebFill fill, void *context)
{
    if (!(high > low) || !(width > 0) || functions > CHEB_FUNCTIONS)
        BUG("shape of a table");
    Cheb *t = mem_alloc(1, sizeof *t);
    t->low = low;
    t->panels = (size_t)ceil((high - low) / width);
    t->width = (high - low) / (double)t->panels;
    t->functions = functions;
    t->fill = fill;
    t->context = context;
    t->state = mem_alloc(t->panels, sizeof *t->state);
    t->coefficients = mem_doubles(t->panels * functions * NODES);
    for (int k = 0; k < NODES; k++)
        for (int j = 0; j < NODES; j++)
            t->cosine[k][j] = cos(M_PI * k * (j + 0.5) / NODES);
    cheb_forget(t);
    return t;
}

void cheb_free(Cheb *t)
{
    if (!t)
        return;
    free(t->state);
    free(t->coefficients);
    free(t);
}

void cheb_forget(Cheb *t)
{
    for (size_t i = 0; i < t->panels; i++)
        t->state[i] = EMPTY;
}

static void fill_panel(Cheb *t, size_t panel)
{
    double value[NODES][CHEB_FUNCTIONS];
    Status status = STATUS_OK;
    for (int j = 0; j < NODES; j++)
        status = status_worse(status, t->fill(t->low + t->width * ((double)panel + 0.5 + 0.5 * t->cosine[1][j]), value[j], t->context));
    for (size_t f = 0; f < t->functions; f++)
        for (int k = 0; k < NODES; k++) {
            double total = 0;
            for (int j = 0; j < NODES; j++)
                total += value[j][f] * t->cosine[k][j];
            t->coefficients[(panel * t->functions + f) * NODES + (size_t)k] = total * (k ? 2.0 : 1.0) / NODES;
        }
    t->state[panel] = (int)status;
}

static double clenshaw(const double *c, double x)
{
    double b1 = 0, b2 = 0;
    for (int k = NODES - 1; k > 0; k--) {
        const double b = 2 * x * b1 - b2 + c[k];
        b2 = b1;
        b1 = b;
    }
    return x * b1 - b2 + c[0];
}

Status cheb_at(Cheb *t, double x, double *out)
{
    const double place = (x - t->low) / t->width;
    const double end = (double)t->panels;
    Status status = STATUS_NAN;
    size_t panel = 0;
    if (place >= 0 && place <= end) {
        panel = place < end ? (size_t)place : t->panels - 1;
        if (t->state[panel] == EMPTY)
            fill_panel(t, panel);
        status = (Status)t->state[panel];
    }
    for (size_t f = 0; f < t->functions; f++)
        out[f] = status == STATUS_OK
                     ? clenshaw(t->coefficients + (panel * t->functions + f) * NODES, 2 * (place - (double)panel) - 1)
                     : NO_NUMBER;
    return status;
}
