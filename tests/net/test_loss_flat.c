/* Losses on plain vectors, in double and in float: against the losses on scaled rows, for every pair, batch and number of outputs.
 * The one thing to know: they agree to rounding wherever a double can hold the result, and are 0 where it cannot. */
#include "model/kinds.h"
#include "net/loss.h"
#include "net/loss_flat.h"
#include "support.h"

enum { MOST_ROWS = 13, MOST_COLS = 12, ROOM = MOST_ROWS * MOST_COLS };

typedef struct {
    double y[ROOM], t[ROOM], d[ROOM], want[ROOM], scratch[2 * ROOM + MOST_ROWS];
    int64_t e[MOST_ROWS];
    size_t rows, cols;
} Batch;

static gsl_rng *rng;

/* Logits of size about `size`; targets as the loss takes them. */
static void draw(Batch *b, size_t rows, size_t cols, LossKind loss, double size)
{
    b->rows = rows;
    b->cols = cols;
    memset(b->e, 0, sizeof b->e);
    for (size_t a = 0; a < rows; a++) {
        const size_t hot = gsl_rng_uniform_int(rng, cols);
        for (size_t k = 0; k < cols; k++) {
            const double u = gsl_rng_uniform(rng);
            b->y[a * cols + k] = size * (2 * gsl_rng_uniform(rng) - 1);
            b->t[a * cols + k] = loss == LOSS_CE ? k == hot : loss == LOSS_BCE ? u < 0.4 : a % 2 ? k == hot : 4 * u - 2;
        }
    }
}

/* Row by row, since that is the size errors are measured by; p_0 - p_1 of a softmax with bce is a difference of terms of size 1. */
static void expect_gradient(const Batch *b, const double *got, HeadKind head, LossKind loss, double factor, double tolerance)
{
    double out[ROOM];
    int64_t exponent[MOST_ROWS];
    memcpy(out, b->y, sizeof out);
    Rows y = {.x = out, .exponent = (int64_t *)(uintptr_t)b->e, .rows = b->rows, .cols = b->cols}, delta = {.x = (double *)(uintptr_t)b->want, .exponent = exponent, .rows = b->rows, .cols = b->cols};
    loss_pair_gradient(&delta, &y, b->t, head, loss);
    for (size_t a = 0; a < b->rows; a++) {
        double most = head == HEAD_SOFTMAX && loss == LOSS_BCE ? 1 / (double)(b->rows * b->cols) : 0;
        for (size_t k = 0; k < b->cols; k++)
            most = fmax(most, fabs(scaled_ldexp(rows_at(&delta, a)[k], exponent[a])));
        for (size_t k = 0; k < b->cols; k++) {
            const double want = factor * scaled_ldexp(rows_at(&delta, a)[k], exponent[a]);
            const double cancels = loss == LOSS_CE || (head == HEAD_SIGMOID && loss == LOSS_BCE) ? fabs(want) : factor * most;
            NEAR(got[a * b->cols + k], want, tolerance * cancels + 1e-300, "head %d, loss %d, row %zu, output %zu of %zu", (int)head, (int)loss, a, k,
                 b->cols);
        }
    }
}

static double value_of(const Batch *b, HeadKind head, LossKind loss)
{
    const Rows y = {.x = (double *)(uintptr_t)b->y, .exponent = (int64_t *)(uintptr_t)b->e, .rows = b->rows, .cols = b->cols};
    return loss_pair_value(&y, b->t, head, loss);
}

static void check(Batch *b, HeadKind head, LossKind loss, double size)
{
    assert_true(loss_flat_room(b->rows, b->cols) <= sizeof b->scratch / sizeof *b->scratch);
    const double value = loss_flat(b->d, b->y, b->t, b->rows, b->cols, head, loss, 1, b->scratch), want = value_of(b, head, loss);
    const double loose = 1e-14 + 4e-16 * size;
    NEAR(value, want, (head == HEAD_LINEAR ? 1e-15 : loose) * fabs(want) + 1e-300, "value of head %d, loss %d at size %g", (int)head, (int)loss, size);
    expect_gradient(b, b->d, head, loss, 1, loose);
    loss_flat(b->d, b->y, b->t, b->rows, b->cols, head, loss, 1024, b->scratch);
    expect_gradient(b, b->d, head, loss, 1024, loose);
    double in_place[ROOM];
    memcpy(in_place, b->y, sizeof in_place);
    assert_true(loss_flat(in_place, in_place, b->t, b->rows, b->cols, head, loss, 1024, b->scratch) == value);
    assert_memory_equal(in_place, b->d, b->rows * b->cols * sizeof(double));
}

static void every_pair(void **state)
{
    (void)state;
    static Batch b;
    static const double sizes[] = {1e-3, 2.385, 30, 300, 690, 1e5};
    for (HeadKind head = 0; head < HEAD_COUNT; head++)
        for (LossKind loss = LOSS_MSE; loss <= LOSS_CE; loss++)
            for (size_t cols = head == HEAD_SOFTMAX ? 2 : 1; cols <= MOST_COLS && !head_refusal(head, loss); cols++)
                for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
                    draw(&b, 1 + (cols * 5 + s) % MOST_ROWS, cols, loss, sizes[s]);
                    check(&b, head, loss, sizes[s]);
                }
}

/* float in, float out: what double gives for the same logits, rounded once. */
static void floats(void **state)
{
    (void)state;
    static Batch b;
    float y[ROOM], d[ROOM], in_place[ROOM];
    for (HeadKind head = 0; head < HEAD_COUNT; head++)
        for (LossKind loss = LOSS_MSE; loss <= LOSS_CE; loss++) {
            if (head_refusal(head, loss))
                continue;
            draw(&b, 7, 10, loss, 12);
            for (size_t i = 0; i < 70; i++) {
                volatile float rounded = (float)b.y[i];   /* gcc 12 drops (double)(float)x where it makes vectors of two */
                y[i] = in_place[i] = rounded;
                b.y[i] = (double)rounded;
            }
            const double value = loss_flat(b.d, b.y, b.t, 7, 10, head, loss, 256, b.scratch);
            assert_true(loss_flat_f32(d, y, b.t, 7, 10, head, loss, 256, b.scratch) == value);
            assert_true(loss_flat_f32(in_place, in_place, b.t, 7, 10, head, loss, 256, b.scratch) == value);
            for (size_t i = 0; i < 70; i++)
                assert_true(d[i] == (float)b.d[i] && in_place[i] == d[i]);
        }
}

/* A NaN or an infinity in one row leaves the others as they were. */
static void not_finite(void **state)
{
    (void)state;
    static Batch b;
    static const double bad[] = {NOT_GIVEN, HUGE_VAL, -HUGE_VAL};
    for (HeadKind head = 0; head < HEAD_COUNT; head++)
        for (LossKind loss = LOSS_MSE; loss <= LOSS_CE; loss++)
            for (size_t i = 0; i < 3 * 5 && !head_refusal(head, loss); i++) {
                double clean[ROOM];
                draw(&b, 3, 5, loss, 4);
                loss_flat(clean, b.y, b.t, 3, 5, head, loss, 1, b.scratch);
                b.y[5 + i / 3] = bad[i % 3];
                const double value = loss_flat(b.d, b.y, b.t, 3, 5, head, loss, 1, b.scratch);
                assert_memory_equal(b.d, clean, 5 * sizeof(double));
                assert_memory_equal(b.d + 10, clean + 10, 5 * sizeof(double));
                if (isnan(bad[i % 3]))
                    assert_true(isnan(value) && isnan(b.d[5 + i / 3]));
            }
}

/* Whatever the vectors' width, a batch of rows is its rows. */
static void rows_alone(void **state)
{
    (void)state;
    static Batch b;
    double one[MOST_COLS];
    draw(&b, 9, 11, LOSS_CE, 6);
    loss_flat(b.d, b.y, b.t, 9, 11, HEAD_SOFTMAX, LOSS_CE, 9, b.scratch);
    for (size_t a = 0; a < 9; a++) {
        loss_flat(one, b.y + 11 * a, b.t + 11 * a, 1, 11, HEAD_SOFTMAX, LOSS_CE, 1, b.scratch);
        assert_memory_equal(one, b.d + 11 * a, 11 * sizeof(double));
    }
}

static int ready(void **state)
{
    rng = gsl_rng_alloc(gsl_rng_mt19937);
    return numbers_ready(state);
}

static int done(void **state)
{
    (void)state;
    gsl_rng_free(rng);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_pair), cmocka_unit_test(floats), cmocka_unit_test(not_finite), cmocka_unit_test(rows_alone)};
    return cmocka_run_group_tests_name("net/loss_flat", tests, ready, done);
}
