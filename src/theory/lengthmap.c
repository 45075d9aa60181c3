/* Fixed points of the length map, interval by interval.
 * The one thing to know: F' = g s - 1 and F'' = g' s + g² s (1 - s), with g = d ln V/d ln q and s = σ_w²V/(σ_w²V + σ_b²): of these only s
 * knows the sigmas. Sources stand in the header. */
#include "theory/lengthmap.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

static const double bottom = -69, top = 69;   /* ln q, where moments are tabulated */
static const double step = 0.25;
static const double none = 1e-11;             /* |F| and |F'| below which they are 0 */
static const double flat = 1e-9;              /* |F''| below which it has no sign */

enum { NODES = 553 };   /* (top - bottom)/step + 1 */

typedef struct {
    double t, ln_v, growth, bend;   /* bend: g' */
} Node;

struct LengthMap {
    MeanField *field;
    RootSolver *solver;
    double sigma_w, sigma_b;
    bool made[NODES];
    Node nodes[NODES];
};

LengthMap *lengthmap_alloc(MeanField *m, RootSolver *solver)
{
    LengthMap *l = mem_alloc(1, sizeof *l);
    l->field = m;
    l->solver = solver;
    for (size_t i = 0; i < NODES; i++)
        l->made[i] = false;
    return l;
}

void lengthmap_free(LengthMap *l)
{
    free(l);
}

void lengthmap_set(LengthMap *l, double sigma_w, double sigma_b)
{
    l->sigma_w = sigma_w;
    l->sigma_b = sigma_b;
}

static Node look(LengthMap *l, double t)
{
    const double h = 1e-3;
    Averages a, low, high;
    meanfield_at(l->field, t, &a);
    meanfield_at(l->field, t - h, &low);
    meanfield_at(l->field, t + h, &high);
    return (Node){t, a.ln_v, a.growth, (high.growth - low.growth) / (2 * h)};
}

/* Node `i`, counted from `bottom`; beyond the table they are not kept. */
static Node node(LengthMap *l, int64_t i)
{
    if (i < 0 || i >= NODES)
        return look(l, bottom + step * (double)i);
    if (!l->made[i]) {
        l->nodes[i] = look(l, bottom + step * (double)i);
        l->made[i] = true;
    }
    return l->nodes[i];
}

/* s: how much of q comes from the weights. */
static double share(const LengthMap *l, double ln_v)
{
    return 1 / (1 + l->sigma_b * l->sigma_b / (l->sigma_w * l->sigma_w) * exp(-ln_v));
}

static double slope(const LengthMap *l, const Node *n)
{
    return n->growth * share(l, n->ln_v) - 1;
}

static double curve(const LengthMap *l, const Node *n)
{
    const double s = share(l, n->ln_v);
    return s * (n->bend + n->growth * n->growth * (1 - s));
}

static double excess(double t, const void *context)
{
    const LengthMap *l = context;
    return meanfield_length(l->field, l->sigma_w, l->sigma_b, t) - t;
}

static double excess_slope(double t, const void *context)
{
    const LengthMap *l = context;
    Averages a;
    meanfield_at(l->field, t, &a);
    return a.growth * share(l, a.ln_v) - 1;
}

static double excess_curve(double t, const void *context)
{
    const double h = 1e-3;
    return (excess_slope(t + h, context) - excess_slope(t - h, context)) / (2 * h);
}

double lengthmap_excess(LengthMap *l, double ln_q) { return excess(ln_q, l); }

static double root(LengthMap *l, double (*f)(double, const void *), double low, double high)
{
    return root_between(l->solver, &(Function){f, l}, low, high).value;
}

/* The root of F between low and high, where its signs differ: Newton's steps, and bisection where they leave the bracket. */
static double root_of_excess(const LengthMap *l, double low, double high, bool falling)
{
    double t = 0.5 * (low + high);
    for (int i = 0; i < 200; i++) {
        Averages a;
        meanfield_at(l->field, t, &a);
        const double s = share(l, a.ln_v), f = a.ln_v + 2 * log(l->sigma_w) - log(s) - t;
        if (isnan(f))
            return NO_NUMBER;
        if ((f > 0) == falling)
            low = t;
        else
            high = t;
        const double newton = t - f / (a.growth * s - 1), next = newton > low && newton < high ? newton : 0.5 * (low + high);
        if (f == 0 || fabs(next - t) <= 1e-15 * fmax(1, fabs(t)))
            return f == 0 ? t : next;
        t = next;
    }
    return t;
}

/* Extrema of F between two nodes, ascending. Two of them can be closer than a step (silu's at its doubly critical point are 0.02 apart), two
 * zeros of F'' hardly: where one lies between and F' is small, it splits F' into monotone pieces. */
enum { MOST_EXTREMA = 2 };
static size_t extrema(LengthMap *l, const Node *a, const Node *b, double out[MOST_EXTREMA])
{
    const double at_a = slope(l, a), at_b = slope(l, b), bent_a = curve(l, a), bent_b = curve(l, b);
    const double most = 4 * fmax(fabs(bent_a), fabs(bent_b)) * (b->t - a->t);
    double cut[3] = {a->t, b->t}, value[3] = {at_a, at_b};
    size_t cuts = 2, n = 0;
    if ((bent_a < 0) != (bent_b < 0) && fmin(fabs(bent_a), fabs(bent_b)) > flat && fmin(fabs(at_a), fabs(at_b)) < most) {
        const double middle = root(l, excess_curve, a->t, b->t);
        if (!isnan(middle)) {
            cut[1] = middle;
            value[1] = excess_slope(middle, l);
            cut[2] = b->t;
            value[2] = at_b;
            cuts = 3;
        }
    }
    for (size_t i = 1; i < cuts; i++)
        if (fabs(value[i - 1]) > none && fabs(value[i]) > none && (value[i - 1] < 0) != (value[i] < 0)) {
            const double at = root(l, excess_slope, cut[i - 1], cut[i]);
            if (!isnan(at))
                out[n++] = at;
        }
    return n;
}

/* A walk over monotone pieces of F, up or down; `before` is F at `from`, 0 where it has no sign. */
typedef struct {
    LengthMap *l;
    double from, before;
    Node last;
    bool started;   /* `last` has F' ≠ 0 */
} Walk;

/* A monotone piece ends at t, where F is `after`; true where it holds a root, or touches 0 at its end. */
static bool piece(Walk *w, double t, double after, bool extremum, LengthRoot *out)
{
    const double from = w->from, before = w->before;
    w->from = t;
    w->before = after;
    if (extremum && fabs(after) <= none) {
        w->before = 0;
        *out = (LengthRoot){t, true};
        return true;
    }
    if (before == 0 || (before < 0) == (after < 0))
        return false;
    *out = (LengthRoot){root_of_excess(w->l, fmin(from, t), fmax(from, t), (before > 0) == (t > from)), false};
    return !isnan(out->ln_q);
}

/* Go on to the next node, piece by piece; how many roots were met, in the order of the walk. */
static size_t go_on(Walk *w, const Node *n, LengthRoot out[MOST_EXTREMA])
{
    double at[MOST_EXTREMA];
    size_t found = 0;
    if (fabs(slope(w->l, n)) <= none)
        return 0;
    if (w->started) {
        const bool up = n->t > w->last.t;
        const size_t count = extrema(w->l, up ? &w->last : n, up ? n : &w->last, at);
        for (size_t i = 0; i < count; i++) {
            const double t = at[up ? i : count - 1 - i];
            found += piece(w, t, excess(t, w->l), true, &out[found]);
        }
    }
    w->last = *n;
    w->started = true;
    return found;
}

/* The nodes that are looked at: Q(q) is above σ_b², and far above it φ's own behaviour is known from the table's end. */
static void range(const LengthMap *l, int64_t *first, int64_t *last)
{
    const double biases = 2 * log(l->sigma_b), most = 8000;
    const double low = l->sigma_b > 0 ? fmin(bottom, biases - 1) : bottom, high = fmax(top, biases + top);
    *first = (int64_t)fmax(floor((low - bottom) / step), -most);
    *last = (int64_t)fmin(ceil((high - bottom) / step), most);
}

size_t lengthmap_roots(LengthMap *l, LengthRoot *out, size_t most)
{
    int64_t first, last;
    size_t n = 0;
    range(l, &first, &last);
    LengthRoot met[MOST_EXTREMA + 1];
    Walk w = {.l = l};
    for (int64_t i = first; i <= last; i++) {
        const Node here = node(l, i);
        if (i == first) {
            w.from = here.t;
            w.before = excess(here.t, l);
            if (fabs(w.before) <= none)
                w.before = 0;   /* q* = 0 is another root, or every q is one */
        }
        size_t found = go_on(&w, &here, met);
        if (i == last)
            found += piece(&w, here.t, excess(here.t, l), false, &met[found]);
        for (size_t k = 0; k < found && n < most; k++)
            out[n++] = met[k];
    }
    return n;
}

/* F at a node, from what is kept there. */
static double excess_at(const LengthMap *l, const Node *n)
{
    const double weights = n->ln_v + 2 * log(l->sigma_w), biases = 2 * log(l->sigma_b), most = fmax(weights, biases);
    return most + log1p(exp(fmin(weights, biases) - most)) - n->t;
}

bool lengthmap_next(LengthMap *l, double ln_q, LengthRoot *out)
{
    int64_t first, last;
    range(l, &first, &last);
    const double drift = excess(ln_q, l), place = (ln_q - bottom) / step;
    *out = (LengthRoot){ln_q, false};
    if (drift == 0 || isnan(drift))
        return drift == 0;
    Walk w = {.l = l, .from = ln_q, .before = drift, .last = look(l, ln_q)};
    w.started = fabs(slope(l, &w.last)) > none;
    const int64_t by = drift > 0 ? 1 : -1;
    for (int64_t i = by > 0 ? (int64_t)floor(place) + 1 : (int64_t)ceil(place) - 1; i >= first && i <= last; i += by) {
        const Node here = node(l, i);
        LengthRoot met[MOST_EXTREMA + 1];
        size_t found = go_on(&w, &here, met);
        const double after = excess_at(l, &here);
        if (found == 0 && fabs(after) > none && (after < 0) != (drift < 0))   /* towards q* = 0 only rounding is left of F */
            found += piece(&w, here.t, after, false, met);
        if (found) {
            *out = met[0];
            return true;
        }
    }
    return false;
}
