/* What training is made of, beside PyTorch's own: optimisers over 200 steps, schedules, loss scaling, clipping, losses of every head.
 * The one thing to know: this program writes what it computed as JSON, and check_learning.py computes it again with torch, where there is
 * a python that has it (FATHOM_PYTHON names one; else python3's in PATH and /usr/bin are asked).
 * Paszke et al. 2019 (PyTorch). */
#include "files.h"
#include "model/kinds.h"
#include "net/loss.h"
#include "net/loss_scale.h"
#include "net/optim.h"
#include "net/schedule.h"
#include "support.h"

static void put_numbers(FILE *out, const char *name, const double *x, size_t n)
{
    fprintf(out, "\"%s\": [", name);
    for (size_t i = 0; i < n; i++)
        fprintf(out, "%s%.17g", i ? ", " : "", x[i]);
    fputs("]", out);
}

/* Weights after 1 and after 200 steps, clipped and not, with decay and without, under a schedule. */
static void put_optimizers(FILE *out)
{
    enum { N = 9, STEPS = 200 };
    static const char *const words[] = {"sgd", "momentum", "momentum:0.385", "adam", "rmsprop", "rmsprop:0.8"};
    static double grads[STEPS * N];
    const char *gap = "\n";
    for (size_t i = 0; i < 6; i++)
        for (int option = 0; option < 4; option++) {
            Choice choice, schedule;
            assert_int_equal(registry_choose(&optimizers, words[i], &choice), 0);
            assert_int_equal(registry_choose(&schedules, option % 2 ? "cosine" : "warmup:30", &schedule), 0);
            const OptimizerKind kind = optimizer_of(choice)->kind;
            const double decay = option % 2 ? 0.0385 : 0, clip = option / 2 ? 0.7 : NOT_GIVEN;
            double w[N], u[N] = {0}, v[N] = {0}, first[N] = {0};
            for (size_t k = 0; k < N; k++)
                w[k] = 2.385 * cos((double)k + 0.1);
            fprintf(out, "%s{\"kind\": \"%s\", \"parameter\": %.17g, \"decay\": %.17g, \"clip\": %.17g, \"schedule\": \"%s\", ", gap, choice.row->name,
                    isnan(choice.parameter) ? 0 : choice.parameter, decay, isnan(clip) ? 0 : clip, schedule.row->name);
            put_numbers(out, "start", w, N);
            for (int64_t step = 0; step < STEPS; step++) {
                double *g = grads + step * N;
                for (size_t k = 0; k < N; k++)
                    g[k] = k == 4 ? 0 : sin(1.3 * (double)k + 0.7 * (double)step) * pow(10, (double)(k % 5) - 3);
                const OptimStep how = {kind, choice.parameter, schedule_rate(schedule, 0.0123, step, STEPS), decay,
                                       clip_factor(sqrt(optim_squares(g, N)), clip), step + 1};
                optim_step(&how, w, g, (double *const[]){u, v}, N, NULL);
                if (step == 0)
                    memcpy(first, w, sizeof w);
            }
            fputs(", ", out);
            put_numbers(out, "gradients", grads, STEPS * N);
            fputs(", ", out);
            put_numbers(out, "first", first, N);
            fputs(", ", out);
            put_numbers(out, "last", w, N);
            fputs("}", out);
            gap = ",\n";
        }
}

/* Every pair of head and loss: value and gradient of a batch, on scaled rows. */
static void put_losses(FILE *out)
{
    enum { ROWS = 6, COLS = 4, COUNT = ROWS * COLS };
    const char *gap = "\n";
    for (HeadKind head = 0; head < HEAD_COUNT; head++)
        for (LossKind loss = LOSS_MSE; loss <= LOSS_CE; loss++) {
            double y[COUNT], t[COUNT], d[COUNT];
            int64_t e[ROWS] = {0}, ed[ROWS];
            if (head_refusal(head, loss))
                continue;
            for (size_t i = 0; i < COUNT; i++) {
                y[i] = (i < COUNT / 2 ? 2.385 : 9) * sin(2.1 * (double)i);
                t[i] = loss == LOSS_CE ? i % COLS == i / COLS % COLS : loss == LOSS_BCE ? i % 3 == 0 : head == HEAD_LINEAR ? cos((double)i) : i % 5 == 0;
            }
            const Rows rows = {.x = y, .exponent = e, .rows = ROWS, .cols = COLS};
            Rows delta = {.x = d, .exponent = ed, .rows = ROWS, .cols = COLS};
            loss_pair_gradient(&delta, &rows, t, head, loss);
            for (size_t i = 0; i < COUNT; i++)
                d[i] = scaled_ldexp(d[i], ed[i / COLS]);
            fprintf(out, "%s{\"head\": \"%s\", \"loss\": \"%s\", \"columns\": %d, \"value\": %.17g, ", gap, head_name(head), loss_name(loss), COLS,
                    loss_pair_value(&rows, t, head, loss));
            put_numbers(out, "outputs", y, COUNT);
            fputs(", ", out);
            put_numbers(out, "targets", t, COUNT);
            fputs(", ", out);
            put_numbers(out, "gradient", d, COUNT);
            fputs("}", out);
            gap = ",\n";
        }
}

/* A dynamic scale's history: which steps overflowed, and the scale after each. */
static void put_scales(FILE *out)
{
    enum { STEPS = 9000 };
    static double bad[STEPS], scale[STEPS];
    Choice choice;
    assert_int_equal(registry_choose(&scalings, "dynamic", &choice), 0);
    LossScale s = loss_scale_start(choice);
    for (int step = 0; step < STEPS; step++) {
        bad[step] = step == 3 || step == 4 || step == 2700 || (step > 8000 && step % 97 == 0);
        loss_scale_update(&s, bad[step] == 0);
        scale[step] = (double)s.scale;
    }
    fputs("{", out);
    put_numbers(out, "bad", bad, STEPS);
    fputs(", ", out);
    put_numbers(out, "scale", scale, STEPS);
    fputs("}", out);
}

static const char *python_with_torch(void)
{
    static char found[512];
    const char *const asked[] = {getenv("FATHOM_PYTHON"), "python3", "/usr/bin/python3"};
    for (size_t i = 0; i < 3; i++) {
        char command[600];
        if (!asked[i] || !*asked[i])
            continue;
        snprintf(command, sizeof command, "'%s' -c 'import torch' 2>/dev/null", asked[i]);
        if (system(command) == 0) {
            snprintf(found, sizeof found, "%s", asked[i]);
            return found;
        }
        if (i == 0)   /* the one that was named, or none */
            break;
    }
    return NULL;
}

static void beside_pytorch(void **state)
{
    (void)state;
    const char *python = python_with_torch();
    if (!python) {
        print_message("skipped: no python3 with torch here (FATHOM_PYTHON names one)\n");
        skip();
    }
    Files files = files_make();
    char command[2048];
    FILE *out = fopen(files_path(&files, "learning.json"), "w");
    assert_non_null(out);
    fputs("{\"optimizers\": [", out);
    put_optimizers(out);
    fputs("],\n\"losses\": [", out);
    put_losses(out);
    fputs("],\n\"scales\": ", out);
    put_scales(out);
    fputs("}\n", out);
    assert_int_equal(fclose(out), 0);
    snprintf(command, sizeof command, "'%s' tests/net/check_learning.py '%s'", python, files.path);
    const int code = system(command);
    files_remove(&files);
    assert_int_equal(code, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(beside_pytorch)};
    return cmocka_run_group_tests_name("net/learning", tests, numbers_ready, NULL);
}
