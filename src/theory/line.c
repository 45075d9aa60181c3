/* Margins on the line χ₁ = 1, and its points at one σ_b.
 * The one thing to know: margin(t) = C q^p (1 + a q^h + …) in a tail; p and h are halves, C comes from three points four apart.
 * Sources stand in the header. */
#include "theory/line.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

static const double bottom = -69, top = 69;   /* ln q, where moments are known */
static const double step = 0.25;

enum { NODES = 553 };   /* (top - bottom)/step + 1 */

/* Beyond `from`, away from q = 1, the margin is exp(ln_c + p ln q) (1 + a exp(h ln q)). */
typedef struct {
    double from, ln_c, p, a, h;
    bool known;
} Tail;

struct Line {
    MeanField *field;
    RootSolver *solver;
    Tail low, high;
    double ln_b2;   /* of the question in hand */
    bool made[NODES];
    double nodes[NODES];
};

static double by_quadrature(const Line *l, double t)
{
    const Estimate e = meanfield_margin(l->field, exp(t));
    return e.status == STATUS_OK ? e.value : NO_NUMBER;
}

/* Walk from q = 1 (direction -1 or 1) to where the margin falls below `least`, while it is known to 1e-9, and fit the tail from there on. */
static Tail fit(const Line *l, double direction, double least)
{
    Tail tail = {.from = direction * top};
    double t = 0, here = by_quadrature(l, 0);
    while (fabs(t) < top - 6 && !(fabs(here) < least)) {
        t += direction;
        here = by_quadrature(l, t);
    }
    const double apart = -direction * 2 * M_LN2;   /* to q four times nearer to 1 */
    const double next = by_quadrature(l, t + apart), third = by_quadrature(l, t + 2 * apart), power = log(next / here) / apart;
    tail.p = round(2 * power) / 2;
    tail.known = fabs(here) < least && here > 0 && next > 0 && third > 0 && fabs(power - tail.p) < 0.1;
    if (!tail.known)
        return tail;
    /* C (1 + a q^h) at three points */
    const double r0 = here, r1 = next * exp(-tail.p * apart), r2 = third * exp(-2 * tail.p * apart), change = fabs(log(fabs((r2 - r1) / (r1 - r0))) / apart);
    tail.from = t;
    tail.h = -direction * (change > 0.75 ? 1 : 0.5);
    const bool bends = fabs(r1 - r0) > 1e-8 * r0;
    const double c = bends ? r0 + (r0 - r1) / expm1(tail.h * apart) : r0;
    tail.a = (r0 / c - 1) * exp(-tail.h * t);
    tail.ln_c = log(c) - tail.p * t;
    return tail;
}

static double ln_in_tail(const Tail *tail, double t)
{
    return tail->ln_c + tail->p * t + log1p(tail->a * exp(tail->h * t));
}

static const Tail *tail_at(const Line *l, double t)
{
    return l->low.known && t < l->low.from ? &l->low : l->high.known && t > l->high.from ? &l->high : NULL;
}

Line *line_alloc(MeanField *m, RootSolver *solver)
{
    Line *l = mem_alloc(1, sizeof *l);
    l->field = m;
    l->solver = solver;
    for (size_t i = 0; i < NODES; i++)
        l->made[i] = false;
    l->low = fit(l, -1, meanfield_smooth_at_zero(m) ? 1e-12 : 1e-8);
    l->high = fit(l, 1, 1e-6);
    return l;
}

void line_free(Line *l)
{
    free(l);
}

double line_margin(const Line *l, double ln_q)
{
    const Tail *tail = tail_at(l, ln_q);
    return tail ? exp(ln_in_tail(tail, ln_q)) : by_quadrature(l, fmin(fmax(ln_q, bottom), top));
}

/* ln (q · margin/σ_b²), or -1e3 where the margin is not positive: what is compared may be far below 1e-308. */
static double compare(const Line *l, double t, double ln_margin)
{
    return isnan(ln_margin) ? NO_NUMBER : fmax(ln_margin + t - l->ln_b2, -1e3);
}

static double ln_of(double margin)
{
    return margin > 0 ? log(margin) : isnan(margin) ? NO_NUMBER : -HUGE_VAL;
}

static double excess(double t, const void *context)
{
    const Line *l = context;
    const Tail *tail = tail_at(l, t);
    return compare(l, t, tail ? ln_in_tail(tail, t) : ln_of(line_margin(l, t)));
}

static double at_node(Line *l, int64_t i)
{
    const double t = bottom + step * (double)i;
    if (i < 0 || i >= NODES || tail_at(l, t))
        return excess(t, l);
    if (!l->made[i]) {
        l->nodes[i] = line_margin(l, t);
        l->made[i] = true;
    }
    return compare(l, t, ln_of(l->nodes[i]));
}

/* Without biases: where the margin changes its sign. */
static double bare(double t, const void *context)
{
    return line_margin(context, t);
}

bool line_roots(Line *l, double sigma_b, int (*found)(double ln_q, void *user), void *user)
{
    const bool biased = sigma_b > 0;
    const double biases = 2 * log(sigma_b), most = 8000, farthest = 700;
    const double low = biased ? fmin(bottom, biases - 1) : bottom, high = fmin(farthest, biased ? fmax(top, 2 * biases + top) : top);
    const int64_t first = (int64_t)fmax(floor((low - bottom) / step), -most), last = (int64_t)fmin(ceil((high - bottom) / step), most);
    double before = 0, from = low;
    bool blind = biased && 2 * biases + top > farthest;
    l->ln_b2 = biases;
    for (int64_t i = first; i <= last; i++) {
        const double t = bottom + step * (double)i, here = biased ? at_node(l, i) : bare(t, l);
        blind = blind || isnan(here);
        if (isnan(here) || (!biased && fabs(here) < 1e-9))
            continue;
        if (before != 0 && here != 0 && (before < 0) != (here < 0)) {
            const Estimate root = root_between(l->solver, &(Function){biased ? excess : bare, l}, from, t);
            blind = blind || root.status != STATUS_OK;
            if (root.status == STATUS_OK && !found(root.value, user))
                return true;
        }
        before = here;
        from = t;
    }
    return !blind;
}
