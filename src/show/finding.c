/* Findings: choosing the curves worth naming, and the sentence about them.
 * The one thing to know: "keeps" means within a factor 10 from end to end; "falls" and "grows" are beyond it.
 * With more than seven curves the sentence counts first and names second. */
#include "show/finding.h"

#include <math.h>
#include <string.h>

#include "show/label.h"

enum { FEW = 7 };

void finding_words(Text *out, const char *label)
{
    for (const char *v = label, *next; *v; v = next + (*next ? strlen(" · ") : 0)) {
        next = strstr(v, " · ") ? strstr(v, " · ") : v + strlen(v);
        text_bytes(out, v, (size_t)(next - v));
        text_string(out, *next ? ", " : "");
    }
}

/* Among many, without the initialiser that came with the activation. */
void finding_name(Text *out, const SeriesSet *set, size_t i)
{
    const Series *s = &set->series[i];
    const char *panel = text_str(&s->panel), *gap = strstr(panel, " · ");
    if (gap) {
        text_bytes(out, panel, (size_t)(gap - panel));
        if (set->n <= FEW)
            text_format(out, " with %s", gap + strlen(" · "));
    } else
        text_string(out, panel);
    text_string(out, s->panel.length && s->variant.length ? ", " : "");
    finding_words(out, text_str(&s->variant));
    if (!s->label.length)
        text_string(out, "the network");
}

static void put_name(Text *out, const Curves *c, size_t i)
{
    finding_name(out, c->set, i);
}

typedef double Measure(const Curves *c, size_t i);

static double gained(const Curves *c, size_t i) { return c->first[i] - c->last[i]; }   /* toward the input */
static double lost(const Curves *c, size_t i) { return -gained(c, i); }
static double change(const Curves *c, size_t i) { return fabs(gained(c, i)); }
static double at_end(const Curves *c, size_t i) { return c->last[i]; }
static double below_end(const Curves *c, size_t i) { return -c->last[i]; }
static double beside(const Curves *c, size_t i) { return c->scale[i]; }
static double off_centre(const Curves *c, size_t i) { return fabs(c->last[i]) / fmax(c->scale[i], 1e-300); }
static double off_target(const Curves *c, size_t i) { return hypot(c->last[i], c->scale[i] - 1); }

/* The curve with the smallest measure; -1 when none has any. */
static int least(const Curves *c, Measure *measure)
{
    int best = -1;
    for (size_t i = 0; i < c->set->n; i++) {
        const double x = measure(c, i);
        if (c->set->series[i].in_panel && isfinite(x) && (best < 0 || x < measure(c, (size_t)best)))
            best = (int)i;
    }
    return best;
}

static int most(const Curves *c, Measure *measure)
{
    int best = -1;
    for (size_t i = 0; i < c->set->n; i++) {
        const double x = measure(c, i);
        if (c->set->series[i].in_panel && isfinite(x) && (best < 0 || x > measure(c, (size_t)best)))
            best = (int)i;
    }
    return best;
}

static size_t count_below(const Curves *c, Measure *measure, double limit)
{
    size_t n = 0;
    for (size_t i = 0; i < c->set->n; i++)
        n += c->set->series[i].in_panel && measure(c, i) <= limit;
    return n;
}

static size_t count_drawn(const Curves *c)
{
    return c->set->n - c->set->n_left_out;
}

static void put_factor(Text *out, double exponent)
{
    text_string(out, "×");
    label_power(out, exponent);
}

static double per_layer(const Curves *c, size_t i)
{
    return gained(c, i) / fmax(1, (double)(c->layers[i] - (c->from ? c->from[i] : 1)));
}

void finding_gradient(Text *title, const Curves *c)
{
    const int worst = most(c, lost), keeper = least(c, change), wildest = most(c, gained);
    if (worst < 0) {
        text_string(title, "No layer has a finite gradient");
        return;
    }
    const bool falls = lost(c, (size_t)worst) > 1, grows = gained(c, (size_t)wildest) > 1, keeps = change(c, (size_t)keeper) <= 1;
    const long long layers = (long long)c->layers[worst];
    if (!falls && !grows) {
        if (count_drawn(c) == 1)
            put_name(title, c, (size_t)keeper);
        else
            text_format(title, "All %zu networks", count_drawn(c));
        text_string(title, count_drawn(c) == 1 ? " keeps its gradients: " : " keep their gradients: at most ");
        put_factor(title, count_drawn(c) == 1 ? gained(c, (size_t)keeper) : change(c, (size_t)most(c, change)));
        text_format(title, " over %lld layers", layers);
        return;
    }
    const size_t kept = count_below(c, change, 1);
    if (count_drawn(c) > FEW)
        text_format(title, "%zu of %zu networks keep their gradients over %lld layers", kept, count_drawn(c), layers);
    if (falls) {
        text_string(title, title->length ? "; " : "");
        put_name(title, c, (size_t)worst);
        text_string(title, ": gradients fall ");
        put_factor(title, per_layer(c, (size_t)worst));
        text_string(title, " a layer");
    }
    if (grows) {
        text_string(title, title->length ? "; " : "");
        put_name(title, c, (size_t)wildest);
        text_string(title, falls ? ": grow " : ": gradients grow ");
        put_factor(title, per_layer(c, (size_t)wildest));
        if (!falls)
            text_string(title, " a layer");
    }
    if (keeps && count_drawn(c) <= FEW) {
        text_string(title, "; ");
        put_name(title, c, (size_t)keeper);
        text_string(title, " keeps them");
    }
}

static double lowest(const Curves *c, size_t i) { return fmin(c->first[i], c->last[i]); }
static double highest(const Curves *c, size_t i) { return fmax(c->first[i], c->last[i]); }
static double starved(const Curves *c, size_t i) { return -lowest(c, i); }

/* What is a bound is not rounded beyond itself: 10^6.6 is at least 10⁶. */
static void put_reached(Text *out, double x)
{
    label_power(out, x >= 5 ? floor(x) : x);
}

/* Starved: a gradient below 10⁻³ at one end; flooded: above 10³. (Where h dies away ∂L/∂W is level, and tiny everywhere.) */
void finding_weights(Text *title, const Curves *c)
{
    const int worst = least(c, lowest), best = most(c, lowest), wildest = most(c, highest);
    if (worst < 0) {
        text_string(title, "No layer's weights have a finite gradient");
        return;
    }
    if (count_drawn(c) > FEW)
        text_format(title, "%zu of %zu networks give all weights a gradient above 10⁻³", count_below(c, starved, 3), count_drawn(c));
    if (lowest(c, (size_t)worst) < -3) {
        text_string(title, title->length ? "; " : "");
        put_name(title, c, (size_t)worst);
        text_string(title, " leaves some ");
        label_power(title, lowest(c, (size_t)worst));
    }
    if (!title->length || (count_drawn(c) <= FEW && best != worst)) {
        text_string(title, title->length ? "; " : "");
        put_name(title, c, (size_t)best);
        text_string(title, " gives all weights a gradient of at least ");
        put_reached(title, lowest(c, (size_t)best));
    }
    if (highest(c, (size_t)wildest) > 3) {
        text_string(title, "; in ");
        put_name(title, c, (size_t)wildest);
        text_string(title, " it reaches ");
        put_reached(title, highest(c, (size_t)wildest));
    }
}

/* Centred: within a tenth of a standard deviation of 0. */
void finding_mean(Text *title, const Curves *c)
{
    const int nearest = least(c, off_centre), furthest = most(c, off_centre);
    if (nearest < 0) {
        text_string(title, "No layer has a finite mean");
        return;
    }
    const bool centred = off_centre(c, (size_t)nearest) <= 0.1, shifted = off_centre(c, (size_t)furthest) > 0.1;
    if (count_drawn(c) > FEW)
        text_format(title, "%zu of %zu networks stay centred on 0", count_below(c, off_centre, 0.1), count_drawn(c));
    else if (centred) {
        put_name(title, c, (size_t)nearest);
        text_string(title, " stays centred on 0");
    }
    if (!shifted)
        return;
    text_string(title, title->length ? "; the mean of " : "The mean of ");
    put_name(title, c, (size_t)furthest);
    text_string(title, " lies ");
    label_power(title, log10(off_centre(c, (size_t)furthest)));
    text_string(title, " standard deviations away");
}

/* Holds: within a factor 2 from the first layer to the last. */
void finding_variance(Text *title, const Curves *c)
{
    const int keeper = least(c, change), worst = most(c, gained), wildest = most(c, lost);
    if (keeper < 0) {
        text_string(title, "No layer has a finite variance");
        return;
    }
    const double two = log10(2);
    if (count_drawn(c) > FEW)
        text_format(title, "%zu of %zu networks hold their variance within a factor 2", count_below(c, change, two), count_drawn(c));
    else if (change(c, (size_t)keeper) <= two) {
        put_name(title, c, (size_t)keeper);
        text_string(title, " holds its variance at ");
        label_power(title, c->last[keeper]);
    }
    const bool falls = gained(c, (size_t)worst) > two, grows = lost(c, (size_t)wildest) > two;
    if (!falls && !grows)
        return;
    const int shown = falls ? worst : wildest;
    text_string(title, title->length ? "; that of " : "The variance of ");
    put_name(title, c, (size_t)shown);
    text_string(title, falls ? " falls to " : " grows to ");
    label_power(title, c->last[shown]);
}

void finding_heatmap(Text *title, const Curves *c)
{
    const int worst = least(c, at_end), wildest = most(c, at_end);
    if (worst < 0) {
        text_string(title, "No gradient reaches the input");
        return;
    }
    const bool grows = c->last[worst] > -1 && c->last[wildest] > 1;
    const size_t i = (size_t)(grows ? wildest : worst);
    if (c->last[worst] > -1 && !grows) {
        text_format(title, "The gradient at the input stays within a factor 10 down to depth %lld", (long long)c->layers[i]);
        return;
    }
    put_name(title, c, i);
    text_string(title, ": the gradient at the input is ");
    label_power(title, c->last[i]);
    text_format(title, " at depth %lld, ", (long long)c->layers[i]);
    label_power(title, c->first[i]);
    text_format(title, " at depth %.0f", c->scale[i]);
}

/* "at every depth": no depth's factor is 2 % from the largest depth's; the eye tells more apart. */
static void put_decay(Text *title, const Curves *c, size_t i)
{
    const double alike = log10(1.02);
    put_name(title, c, i);
    text_string(title, ": ");
    put_factor(title, c->last[i]);
    text_string(title, c->scale[i] <= alike ? " a layer at every depth" : " a layer at the largest depth");
    if (change(c, i) > alike) {
        text_string(title, ", ");
        put_factor(title, c->first[i]);
        text_string(title, " at the smallest");
    }
}

void finding_decay(Text *title, const Curves *c)
{
    const int worst = least(c, at_end), wildest = least(c, below_end);
    if (worst < 0) {
        text_string(title, "No network has a finite decay");
        return;
    }
    const bool falls = c->last[worst] < 0;
    put_decay(title, c, (size_t)(falls ? worst : wildest));
    if (falls && c->last[wildest] > log10(1.02)) {
        text_string(title, "; ");
        put_name(title, c, (size_t)wildest);
        text_string(title, ": ");
        put_factor(title, c->last[wildest]);
    }
}

void finding_fractions(Text *title, const Curves *c)
{
    const int saturated = most(c, at_end), dead = most(c, beside);
    if (saturated >= 0 && c->last[saturated] >= 0.005) {
        put_name(title, c, (size_t)saturated);
        text_format(title, ": %.0f %% of units saturated at layer %lld", 100 * c->last[saturated], (long long)c->layers[saturated]);
    } else
        text_string(title, "No unit saturates");
    if (dead >= 0 && c->scale[dead] >= 0.005) {
        text_string(title, dead == saturated ? "" : "; ");
        if (dead != saturated)
            put_name(title, c, (size_t)dead);
        text_format(title, "%s %.0f %% dead for the whole batch", dead == saturated ? "," : ":", 100 * c->scale[dead]);
    } else
        text_string(title, "; no unit is dead for the whole batch");
}

/* "(−0.01, 0.94)" */
static void put_place(Text *title, double mean, double variance)
{
    text_format(title, "(%s%.2g, %.2g)", mean < 0 ? "−" : "", fabs(mean), variance);
}

/* selu's first curve is the one in the first colour; near: within 0.3 of (0, 1). */
void finding_trajectory(Text *title, const Curves *c)
{
    const int worst = most(c, off_target);
    size_t selu = 0;
    while (selu + 1 < c->set->n && c->set->series[selu].colour != 1)
        selu++;
    if (worst < 0 || !isfinite(off_target(c, selu))) {
        text_string(title, "No layer of selu has a finite mean and variance");
        return;
    }
    const bool near = off_target(c, selu) < 0.3;
    put_name(title, c, selu);
    text_string(title, near ? " ends near mean 0, variance 1: at " : " does not stay at mean 0, variance 1: it ends at ");
    put_place(title, c->last[selu], c->scale[selu]);
    text_format(title, " after %lld layers", (long long)c->layers[selu]);
    if (near && (size_t)worst != selu && off_target(c, (size_t)worst) > 0.3) {
        text_string(title, "; ");
        put_name(title, c, (size_t)worst);
        text_string(title, " at ");
        put_place(title, c->last[worst], c->scale[worst]);
    }
}

static double off_star(const Curves *c, size_t i) { return c->scale[i] > 0 ? fabs(c->last[i] - log10(c->scale[i])) : HUGE_VAL; }

/* Settled: within a hundredth of q*. */
void finding_paths(Text *title, const Curves *c)
{
    const int worst = most(c, gained), wildest = most(c, lost);
    const double settled = log10(1.01);
    const size_t near = count_below(c, off_star, settled), drawn = count_drawn(c);
    const int example = least(c, off_star);
    if (worst < 0) {
        text_string(title, "No layer has a finite length");
        return;
    }
    if (near == drawn && drawn > 1)
        text_format(title, "All %zu lengths settle within 1 %% of their fixed point q*", near);
    else if (near && drawn > 1)
        text_format(title, "%zu of %zu lengths settle within 1 %% of their fixed point q*", near, drawn);
    else if (near) {
        put_name(title, c, (size_t)example);
        text_string(title, " settles at length q* = ");
        label_power(title, log10(c->scale[example]));
        return;
    }
    const bool falls = gained(c, (size_t)worst) > 1, grows = lost(c, (size_t)wildest) > 1;
    if (near && !falls && !grows)
        return;
    const size_t i = (size_t)(falls || !grows ? worst : wildest);
    text_string(title, near ? "; that of " : "The length of ");
    put_name(title, c, i);
    text_string(title, falls ? " falls to " : grows ? " grows to " : " ends at ");
    label_power(title, c->last[i]);
    text_format(title, " by layer %lld", (long long)c->layers[i]);
}
