/* Fixed points of an experiment: one row a distinct activation and pair of sigmas, in the grid's order; critical.csv beside a training.
 * The one thing to know: sigmas are compared as text, because figures match them with the cells of networks.csv.
 * Known numbers: relu at He's σ_w is marginal with χ₁ = 1 (He et al. 2015); below it q* = σ_b²/(1 - σ_w²/2), χ_c = χ₁ = σ_w²/2. */
#include <math.h>

#include "lab/criticals.h"
#include "lab/estimate.h"
#include "lab/experiments.h"
#include "lab/run.h"

/* The rows' first four cells, a line each. */
static void beginnings(Text *out, const char *rows)
{
    for (const char *line = rows; *line; line += strcspn(line, "\n") + 1) {
        const char *end = line;
        for (int cells = 0; cells < 4; cells++)
            end = strchr(end, ',') + 1;
        text_bytes(out, line, (size_t)(end - line) - 1);
        text_char(out, '\n');
    }
}

static void check_rows(const Words *words, const char *wanted)
{
    Experiment e = experiment_of(words);
    Text rows = {0}, begin = {0}, head = {0};
    criticals_of(&rows, &e);
    criticals_header(&head);
    assert_int_equal(strncmp(text_str(&rows), text_str(&head), head.length), 0);
    beginnings(&begin, text_str(&rows) + head.length);
    assert_string_equal(text_str(&begin), wanted);
    text_free(&rows);
    text_free(&begin);
    text_free(&head);
    experiment_free(&e);
}

static void each_case_once(void **state)
{
    (void)state;
    check_rows(&(Words){.axis[FIELD_activation] = "relu,tanh", .axis[FIELD_init] = "gaussian", .axis[FIELD_sigma_w] = "0.7:0.9:0.1", .axis[FIELD_sigma_b] = "0.05",
                        .axis[FIELD_depth] = "3,4", .axis[FIELD_width] = "5,6", .training = true},
               "relu,given,0.7,0.05\nrelu,given,0.8,0.05\nrelu,given,0.9,0.05\ntanh,given,0.7,0.05\ntanh,given,0.8,0.05\ntanh,given,0.9,0.05\n");
    /* The widths' biases of torch-default: 1/√(3 fan_in). No law: softmax, zeros, lsuv. */
    check_rows(&(Words){.axis[FIELD_activation] = "relu,softmax", .axis[FIELD_init] = "auto,torch-default,zeros,lsuv", .axis[FIELD_depth] = "3",
                        .axis[FIELD_width] = "3,12", .training = true},
               "relu,given,1.4142135623730951,0\nrelu,given,0.5773502691896257,0.3333333333333333\nrelu,given,0.5773502691896257,0.16666666666666666\n");
    check_rows(&(Words){.axis[FIELD_activation] = "softmax", .training = true}, "");
    /* Two fixed points: 0, which is unstable above σ_w = 1, and a stable one. */
    check_rows(&(Words){.axis[FIELD_activation] = "tanh", .axis[FIELD_sigma_w] = "1.5", .training = true}, "tanh,given,1.5,0\ntanh,given,1.5,0\n");
}

static void numbers_of_relu(void **state)
{
    (void)state;
    Experiment e = EXPERIMENT(.axis[FIELD_activation] = "relu", .axis[FIELD_sigma_w] = "1", .axis[FIELD_sigma_b] = "0.5", .training = true);
    Text rows = {0};
    criticals_of(&rows, &e);
    double q, chi[5], xi[4];
    const char *line = strchr(text_str(&rows), '\n') + 1;
    assert_int_equal(sscanf(line, "relu,given,1,0.5,%lf,stable,%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf,ok\n", &q, &chi[0], &chi[1], &chi[2], &chi[3], &xi[0], &xi[1],
                            &xi[2], &xi[3]), 9);
    assert_true(fabs(q - 0.5) < 1e-10 && fabs(chi[0] - 0.5) < 1e-10 && fabs(chi[2] - 1) < 1e-6 && fabs(chi[3] - 0.5) < 1e-4);
    assert_true(fabs(xi[3] / xi[1] - 6) < 1e-10 && fabs(xi[1] - 1 / log(2)) < 1e-3);
    text_free(&rows);
    experiment_free(&e);
}

static void train_into(Files *f, const Words *words, Shard shard, bool force)
{
    Experiment e = experiment_of(words);
    Job job = {.experiment = &e, .shard = shard, .directory = f->directory, .progress = "never", .quiet = true, .force = force};
    assert_int_equal(estimate_run(&job.cost, &e, job.shard, 1, true), 0);
    assert_int_equal(run_job(&job), 0);
    experiment_free(&e);
}

/* The file of a run is criticals_of, in every share; --force replaces it; a sweep has none. */
static void a_training_keeps_them(void **state)
{
    (void)state;
    Files f = files_make();
    notice_quiet(true);
    const Words words = {.axis[FIELD_activation] = "tanh,relu", .axis[FIELD_sigma_w] = "1.2,1.3", .axis[FIELD_depth] = "2", .axis[FIELD_width] = "4", .axis[FIELD_steps] = "1",
                         .axis[FIELD_batch] = "3", .seeds = "1", .training = true};
    Experiment e = experiment_of(&words);
    Text rows = {0};
    criticals_of(&rows, &e);
    experiment_free(&e);
    train_into(&f, &words, (Shard){2, 3}, false);
    char *text = text_of(files_path(&f, "critical.csv"));
    assert_string_equal(text, text_str(&rows));
    free(text);
    text = text_of(files_path(&f, "networks.csv"));   /* the same text there, though the weights were drawn, and moved */
    assert_non_null(strstr(text, "\ntanh,gaussian,mlp,none,2,4,3,1.3,0,float64,0,"));
    free(text);
    const Words other = {.axis[FIELD_activation] = "tanh", .axis[FIELD_depth] = "1", .axis[FIELD_width] = "4", .axis[FIELD_steps] = "1", .axis[FIELD_batch] = "3", .seeds = "1", .training = true};
    train_into(&f, &other, (Shard){1, 1}, true);
    text = text_of(files_path(&f, "critical.csv"));
    assert_non_null(strstr(text, "\ntanh,given,"));
    assert_null(strstr(text, "relu"));
    free(text);
    train_into(&f, &(const Words){.axis[FIELD_depth] = "1", .axis[FIELD_width] = "4", .seeds = "1"}, (Shard){1, 1}, true);
    assert_int_not_equal(access(files_path(&f, "critical.csv"), F_OK), 0);
    text_free(&rows);
    files_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_case_once),
        cmocka_unit_test(numbers_of_relu),
        cmocka_unit_test(a_training_keeps_them),
    };
    return cmocka_run_group_tests_name("criticals", tests, NULL, NULL);
}
