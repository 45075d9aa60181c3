/* fathom audit: framework defaults and published constants against theory.
 * The one thing to know: the table computes; this file prints. A claim that is right has relative error 0 and factor 1.
 * Factors beyond a double are written out of their logarithm. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "cmd/cmd.h"
#include "lab/axis.h"
#include "theory/audit.h"

typedef struct {
    const char *depth, *output;
} AuditArgs;

static void defaults(void *args)
{
    *(AuditArgs *)args = (AuditArgs){.depth = "50,100", .output = "-"};
}

static size_t groups(void *args, OptGroup out[MOST_GROUPS])
{
    static const Option options[] = {
        {.name = "depth", .letter = 'd', .argument = "LIST", .kind = OPT_TEXT, .offset = offsetof(AuditArgs, depth),
         .help = "layers over which a consequence is followed"},
        {.name = "output", .letter = 'o', .argument = "FILE", .kind = OPT_TEXT, .offset = offsetof(AuditArgs, output),
         .help = "where the table goes; - is standard output"},
    };
    out[0] = (OptGroup){"Audit", options, sizeof options / sizeof *options, args};
    return 1;
}

/* e^x with 12 digits, whatever its size. */
static void put_exponential(Text *out, double x)
{
    const double tens = floor(x / M_LN10);
    if (isnan(x))
        return;
    if (fabs(tens) < 300 || isinf(x))
        text_measured(out, exp(x));
    else
        text_format(out, "%.6ge%+.0f", exp(x - tens * M_LN10), tens);
}

/* Texts may hold commas. */
static void put_text(Text *out, const char *s)
{
    text_format(out, "\"%s\",", s);
}

static void put_claim(Text *out, const Claim *c, const Axis *depths)
{
    Choice activation;
    if (registry_choose(&activations, c->activation, &activation))
        BUG("a claim about an unknown activation");
    Critical *k = critical_alloc(activation);
    Verdict v;
    audit_verdict(c, k, &v);
    text_format(out, "%s,", c->name);
    put_text(out, c->source);
    choice_text(out, activation);
    text_char(out, ',');
    put_text(out, c->audit->quantity);
    text_measured(out, c->claimed);
    text_char(out, ',');
    if (!isnan(v.truth))
        text_measured(out, v.truth);
    text_char(out, ',');
    if (!isnan(v.relative_error))
        text_measured(out, fabs(v.relative_error) < 1e-14 ? 0 : v.relative_error);
    text_format(out, ",%s", c->audit->consequence);
    for (size_t i = 0; i < depths->count; i++) {
        text_char(out, ',');
        put_exponential(out, audit_ln_factor(c, k, (double)depths->values[i].whole));
    }
    text_char(out, '\n');
    critical_free(k);
}

static int run(void *args, int n, char **operands)
{
    (void)n, (void)operands;
    const AuditArgs *a = args;
    Axis depths;
    if (axis_read(&depths, &fields[FIELD_depth], a->depth, false))
        return -1;
    Text text = {0};
    text_string(&text, "claim,source,activation,quantity,claimed,true,relative_error,consequence");
    for (size_t i = 0; i < depths.count; i++)
        text_format(&text, ",factor_%lld", (long long)depths.values[i].whole);
    text_char(&text, '\n');
    for (size_t i = 0; i < n_claims; i++)
        put_claim(&text, &claims[i], &depths);
    axis_free(&depths);
    const int result = strcmp(a->output, "-") ? file_replace(a->output, text_str(&text), text.length) : fputs(text_str(&text), stdout) < 0;
    text_free(&text);
    return result < 0 ? -1 : 0;
}

static const char *const examples[] = {
    "fathom audit                        # what is claimed, what is true, what follows over 50 and 100 layers",
    "fathom audit --depth 10,1000",
    NULL,
};

const Command command_audit = {
    .manual = {.command = "audit", .summary = "framework defaults and published constants against theory", .operands = "", .examples = examples,
               .notes = "factor_D: by what the quantity named under `consequence` is multiplied over D layers (1: nothing happens to it).\n"},
    .args_size = sizeof(AuditArgs),
    .defaults = defaults,
    .groups = groups,
    .run = run,
};
