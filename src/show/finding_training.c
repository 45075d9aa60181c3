/* Findings of training: who learned, how far, and what broke.
 * The one thing to know: a median network that broke has an infinite loss; it "breaks", and is the worst there is.
 * Accuracies within half a percent are the same. */
#include <math.h>

#include "show/finding.h"
#include "show/label.h"

static void put_percent(Text *title, double share)
{
    text_format(title, share > 0.995 && share < 1 ? "%.1f\u00a0%%" : "%.0f\u00a0%%", 100 * share);   /* one that no line ends at */
}

static const CurveEnd *end_at(const Ends *e, size_t i, size_t depth)
{
    return &e->ends[i * e->stride + depth];
}

static bool breaks(const CurveEnd *end)
{
    return !isfinite(end->loss);
}

/* Larger is better. */
static double merit(const Ends *e, size_t i, size_t depth)
{
    const CurveEnd *end = end_at(e, i, depth);
    return breaks(end) ? -HUGE_VAL : e->accuracy ? end->accuracy : -end->loss;
}

/* The best (sign 1) or worst (-1) curve at a depth; -1 where there is none; how many there are. */
static int extreme(const Ends *e, size_t depth, int sign, size_t *n)
{
    int found = -1;
    *n = 0;
    for (size_t i = 0; i < e->set->n; i++) {
        if (!e->set->series[i].in_panel || !end_at(e, i, depth)->there)
            continue;
        (*n)++;
        if (found < 0 || sign * merit(e, i, depth) > sign * merit(e, (size_t)found, depth))
            found = (int)i;
    }
    return found;
}

typedef enum { FULL, AGAIN, SHORT } Wording;

/* "reaches 97 % accuracy", "ends at a loss of 0.02"; again, of another network: "reaches 97 %", "ends at 0.02"; in short, of the same:
 * "97 %", "of 0.02"; "breaks" in any case. */
static void put_end(Text *title, const Ends *e, size_t i, size_t depth, Wording wording)
{
    static const char *const right[] = {[FULL] = "reaches ", [AGAIN] = "reaches ", [SHORT] = ""};
    static const char *const loss[] = {[FULL] = "ends at a loss of ", [AGAIN] = "ends at ", [SHORT] = "of "};
    const CurveEnd *end = end_at(e, i, depth);
    if (breaks(end)) {
        text_string(title, "breaks");
        return;
    }
    text_string(title, e->accuracy ? right[wording] : loss[wording]);
    if (!e->accuracy) {
        label_power(title, end->loss);
        return;
    }
    put_percent(title, end->accuracy);
    text_string(title, wording == FULL ? " accuracy" : "");
}

/* One network at the least and the largest depth. */
static void put_alone(Text *title, const Ends *e, size_t i)
{
    const size_t deepest = e->n_depths - 1;
    size_t shallowest = 0;
    while (shallowest < deepest && !end_at(e, i, shallowest)->there)
        shallowest++;
    finding_name(title, e->set, i);
    text_char(title, ' ');
    put_end(title, e, i, shallowest, FULL);
    text_format(title, " at depth %lld", (long long)e->depths[shallowest]);
    if (shallowest == deepest)
        return;
    text_string(title, ", and ");
    put_end(title, e, i, deepest, breaks(end_at(e, i, shallowest)) ? FULL : SHORT);
    text_format(title, " at depth %lld", (long long)e->depths[deepest]);
}

static void put_all(Text *title, size_t n)
{
    if (n == 1)
        text_string(title, "the network");
    else if (n == 2)
        text_string(title, "both networks");
    else
        text_format(title, "all %zu networks", n);
}

/* How far the best and the worst are apart; a broken one has no accuracy, and a loss a thousand decades away. */
static double contrast(const Ends *e, size_t depth)
{
    size_t n;
    const int best = extreme(e, depth, 1, &n), worst = extreme(e, depth, -1, &n);
    if (best < 0 || breaks(end_at(e, (size_t)best, depth)))
        return -1;
    const double low = breaks(end_at(e, (size_t)worst, depth)) ? (e->accuracy ? 0 : -1000) : merit(e, (size_t)worst, depth);
    return merit(e, (size_t)best, depth) - low;
}

/* Of several networks those of the depth that tells them apart most. */
void finding_training(Text *title, const Ends *e)
{
    size_t depth = e->n_depths - 1, n;
    for (size_t d = e->n_depths; d-- > 0;)
        depth = contrast(e, d) > contrast(e, depth) ? d : depth;
    const int best = extreme(e, depth, 1, &n), worst = extreme(e, depth, -1, &n);
    if (best < 0) {
        text_string(title, "No network is drawn");
        return;
    }
    if (e->set->n - e->set->n_left_out == 1) {
        put_alone(title, e, (size_t)best);
        return;
    }
    text_format(title, "At depth %lld ", (long long)e->depths[depth]);
    if (breaks(end_at(e, (size_t)best, depth))) {
        put_all(title, n);
        text_string(title, n == 1 ? " breaks" : " break");
        return;
    }
    if (e->accuracy && n > 1 && merit(e, (size_t)best, depth) - merit(e, (size_t)worst, depth) < 0.005) {
        put_all(title, n);
        text_string(title, " end at an accuracy of ");
        put_percent(title, end_at(e, (size_t)best, depth)->accuracy);
        return;
    }
    finding_name(title, e->set, (size_t)best);
    text_char(title, ' ');
    put_end(title, e, (size_t)best, depth, FULL);
    if (n == 1)
        return;
    text_string(title, "; ");
    finding_name(title, e->set, (size_t)worst);
    text_char(title, ' ');
    put_end(title, e, (size_t)worst, depth, AGAIN);
}

static void put_moment(Text *title, int64_t step)
{
    if (step == 0)
        text_string(title, " before training");
    else
        text_format(title, " after %lld steps", (long long)step);
}

/* The network whose profile changes most. */
void finding_changes(Text *title, const Change *changes, size_t n)
{
    const Change *most = NULL;
    for (size_t i = 0; i < n; i++) {
        const Change *c = &changes[i];
        if (isfinite(c->before) && (!most || fabs(c->after - c->before) > fabs(most->after - most->before)))
            most = c;
    }
    if (!most) {
        text_string(title, "No gradient is finite from the last layer to the input");
        return;
    }
    text_format(title, "%s: the gradient at the input is ", most->name);
    label_power(title, most->before);
    text_string(title, " times the last layer's");
    put_moment(title, most->from);
    text_string(title, ", ");
    if (isfinite(most->after))
        label_power(title, most->after);
    else
        text_string(title, "not finite");
    put_moment(title, most->to);
}

static void put_size(Text *title, double x)
{
    if (isfinite(x))
        label_power(title, x);
    else
        text_char(title, '0');
}

/* A layer of zeros is further away than any number. */
static double distance(const Profile *p)
{
    return p->first == p->last ? 0 : fabs(p->first - p->last);
}

/* Kept: within a factor 10. */
void finding_profiles(Text *title, const SeriesSet *set, const Profile *profiles, size_t n)
{
    const Profile *most = NULL;
    for (size_t i = 0; i < n; i++)
        if (!isnan(distance(&profiles[i])) && (!most || distance(&profiles[i]) > distance(most)))
            most = &profiles[i];
    if (!most) {
        text_string(title, "No gradient is finite");
        return;
    }
    if (distance(most) <= 1 && n > 1) {
        text_string(title, "The median |∂L/∂h| of ");
        put_all(title, n);
        text_string(title, " stays within a factor ");
        label_power(title, distance(most));
        text_string(title, " across the layers");
        return;
    }
    finding_name(title, set, most->series);
    text_string(title, ": the median |∂L/∂h| is ");
    put_size(title, most->first);
    text_format(title, " at layer %lld, ", (long long)most->first_layer);
    put_size(title, most->last);
    text_format(title, " at layer %lld", (long long)most->last_layer);
}

/* The one with the largest share at a snapshot; NULL where none has any. */
static const Fate *most_at(const Fate *fates, size_t n, bool dead, int when)
{
    const Fate *most = NULL;
    for (size_t i = 0; i < n; i++) {
        const double x = dead ? fates[i].dead[when] : fates[i].zero[when], other = !most ? -1 : dead ? most->dead[when] : most->zero[when];
        if (x > other)
            most = &fates[i];
    }
    return most;
}

/* Half a per cent is none. */
void finding_fates(Text *title, const SeriesSet *set, const Fate *fates, size_t n, int64_t from, int64_t to)
{
    const int when = most_at(fates, n, true, 1) ? 1 : 0;   /* all may have broken at the end */
    const Fate *dead = most_at(fates, n, true, when), *zero = most_at(fates, n, false, when);
    const bool die = dead && (dead->dead[when] >= 0.005 || dead->dead[0] >= 0.005);
    const Fate *f = die ? dead : zero;
    if (!f) {
        text_string(title, "No snapshot has a finite share of dead units");
        return;
    }
    const double *share = die ? f->dead : f->zero;
    finding_name(title, set, f->series);
    text_string(title, ": ");
    put_percent(title, share[0]);
    text_format(title, " of units are %s", die ? "dead" : "zero");
    put_moment(title, from);
    if (when == 0) {
        text_string(title, "; all networks hold NaN");
        put_moment(title, to);
        return;
    }
    text_string(title, ", ");
    put_percent(title, share[1]);
    put_moment(title, to);
    if (!die)
        text_string(title, "; none is dead for the whole batch");
}
