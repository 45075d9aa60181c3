/* For tests of figures: run directories in INTERFACE.md's columns, small and made up.
 * The one thing to know: values are simple formulas of (rate, layer), so that a test knows what a figure must say. */
#ifndef TESTS_SHOW_RUNS_H
#define TESTS_SHOW_RUNS_H

#include "files.h"

#include <math.h>
#include <sys/stat.h>

#include "base/text.h"

typedef struct {
    const char *activation, *init;
    double rate;             /* log10 of the gradient's factor per layer toward the input */
    double mean, variance;   /* of every layer but the input */
    const char *extra;       /* the cell of `input_corr` */
    const char *sigma_w;
    int dead;                /* how many of the seeds */
} RunCurve;

static const char *const run_columns[] = {
    "z_mean",     "z_var",          "h_mean",     "h_var",             "h_ms",
    "h_cos",      "zero_frac",      "dead_frac",  "saturated_frac",    "log10_h_ms",
    "log10_grad_z_norm", "log10_grad_h_norm", "log10_grad_w_norm", "log10_grad_b_norm",
};
enum { RUN_COLUMNS = sizeof run_columns / sizeof *run_columns, RUN_SEEDS = 4 };

static inline double run_value(const RunCurve *c, const char *column, int layer, int depth)
{
    if (!strncmp(column, "log10_grad", 10))
        return c->dead == RUN_SEEDS ? -HUGE_VAL : c->rate * (depth - layer);
    if (!strcmp(column, "h_mean"))
        return layer ? c->mean : 0;
    if (!strcmp(column, "h_var"))
        return layer ? c->variance : 1;
    return strstr(column, "frac") ? 0.25 : 0.5;
}

static inline void run_cell(FILE *out, double x)
{
    if (isinf(x))
        fputs(x < 0 ? ",-inf" : ",inf", out);
    else
        fprintf(out, ",%.12g", x);
}

/* `end`: what follows the columns of a sweep. */
static inline void run_summary_row(FILE *out, const RunCurve *c, int depth, int layer, const char *end)
{
    fprintf(out, "%s,%s,mlp,none,%d,64,8,%s,%s,float64,%s,%d,%d", c->activation, c->init, depth, layer ? c->sigma_w ? c->sigma_w : "1" : "",
            layer ? "0" : "", c->extra ? c->extra : "0", layer, RUN_SEEDS);
    for (int k = 0; k < RUN_COLUMNS; k++) {
        const double x = run_value(c, run_columns[k], layer, depth);
        const int absent = layer == 0 && (strstr(run_columns[k], "z_") || strstr(run_columns[k], "w_norm") || strstr(run_columns[k], "frac"));
        static const double spread[] = {0, 0.02, -0.02, -0.01, 0, 0.01, 0.02};
        for (int s = 0; s < 7; s++)
            if (absent)
                fputc(',', out);
            else
                run_cell(out, s == 1 ? 0.02 : isinf(x) ? x : x + spread[s] * fabs(x));
        if (absent || strcmp(run_columns[k], "log10_grad_h_norm"))
            fputc(',', out);
        else
            run_cell(out, x);
    }
    fprintf(out, "%s\n", end);
}

static inline void run_summary_header(FILE *out, const char *end)
{
    static const char *const statistics[] = {"mean", "sd", "q05", "q25", "q50", "q75", "q95"};
    fputs("activation,init,arch,norm,depth,width,batch,sigma_w,sigma_b,dtype,input_corr,layer,n", out);
    for (int k = 0; k < RUN_COLUMNS; k++) {
        for (int s = 0; s < 7; s++)
            fprintf(out, ",%s_%s", run_columns[k], statistics[s]);
        fprintf(out, ",theory_%s", run_columns[k]);
    }
    fprintf(out, "%s\n", end);
}

static inline FILE *run_create(const char *dir, const char *name)
{
    char path[2048];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    return out;
}

/* A run of `curves` at `depths`, in `dir` (made where it is not there). */
static inline void run_make(const char *dir, const RunCurve *curves, int n_curves, const int *depths, int n_depths)
{
    mkdir(dir, 0777);
    FILE *summary = run_create(dir, "summary.csv"), *networks = run_create(dir, "networks.csv"), *json = run_create(dir, "run.json");
    run_summary_header(summary, "");
    fputs("activation,init,arch,norm,depth,width,batch,sigma_w,sigma_b,dtype,input_corr,seed,grad_ratio_log10,grad_decay_log10,grad_decay_se,"
          "fwd_decay_log10,final_h_mean,final_h_var,engine,status\n", networks);
    for (int i = 0; i < n_curves; i++)
        for (int d = 0; d < n_depths; d++) {
            const RunCurve *c = &curves[i];
            for (int layer = 0; layer <= depths[d]; layer++)
                run_summary_row(summary, c, depths[d], layer, "");
            for (int seed = 0; seed < RUN_SEEDS; seed++) {
                const int dead = seed < c->dead;
                fprintf(networks, "%s,%s,mlp,none,%d,64,8,%s,0,float64,%s,%d,", c->activation, c->init, depths[d], c->sigma_w ? c->sigma_w : "1",
                        c->extra ? c->extra : "0", seed);
                if (dead)
                    fputs("-inf,,,0,0,0,dense,dead\n", networks);
                else
                    fprintf(networks, "%g,%g,0.01,0,%g,%g,dense,ok\n", c->rate * depths[d], c->rate + 0.001 * seed, c->mean, c->variance);
            }
        }
    fputs("{\"hash\": \"0\", \"input\": \"gaussian\"}\n", json);
    assert_int_equal(fclose(summary) | fclose(networks) | fclose(json), 0);
}

/* A plane of 3 × 3 whose log10 of chi_1 is w + b - 2.5, one cell blank; two measured points, one on the wrong side. */
static inline void run_make_plane(Files *f)
{
    Text theory = {0};
    text_string(&theory, "activation,init,arch,norm,depth,width,batch,sigma_w,sigma_b,dtype,seed,layer,z_var,h_cos,q_star,chi_1\n");
    for (int w = 1; w <= 3; w++)
        for (int b = 0; b <= 2; b++)
            for (int layer = 1; layer <= 4; layer++) {
                text_format(&theory, "tanh,gaussian,mlp,none,4,8,2,%d,%d,float64,,%d,%g,0.5,", w, b, layer, 1 + pow(0.01, layer));
                if (w == 3 && b == 2)
                    text_string(&theory, ",\n");
                else
                    text_format(&theory, "1,%.15g\n", pow(10, w + b - 2.5));
            }
    files_text(f, "theory.csv", text_str(&theory));
    text_free(&theory);
    files_text(f, "networks.csv", "activation,init,arch,norm,depth,width,batch,sigma_w,sigma_b,dtype,seed,grad_decay_log10,status\n"
                                  "tanh,gaussian,mlp,none,4,8,2,1,0,float64,0,-0.7,ok\ntanh,gaussian,mlp,none,4,8,2,1,0,float64,1,-0.8,ok\n"
                                  "tanh,gaussian,mlp,none,4,8,2,2,0,float64,0,0.1,ok\n");
}

#endif
