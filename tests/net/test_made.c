/* Made data: each set against its formula, the shares of its classes, and a set that grows keeps what it had.
 * The one thing to know: statistics are of fixed streams; tolerances are six standard errors unless stated. */
#include <gsl/gsl_cdf.h>

#include "net/made.h"
#include "support.h"

typedef struct {
    Choice choice;
    TaskKind task;
    int64_t n, width, columns, classes;
    double *x, *y;
} Set;

static Set make_from(const char *word, TaskKind task, int64_t n, uint64_t key)
{
    Set s = {.task = task, .n = n};
    Rng rng;
    assert_int_equal(registry_choose(&datasets, word, &s.choice), 0);
    s.width = data_of(s.choice)->width;
    s.columns = made_targets(s.choice, task, &s.classes);
    s.x = mem_doubles((size_t)(n * s.width));
    s.y = mem_doubles((size_t)(n * s.columns));
    rng_init(&rng, philox_type);
    made_fill(s.x, s.y, n, s.choice, task, (RngSource){key, 0}, &rng);
    rng_done(&rng);
    return s;
}

static Set make(const char *word, TaskKind task, int64_t n)
{
    return make_from(word, task, n, KEY);
}

static void discard(Set *s)
{
    free(s->x);
    free(s->y);
}

static double uniform(double x)
{
    return x;
}

static void two_spirals(void **state)
{
    (void)state;
    enum { POINTS = 4000 };
    static double squares[POINTS];
    static const struct {
        const char *word;
        double turns;
    } cases[] = {{"spirals", 1.5}, {"spirals:3", 3}, {"spirals:0.385", 0.385}};
    for (size_t c = 0; c < 3; c++) {
        Set s = make(cases[c].word, TASK_BINARY, POINTS);
        double ones = 0;
        assert_true(s.width == 2 && s.columns == 1 && s.classes == 2);
        for (size_t i = 0; i < POINTS; i++) {
            const double a = s.x[2 * i], b = s.x[2 * i + 1], r = hypot(a, b), angle = 2 * M_PI * cases[c].turns * r, side = s.y[i] == 1 ? -1 : 1;
            NEAR(a, side * r * cos(angle), 1e-14, "point %zu", i);
            NEAR(b, side * r * sin(angle), 1e-14, "point %zu", i);
            squares[i] = r * r;
            ones += s.y[i];
        }
        assert_true(ones == POINTS / 2);
        qsort(squares, POINTS, sizeof *squares, by_size);
        assert_true(kolmogorov(squares, POINTS, uniform) < 2.8);
        discard(&s);
    }
}

static void xor_square(void **state)
{
    (void)state;
    enum { POINTS = 4000 };
    static double first[POINTS];
    Set s = make("xor", TASK_BINARY, POINTS);
    double ones = 0, tilt[2] = {0};
    for (size_t i = 0; i < POINTS; i++) {
        const double a = s.x[2 * i], b = s.x[2 * i + 1];
        assert_true(fabs(a) <= 1 && fabs(b) <= 1 && s.y[i] == (a > 0) + (b > 0) - 2 * (a > 0 && b > 0));
        first[i] = (a + 1) / 2;
        ones += s.y[i];
        tilt[0] += a * (s.y[i] - 0.5);
        tilt[1] += b * (s.y[i] - 0.5);
    }
    NEAR(ones / POINTS, 0.5, 6 * 0.5 / sqrt(POINTS), "share of class 1");
    for (int k = 0; k < 2; k++)   /* a linear map sees nothing */
        NEAR(tilt[k] / POINTS, 0, 6 * 0.5 / sqrt(3.0 * POINTS), "covariance with input %d", k);
    qsort(first, POINTS, sizeof *first, by_size);
    assert_true(kolmogorov(first, POINTS, uniform) < 2.8);
    discard(&s);
}

/* f of the k-th output, entry by entry, from the streams themselves. */
static double teacher_twin(const double *x, size_t k, size_t outputs)
{
    enum { HIDDEN = 32, WIDTH = 16 };
    double w[HIDDEN * WIDTH], v[10 * HIDDEN], f = 0;
    Rng rng;
    rng_init(&rng, philox_type);
    rng_open(&rng, (RngSource){KEY, 0}, 0, USE_TASK);
    rng_normals(&rng, w, HIDDEN * WIDTH, 1);
    rng_normals(&rng, v, outputs * HIDDEN, 1);
    rng_done(&rng);
    for (size_t h = 0; h < HIDDEN; h++) {
        double z = 0;
        for (size_t i = 0; i < WIDTH; i++)
            z += w[h * WIDTH + i] * x[i];
        f += v[k * HIDDEN + h] * tanh(2 * z / 4) / sqrt(HIDDEN);
    }
    return f;
}

static void random_teacher(void **state)
{
    (void)state;
    enum { POINTS = 300 };
    Set real = make("teacher", TASK_REGRESSION, POINTS), sign = make("teacher", TASK_BINARY, POINTS), class = make("teacher", TASK_MULTICLASS, POINTS),
        labels = make("teacher", TASK_MULTILABEL, POINTS);
    assert_true(real.classes == 0 && sign.classes == 2 && class.classes == 10 && labels.columns == 5);
    assert_memory_equal(real.x, class.x, POINTS * 16 * sizeof(double));
    int seen[10] = {0};
    for (size_t i = 0; i < POINTS; i++) {
        const double *x = real.x + 16 * i, f = teacher_twin(x, 0, 1);
        NEAR(real.y[i], f, 1e-14, "target %zu", i);
        assert_true(sign.y[i] == (f > 0));
        size_t best = 0;
        for (size_t k = 1; k < 10; k++)
            best = teacher_twin(x, k, 10) > teacher_twin(x, best, 10) ? k : best;
        assert_true(class.y[i] == (double)best);
        for (size_t k = 0; k < 5; k++)
            assert_true(labels.y[5 * i + k] == (teacher_twin(x, k, 5) > 0));
        seen[best]++;
    }
    for (int k = 0; k < 10; k++)
        assert_true(seen[k] > 0);
    discard(&real), discard(&sign), discard(&class), discard(&labels);
}

/* How much of a regression a linear map explains: less than 0.95, or the teacher would not be worth a network. Least squares by the
 * covariances, since inputs are white. */
static void teacher_is_not_linear(void **state)
{
    (void)state;
    enum { POINTS = 20000 };
    Set s = make("teacher", TASK_REGRESSION, POINTS);
    double along[16] = {0}, squares = 0, explained = 0;
    for (size_t i = 0; i < POINTS; i++) {
        squares += s.y[i] * s.y[i] / POINTS;
        for (size_t j = 0; j < 16; j++)
            along[j] += s.y[i] * s.x[16 * i + j] / POINTS;
    }
    for (size_t j = 0; j < 16; j++)
        explained += along[j] * along[j];
    assert_true(explained / squares > 0.4 && explained / squares < 0.95);
    discard(&s);
}

/* Nearest centre: centres are 5.7 apart, so that about 1 in 200 samples is nearer to another. */
static void normal_blobs(void **state)
{
    (void)state;
    enum { POINTS = 6000 };
    Set s = make("blobs", TASK_MULTICLASS, POINTS);
    double centre[3][16] = {{0}}, right = 0, spread = 0;
    assert_true(s.classes == 3);
    for (size_t i = 0; i < POINTS; i++) {
        assert_true(s.y[i] == (double)(i % 3));
        for (size_t j = 0; j < 16; j++)
            centre[i % 3][j] += s.x[16 * i + j] * 3 / POINTS;
    }
    for (size_t i = 0; i < POINTS; i++) {
        double near[3] = {0};
        for (size_t c = 0; c < 3; c++)
            for (size_t j = 0; j < 16; j++)
                near[c] += pow(s.x[16 * i + j] - centre[c][j], 2);
        const size_t own = i % 3, a = (own + 1) % 3, b = (own + 2) % 3;
        right += near[own] < near[a] && near[own] < near[b];
        spread += near[own] / 16 / POINTS;
    }
    NEAR(spread, 1, 6 * sqrt(2.0 / (16 * POINTS)) + 3.0 / POINTS, "variance of the noise");
    assert_true(right / POINTS > 0.95 && right < POINTS);
    discard(&s);
    s = make("blobs:7", TASK_MULTICLASS, 20);
    assert_true(s.classes == 7 && s.y[8] == 1);
    discard(&s);
}

static void labels_of_planes(void **state)
{
    (void)state;
    enum { POINTS = 20000, LABELS = 5 };
    Set s = make("multilabel", TASK_MULTILABEL, POINTS);
    static const double wanted[LABELS] = {0.3, 0.4, 0.5, 0.6, 0.7};
    double share[LABELS] = {0}, together = 0;
    assert_true(s.columns == LABELS && s.classes == 0);
    for (size_t i = 0; i < POINTS; i++)
        for (size_t k = 0; k < LABELS; k++) {
            const double t = s.y[LABELS * i + k];
            assert_true(t == 0 || t == 1);
            share[k] += t / POINTS;
            together += k ? t * s.y[LABELS * i] / POINTS / 4 : 0;
        }
    for (size_t k = 0; k < LABELS; k++)
        NEAR(share[k], wanted[k], 6 * 0.5 / sqrt(POINTS), "share of label %zu", k);
    assert_true(together > 0.3 * 0.55 + 0.04);   /* independent labels: 0.3 · 0.55 */
    /* linear: the direction of a label's mean difference tells its samples apart but for its own sampling error */
    for (size_t k = 0; k < LABELS; k++) {
        double along[16] = {0}, norm = 0, wrong = 0;
        for (size_t i = 0; i < POINTS; i++)
            for (size_t j = 0; j < 16; j++)
                along[j] += (s.y[LABELS * i + k] - share[k]) * s.x[16 * i + j];
        for (size_t j = 0; j < 16; j++)
            norm += along[j] * along[j];
        for (size_t i = 0; i < POINTS; i++) {
            double z = 0;
            for (size_t j = 0; j < 16; j++)
                z += along[j] * s.x[16 * i + j] / sqrt(norm);
            wrong += (z > gsl_cdf_ugaussian_Qinv(wanted[k])) != (s.y[LABELS * i + k] == 1);
        }
        assert_true(wrong / POINTS < 0.02);
    }
    discard(&s);
}

/* The first samples of a large set are the small set; another key gives other samples. */
static void growing(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        TaskKind task;
    } sets[] = {{"spirals", TASK_BINARY}, {"xor", TASK_BINARY}, {"teacher", TASK_MULTILABEL}, {"teacher", TASK_REGRESSION}, {"blobs:4", TASK_MULTICLASS},
                {"multilabel", TASK_MULTILABEL}};
    for (size_t k = 0; k < sizeof sets / sizeof *sets; k++) {
        Set small = make(sets[k].word, sets[k].task, 45), large = make(sets[k].word, sets[k].task, 300), other = make_from(sets[k].word, sets[k].task, 45, KEY + 1);
        const size_t x = (size_t)(45 * small.width) * sizeof(double), y = (size_t)(45 * small.columns) * sizeof(double);
        assert_memory_equal(small.x, large.x, x);
        assert_memory_equal(small.y, large.y, y);
        assert_memory_not_equal(small.x, other.x, x);
        discard(&small), discard(&large), discard(&other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_spirals),  cmocka_unit_test(xor_square),       cmocka_unit_test(random_teacher), cmocka_unit_test(teacher_is_not_linear),
        cmocka_unit_test(normal_blobs), cmocka_unit_test(labels_of_planes), cmocka_unit_test(growing),
    };
    return cmocka_run_group_tests_name("net/made", tests, numbers_ready, NULL);
}
