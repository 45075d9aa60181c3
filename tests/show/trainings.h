/* For tests of training's figures: made-up runs of train, in INTERFACE.md's columns.
 * The one thing to know: a network that learns goes from a loss of 2 to 0.02 and an accuracy of 0.1 to 0.9, one that does not stays; one
 * that breaks is NaN from its second recorded step. Gradients fall at `rate` a layer before training and at `after` behind it. */
#ifndef TESTS_SHOW_TRAININGS_H
#define TESTS_SHOW_TRAININGS_H

#include "show/runs.h"

typedef struct {
    const char *activation, *init, *sigma_w, *lr;   /* NULL: "1", "0.1" */
    double rate, after;
    int learns_to;      /* the largest depth that does */
    int breaks;         /* so many of the seeds, at every depth */
    bool regression;
    double reach;       /* 6 ξ_c; 0: no row */
    double chi;
} TrainingCurve;

enum { TRAINING_SEEDS = RUN_SEEDS, TRAINING_STEPS = 3 };

static const int training_steps[TRAINING_STEPS] = {1, 10, 20};

static inline void training_keys(FILE *out, const TrainingCurve *c, int depth, const char *sigma)
{
    fprintf(out, "%s,%s,mlp,none,%d,64,8,%s,%s,float64", c->activation, c->init, depth, sigma, *sigma ? "0" : "");
}

static inline const char *training_sigma(const TrainingCurve *c)
{
    return c->sigma_w ? c->sigma_w : "1";
}

static inline void training_network(FILE *steps, FILE *networks, const TrainingCurve *c, int depth, int seed)
{
    const bool broken = seed < c->breaks, learns = depth <= c->learns_to;
    const char *lr = c->lr ? c->lr : "0.1";
    for (int k = 0; k < TRAINING_STEPS; k++) {
        training_keys(steps, c, depth, training_sigma(c));
        fprintf(steps, ",%d,%d,", seed, training_steps[k]);
        if (broken && k > 0)
            fprintf(steps, ",,,,,nan,%s\n", lr);
        else
            fprintf(steps, "%g,%s,1,0.01,3,ok,%s\n", learns ? 2 * pow(0.1, k) : 2, c->regression ? "" : !learns || k == 0 ? "0.1" : "0.9", lr);
    }
    training_keys(networks, c, depth, training_sigma(c));
    fprintf(networks, ",%d,%g,%g,0.01,0,0,1,dense,", seed, c->rate * depth, c->rate);
    if (broken)
        fprintf(networks, ",,%s,,5,1,nan,%s\n", c->regression ? "," : "0,0", lr);
    else
        fprintf(networks, "%s,%s,%s,,,,%s,%s\n", learns ? "0.02" : "2", learns ? "0.03" : "2", c->regression ? "," : learns ? "0.9,0.8" : "0.1,0.1",
                learns ? "ok" : "stalled", lr);
}

/* h: half of it 0, half at 1; ∂L/∂h: a tenth zeros, the rest in one bin at 10^(rate · (depth - layer)). */
static inline void training_histogram(FILE *out, const TrainingCurve *c, int depth, int seed, int step)
{
    for (int layer = 0; layer <= depth; layer++) {
        const double bin = floor(4 * (step ? c->after : c->rate) * (depth - layer)) / 4;
        const double edges[][3] = {{-0.05, 0.05, 50}, {0.95, 1.05, 50}, {-HUGE_VAL, -HUGE_VAL, 10}, {bin, bin + 0.25, 90}};
        for (int k = 0; k < 4; k++) {
            training_keys(out, c, depth, layer ? training_sigma(c) : "");
            fprintf(out, ",%d,%d,%s", seed, layer, k < 2 ? "h" : "grad_h");
            run_cell(out, edges[k][0]);
            run_cell(out, edges[k][1]);
            fprintf(out, ",%g,%s,%d\n", step && seed < c->breaks ? 0 : edges[k][2], c->lr ? c->lr : "0.1", step);
        }
    }
}

static inline void training_point(FILE *steps, FILE *networks, FILE *summary, FILE *histograms, const TrainingCurve *c, int depth)
{
    for (int step = 0; step <= 20; step += 20) {
        RunCurve curve = {.activation = c->activation, .init = c->init, .rate = step ? c->after : c->rate, .mean = 0.1, .variance = 1,
                          .sigma_w = c->sigma_w, .dead = step ? c->breaks : 0};
        char end[64];
        snprintf(end, sizeof end, ",%s,%d", c->lr ? c->lr : "0.1", step);
        for (int layer = 0; layer <= depth; layer++)
            run_summary_row(summary, &curve, depth, layer, end);
    }
    for (int seed = 0; seed < TRAINING_SEEDS; seed++) {
        training_network(steps, networks, c, depth, seed);
        training_histogram(histograms, c, depth, seed, 0);
        training_histogram(histograms, c, depth, seed, 20);
    }
}

#define TRAINING_KEYS "activation,init,arch,norm,depth,width,batch,sigma_w,sigma_b,dtype"

/* A run of `curves` at `depths` in `dir` (made where it is not there), with every file that a figure reads. */
static inline void training_make(const char *dir, const TrainingCurve *curves, int n_curves, const int *depths, int n_depths)
{
    mkdir(dir, 0777);
    FILE *steps = run_create(dir, "steps.csv"), *networks = run_create(dir, "networks.csv"), *summary = run_create(dir, "summary.csv");
    FILE *histograms = run_create(dir, "histograms.csv"), *critical = run_create(dir, "critical.csv"), *json = run_create(dir, "run.json");
    fputs(TRAINING_KEYS ",seed,step,loss,accuracy,grad_norm,update_ratio,largest_weight,status,lr\n", steps);
    fputs(TRAINING_KEYS ",seed,grad_ratio_log10,grad_decay_log10,grad_decay_se,fwd_decay_log10,final_h_mean,final_h_var,engine,train_loss,test_loss,"
                        "train_accuracy,test_accuracy,steps_to_target,first_bad_step,first_bad_layer,status,lr\n", networks);
    fputs(TRAINING_KEYS ",seed,layer,quantity,low,high,count,lr,step\n", histograms);
    fputs("activation,point,sigma_w,sigma_b,q_star,q_stable,chi_1,chi_par,c_star,chi_c,xi_q,xi_c,xi_grad,depth_6xi,status\n", critical);
    run_summary_header(summary, ",lr,step");
    for (int i = 0; i < n_curves; i++) {
        for (int d = 0; d < n_depths; d++)
            training_point(steps, networks, summary, histograms, &curves[i], depths[d]);
        if (curves[i].reach > 0)
            fprintf(critical, "%s,given,%s,0,0.5,stable,%g,0.5,1,0.5,1,1,1,%g,ok\n", curves[i].activation, training_sigma(&curves[i]), curves[i].chi,
                    curves[i].reach);
    }
    fputs("{\"hash\": \"0\", \"command\": \"train\", \"axes\": {\"optimizer\": \"adam\", \"steps\": \"20\", \"lr\": \"0.1,1\", \"clip\": \"5\"}, "
          "\"input\": \"spirals@2000\"}\n", json);
    assert_int_equal(fclose(steps) | fclose(networks) | fclose(summary) | fclose(histograms) | fclose(critical) | fclose(json), 0);
}

#endif
