/* fathom critical: fixed points, critical initialisation, depth scales; SELU and self-normalisation.
 * The one thing to know: a point that does not exist is a row with a status, and the exit code is 0.
 * Rows are those of lab/criticals. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cmd/cmd.h"
#include "lab/axis.h"
#include "lab/criticals.h"
#include "theory/critical.h"
#include "theory/selfnorm.h"

typedef struct {
    const char *activation, *sigma_w, *sigma_b, *q_star, *fixed_point, *output;
    bool self_normalise;
} CriticalArgs;

static void defaults(void *args)
{
    *(CriticalArgs *)args = (CriticalArgs){.activation = fields[FIELD_activation].fallback, .output = "-"};
}

static size_t groups(void *args, OptGroup out[MOST_GROUPS])
{
    static const Option options[] = {
        {.name = "activation", .letter = 'a', .argument = "LIST", .kind = OPT_TEXT, .offset = offsetof(CriticalArgs, activation),
         .help = "activation functions ('fathom list activations')"},
        {.name = "sigma-w", .argument = "LIST", .kind = OPT_TEXT, .offset = offsetof(CriticalArgs, sigma_w),
         .help = "sqrt(fan_in) times the standard deviation of a weight; with it: the fixed points there"},
        {.name = "sigma-b", .argument = "LIST", .kind = OPT_TEXT, .offset = offsetof(CriticalArgs, sigma_b),
         .help = "standard deviation of a bias; alone: the sigma_w with chi_1 = 1 (a range gives the critical line)",
         .otherwise = "0 with --sigma-w"},
        {.name = "q-star", .argument = "Q", .kind = OPT_TEXT, .offset = offsetof(CriticalArgs, q_star),
         .help = "the sigmas with chi_1 = 1 at this fixed point"},
        {.name = "fixed-point", .argument = "MEAN,VAR", .kind = OPT_TEXT, .offset = offsetof(CriticalArgs, fixed_point),
         .help = "selu's alpha and lambda that hold this mean and variance; its Jacobian goes to standard error"},
        {.name = "self-normalise", .kind = OPT_FLAG, .offset = offsetof(CriticalArgs, self_normalise),
         .help = "the scale and shift that give the activation the fixed point (0,1)"},
        {.name = "output", .letter = 'o', .argument = "FILE", .kind = OPT_TEXT, .offset = offsetof(CriticalArgs, output),
         .help = "where the table goes; - is standard output"},
    };
    out[0] = (OptGroup){"What to solve", options, sizeof options / sizeof *options, args};
    return 1;
}

static void put_number(Text *out, double x)
{
    text_char(out, ',');
    if (!isnan(x))
        text_measured(out, x);
}

/* An activation without a mean-field limit. */
static void put_nothing(Text *out, Choice activation, const char *point, double sigma_w, double sigma_b, Given given)
{
    const FixedPoint p = {.sigma_w = sigma_w, .sigma_b = sigma_b, .q_star = NOT_GIVEN, .chi_1 = NOT_GIVEN, .chi_par = NOT_GIVEN,
                          .c_star = NOT_GIVEN, .chi_c = NOT_GIVEN, .status = STATUS_NO_PREDICTION};
    criticals_row(out, activation, point, &p, given);
}

static void put_given(Text *out, Critical *k, Choice activation, double sigma_w, double sigma_b)
{
    if (k)
        criticals_given(out, k, activation, sigma_w, sigma_b);
    else
        put_nothing(out, activation, "given", sigma_w, sigma_b, (Given){true, true});
}

/* What `auto` means for the activation, in a square layer; the fixed point that lengths from q = 1 come to. */
static void customary(Critical *k, Choice activation, FixedPoint *out)
{
    const char *name = activation_of(activation)->customary;
    if (!strcmp(name, "critical")) {
        critical_rule(k, NOT_GIVEN, out);
        if (out->status == STATUS_OK)
            return;
        name = "lecun-normal";
    }
    NetSpec spec = {.input = {.kind = INPUT_GAUSSIAN}};
    for (size_t i = 0; i < FIELD_COUNT; i++)
        field_set(&spec, &fields[i], field_default(&fields[i]));
    spec.activation = activation;
    if (registry_choose(&inits, name, &spec.init) || spec_resolve(&spec))
        BUG("a customary initialiser that does not resolve");
    critical_attractor(k, spec_sigma_w(&spec, 1), spec_sigma_b(&spec, 1), 1, out);
    critical_correlation(k, out);
}

static void put_three(Text *out, Critical *k, Choice activation)
{
    static const char *const names[] = {"customary", "critical", "double"};
    const Given neither = {false, false};
    FixedPoint p[3];
    if (k) {
        customary(k, activation, &p[0]);
        critical_rule(k, NOT_GIVEN, &p[1]);
        critical_double(k, &p[2]);
    }
    for (int i = 0; i < 3; i++) {
        if (k)
            criticals_row(out, activation, names[i], &p[i], neither);
        else
            put_nothing(out, activation, names[i], NOT_GIVEN, NOT_GIVEN, neither);
    }
}

static void put_line(Text *out, Critical *k, Choice activation, double sigma_b)
{
    const Given bias = {false, true};
    FixedPoint p;
    if (k)
        critical_line(k, sigma_b, &p);
    if (k)
        criticals_row(out, activation, "critical", &p, bias);
    else
        put_nothing(out, activation, "critical", NOT_GIVEN, sigma_b, bias);
}

static void put_at(Text *out, Critical *k, Choice activation, double q)
{
    FixedPoint p;
    if (k) {
        critical_at(k, q, &p);
        criticals_row(out, activation, "critical", &p, (Given){false, false});
    } else
        put_nothing(out, activation, "critical", NOT_GIVEN, NOT_GIVEN, (Given){false, false});
}

typedef struct {
    Axis activation, sigma_w, sigma_b;
    double q;
} Question;

static void put_points(Text *out, const CriticalArgs *a, const Question *ask)
{
    criticals_header(out);
    for (size_t i = 0; i < ask->activation.count; i++) {
        const Choice activation = ask->activation.values[i].choice;
        Critical *k = meanfield_covers(activation) ? critical_alloc(activation) : NULL;
        if (a->q_star)
            put_at(out, k, activation, ask->q);
        else if (a->sigma_w)
            for (size_t w = 0; w < ask->sigma_w.count; w++)
                for (size_t b = 0; b < ask->sigma_b.count; b++)
                    put_given(out, k, activation, ask->sigma_w.values[w].real, ask->sigma_b.values[b].real);
        else if (a->sigma_b)
            for (size_t b = 0; b < ask->sigma_b.count; b++)
                put_line(out, k, activation, ask->sigma_b.values[b].real);
        else
            put_three(out, k, activation);
        critical_free(k);
    }
}

static void put_normalisers(Text *out, const Axis *axis)
{
    text_string(out, "activation,scale,shift,spectral_norm,chi_1,status\n");
    for (size_t i = 0; i < axis->count; i++) {
        const Choice activation = axis->values[i].choice;
        Normaliser n = {NOT_GIVEN, NOT_GIVEN, NOT_GIVEN, {.spectral_norm = NOT_GIVEN}, STATUS_NONE};
        if (meanfield_covers(activation)) {
            MeanField *m = meanfield_alloc(activation);
            self_normalise(m, &n);
            meanfield_free(m);
        }
        choice_text(out, activation);
        const double row[] = {n.scale, n.shift, n.at.spectral_norm, n.chi_1};
        for (size_t k = 0; k < sizeof row / sizeof *row; k++)
            put_number(out, row[k]);
        text_format(out, ",%s\n", status_name(n.status));
    }
}

static void describe(Gauss *w, const SelfNormal *s, double mean, double variance)
{
    const double(*j)[2] = s->at.jacobian;
    MomentBox box;
    notice("Jacobian of (mean, variance) there, weights of sum %g and sum of squares 1: [[%.10g, %.10g], [%.10g, %.10g]]", s->omega,
           j[0][0], j[0][1], j[1][0], j[1][1]);
    if (selu_domain(w, s, mean, variance, &box) > 0)
        notice("domain that maps into itself: mean %.4g to %.4g, variance %.4g to %.4g, weights of sum %.4g to %.4g and sum of squares %.4g to %.4g",
               box.mu[0], box.mu[1], box.nu[0], box.nu[1], box.omega[0], box.omega[1], box.tau[0], box.tau[1]);
    else
        notice("no box about it maps into itself");
}

static int put_selu(Text *out, const CriticalArgs *a)
{
    const char *comma = strchr(a->fixed_point, ',');
    double mean, variance;
    Text first = {0};
    text_bytes(&first, a->fixed_point, comma ? (size_t)(comma - a->fixed_point) : 0);
    const bool read = comma && text_to_double(text_str(&first), &mean) && text_to_double(comma + 1, &variance);
    text_free(&first);
    if (!read)
        return error(EXIT_USAGE, "--fixed-point '%s': needs two numbers, MEAN,VAR, as in 0,1", a->fixed_point);
    if (!(variance > 0))
        return error(EXIT_USAGE, "--fixed-point '%s': the variance must be above 0", a->fixed_point);
    Gauss *w = gauss_alloc();
    SelfNormal s;
    selu_solve(w, mean, variance, &s);
    text_string(out, "mean,var,alpha,lambda,spectral_norm,chi_1,status\n");
    text_shortest(out, mean);
    text_char(out, ',');
    text_shortest(out, variance);
    const double row[] = {s.selu.alpha, s.selu.lambda, s.at.spectral_norm, s.chi_1};
    for (size_t k = 0; k < sizeof row / sizeof *row; k++)
        put_number(out, row[k]);
    text_format(out, ",%s\n", status_name(s.status));
    if (s.status == STATUS_OK)
        describe(w, &s, mean, variance);
    gauss_free(w);
    return 0;
}

static int check_together(const CriticalArgs *a, const Axis *activation)
{
    const int kinds = (a->sigma_w || a->sigma_b) + (a->q_star != NULL) + (a->fixed_point != NULL) + a->self_normalise;
    if (kinds > 1)
        return error(EXIT_USAGE, "critical: --sigma-w and --sigma-b, --q-star, --fixed-point and --self-normalise ask different questions; give one");
    if (a->fixed_point && (activation->count != 1 || strcmp(activation->values->choice.row->name, "selu")))
        return error(EXIT_USAGE, "critical: --fixed-point solves selu's two parameters; give -a selu, or --self-normalise for any activation");
    return 0;
}

static int read_question(const CriticalArgs *a, Question *ask)
{
    if (axis_read(&ask->activation, &fields[FIELD_activation], a->activation, false) || check_together(a, &ask->activation))
        return -1;
    if (a->sigma_w && axis_read(&ask->sigma_w, &fields[FIELD_sigma_w], a->sigma_w, false))
        return -1;
    if ((a->sigma_w || a->sigma_b) && axis_read(&ask->sigma_b, &fields[FIELD_sigma_b], a->sigma_b ? a->sigma_b : "0", false))
        return -1;
    if (a->q_star && (!text_to_double(a->q_star, &ask->q) || !(ask->q > 0)))
        return error(EXIT_USAGE, "--q-star '%s': must be a number above 0", a->q_star);
    return 0;
}

static int write_out(const Text *text, const char *path)
{
    if (strcmp(path, "-"))
        return file_replace(path, text_str(text), text->length);
    fputs(text_str(text), stdout);
    return 0;
}

static int run(void *args, int n, char **operands)
{
    (void)n, (void)operands;
    const CriticalArgs *a = args;
    Question ask = {.q = NOT_GIVEN};
    Text text = {0};
    int result = read_question(a, &ask);
    if (!result && a->fixed_point)
        result = put_selu(&text, a);
    else if (!result && a->self_normalise)
        put_normalisers(&text, &ask.activation);
    else if (!result)
        put_points(&text, a, &ask);
    if (!result)
        result = write_out(&text, a->output);
    axis_free(&ask.activation);
    axis_free(&ask.sigma_w);
    axis_free(&ask.sigma_b);
    text_free(&text);
    return result;
}

static const char *const examples[] = {
    "fathom critical -a gelu                                    # customary, critical and doubly critical initialisation",
    "fathom critical -a tanh --sigma-b 0:0.5:n51                # the critical line",
    "fathom critical -a tanh --sigma-w 1.5811 --sigma-b 0.2236  # fixed points, stability, depth scales",
    "fathom critical -a selu --fixed-point 0,1                  # selu's alpha and lambda from first principles",
    "fathom critical -a relu,gelu --self-normalise",
    NULL,
};

const Command command_critical = {
    .manual = {.command = "critical", .summary = "fixed points, critical initialisation and depth scales of mean-field theory", .operands = "",
               .examples = examples,
               .notes = "Points: given (every fixed point), critical (chi_1 = 1), double (chi_1 = chi_par = 1 at q* > 0), customary (what\n"
                        "--init auto means). xi = -1/ln chi, signed, inf at chi = 1; depth_6xi = 6 xi_c. Empty cells: no such number.\n"},
    .args_size = sizeof(CriticalArgs),
    .defaults = defaults,
    .groups = groups,
    .run = run,
};
