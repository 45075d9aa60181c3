/* What trained networks say, and what is picked out of tables: by hand, and against what the run itself recorded.
 * The one thing to know: a network that is trained once more and sent forward in another way must be right as often, and as wrong, as its
 * row of networks.csv says. Jackknife: Efron and Tibshirani 1993, chapter 11 (of a mean it is the mean's own error). */
#include "claim/outputs.h"
#include "claim/pick.h"
#include "judged.h"
#include "near.h"

static void squares_and_calibration(void **state)
{
    (void)state;
    /* Of ten at 0.7 eight come true; of ten at 0.23 one does; both bins are off by 0.1 and 0.13. */
    double p[20], t[20];
    for (size_t i = 0; i < 20; i++) {
        p[i] = i < 10 ? 0.7 : 0.23;
        t[i] = i < 8 || i == 19;
    }
    Outputs o = {p, t, 20, 1};
    NEAR(outputs_calibration(&o, false), (0.1 + 0.13) / 2, 1e-12);
    NEAR(outputs_squares(&o), (8 * 0.09 + 2 * 0.49 + 9 * 0.0529 + 0.5929) / 20, 1e-12);
    /* The same as ten rows of two labels. */
    o = (Outputs){p, t, 10, 2};
    NEAR(outputs_calibration(&o, false), (0.1 + 0.13) / 2, 1e-12);
    /* What lies outside [0, 1] counts as its end; 1 itself belongs to the last bin. */
    double beyond[] = {1.25, -0.5, 1}, came[] = {1, 0, 1};
    o = (Outputs){beyond, came, 3, 1};
    NEAR(outputs_calibration(&o, false), 0, 1e-15);
    NEAR(outputs_squares(&o), (0.0625 + 0.25) / 3, 1e-15);
}

/* Only the largest of a row counts: 0.6 right, 0.6 wrong, and 0.9 right. */
static void calibration_of_classes(void **state)
{
    (void)state;
    double p[] = {0.6, 0.3, 0.1, 0.6, 0.3, 0.1, 0.05, 0.05, 0.9}, t[] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    const Outputs o = {p, t, 3, 3};
    NEAR(outputs_calibration(&o, true), (fabs(1.2 - 1) + fabs(0.9 - 1)) / 3, 1e-12);
}

static void run(Judged *j, const char *name, const char *line)
{
    const ClaimRun r = {name, line, line};
    judged_run(j, &r);
}

/* Every head, float32 and float64, in blocks of 200 rows of which the last is not full. */
static void as_recorded(void **state)
{
    (void)state;
    static const struct {
        const char *name, *line;
    } runs[] = {{"regression", "train -a tanh -d 2 -w 7 -b 10 --data teacher --samples 2385 --steps 40 -s 2 --snapshots none --no-raw"},
                {"classes", "train -a relu -d 3 -w 9 -b 10 --data teacher --task multiclass --samples 2385 --dtype float32 --steps 40 -s 2 --snapshots none --no-raw"},
                {"labels", "train -a selu -d 1 -w 5 -b 10 --data multilabel --samples 2385 --head softmax --steps 40 -s 2 --snapshots none --no-raw"}};
    Judged j = {.files = files_make()};
    j.c.directory = j.files.directory;
    for (size_t r = 0; r < 3; r++) {
        Again a;
        Outputs o;
        NetSpec spec;
        run(&j, runs[r].name, runs[r].line);
        Table *networks = claim_table(&j.c, runs[r].name, "networks.csv");
        assert_non_null(networks);
        assert_int_equal(again_open(&a, &j.c, runs[r].name), 0);
        experiment_point(&a.experiment, 0, &spec);
        outputs_of(&o, &a, &spec, 1);
        const size_t row = table_row(networks, "seed=1");
        if (r == 0) {
            NEAR(outputs_squares(&o), table_number(networks, row, "test_loss"), 1e-10);
        } else {
            double right = 0;
            for (size_t i = 0; i < o.n; i++) {
                size_t top = 0;
                for (size_t k = 0; k < o.k; k++) {
                    top = o.p[i * o.k + k] > o.p[i * o.k + top] ? k : top;
                    right += r == 2 && (o.p[i * o.k + k] >= 0.5) == (o.t[i * o.k + k] == 1);
                }
                right += r == 1 && o.t[i * o.k + top] == 1;
            }
            NEAR(right / (double)(o.n * (r == 2 ? o.k : 1)), table_number(networks, row, "test_accuracy"), 1e-10);
        }
        outputs_free(&o);
        again_close(&a);
        table_close(networks);
    }
    judged_close(&j);
}

static double middle(const void *context, const bool *use)
{
    const double *x = context;
    double total = 0, n = 0;
    for (size_t i = 0; i < 5; i++) {
        total += use[i] ? x[i] : 0;
        n += use[i];
    }
    return total / n;
}

/* Of a mean the pseudo-values are the values. */
static void jackknife(void **state)
{
    (void)state;
    static const double x[] = {2.385, -1.5, 0.25, 7, 3.125};
    double pseudo[5];
    bool use[5];
    pick_jackknife(pseudo, 5, middle, x, use);
    for (size_t i = 0; i < 5; i++) {
        NEAR(pseudo[i], x[i], 1e-12);
        assert_true(use[i]);
    }
}

/* The rate with the least mean loss; one without a number for each network is the last choice, and no axis leaves the place as it is. */
static void best(void **state)
{
    (void)state;
    Files f = files_make();
    files_text(&f, "t.csv", "activation,lr,loss\nrelu,0.1,0.5\nrelu,0.1,0.7\nrelu,0.3,0.1\nrelu,0.3,\nrelu,1,0.55\nrelu,1,0.6\ntanh,0.1,nan\ntanh,0.3,\n");
    Table *t = table_open(f.directory, "t.csv");
    assert_non_null(t);
    assert_string_equal(pick_best(t, "lr", "loss", "activation=relu").text, "activation=relu lr=1");
    assert_string_equal(pick_best(t, "lr", "loss", "activation=tanh").text, "activation=tanh lr=0.1");
    assert_string_equal(pick_best(t, "rate", "loss", "activation=relu").text, "activation=relu");
    Facts facts = {0};
    pick_mean(&facts, "q", 1.5, t, "loss", 2, "activation=relu lr=0.1");
    facts_finish(&facts);
    NEAR(facts_find(&facts, "q", "activation=relu lr=0.1")->measured, 1.2, 1e-12);
    NEAR(facts_find(&facts, "q", "activation=relu lr=0.1")->predicted, 1.5, 0);
    facts_free(&facts);
    table_close(t);
    files_remove(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(squares_and_calibration), cmocka_unit_test(calibration_of_classes), cmocka_unit_test(as_recorded),
        cmocka_unit_test(jackknife), cmocka_unit_test(best),
    };
    return cmocka_run_group_tests_name("outputs and picks", tests, NULL, NULL);
}
