/* What is recorded of a layer, against sums over all entries in long double: moments, cosines, fractions, gradient norms, statuses.
 * The one thing to know: rows come in every unit and size a pass may hold (stored norms of 2^±400), so nothing may over- or underflow.
 * ‖Σ_a δ_a h_aᵀ‖² = ⟨δδᵀ, hhᵀ⟩ is computed here as the matrix it is the norm of. */
#include "net/measure.h"
#include "net/twin.h"
#include "num/rng.h"

enum { MOST = 4096 };
static double x_store[MOST], y_store[MOST], work[65536];
static int64_t x_exponents[64], y_exponents[64];

static Rows rows_make(double *x, int64_t *e, size_t rows, size_t cols, uint32_t stream)
{
    Rng rng;
    rng_init(&rng, philox_type);
    rng_open(&rng, (RngSource){KEY, stream}, 1, USE_WEIGHT);
    rng_normals(&rng, x, rows * cols, 1);
    for (size_t i = 0; i < rows * cols; i++)
        x[i] += 0.375;
    memset(e, 0, rows * sizeof *e);
    rng_done(&rng);
    return (Rows){.x = x, .exponent = e, .rows = rows, .cols = cols};
}

static Line *lines_of(const Rows *r)
{
    Line *lines = lines_make(r->rows, r->cols);
    for (size_t a = 0; a < r->rows; a++) {
        for (size_t i = 0; i < r->cols; i++)
            lines[a].x[i] = LONG(rows_at(r, a)[i]);
        lines[a].e = r->exponent[a];
        line_normalise(&lines[a]);
    }
    return lines;
}

static void lines_free(Line *lines, size_t rows)
{
    for (size_t a = 0; a < rows; a++)
        free(lines[a].x);
    free(lines);
}

/* ‖Σ_a δ_a h_aᵀ‖² and ‖Σ_a δ_a‖². */
static void true_norms(const Rows *delta, const Rows *h, Big *w, Big *b)
{
    Line *d = lines_of(delta), *x = lines_of(h);
    *w = *b = (Big){0, 0};
    for (size_t j = 0; j < delta->cols; j++) {
        Big bias = {0, 0};
        for (size_t a = 0; a < delta->rows; a++)
            bias = big_add(bias, (Big){d[a].x[j], d[a].e});
        *b = big_add(*b, big_times(bias, bias));
        for (size_t k = 0; k < h->cols; k++) {
            Big entry = {0, 0};
            for (size_t a = 0; a < delta->rows; a++)
                entry = big_add(entry, big_times((Big){d[a].x[j], d[a].e}, (Big){x[a].x[k], x[a].e}));
            *w = big_add(*w, big_times(entry, entry));
        }
    }
    lines_free(d, delta->rows);
    lines_free(x, h->rows);
}

enum { FENCE = 300 };

/* Nothing is written behind the work that was promised to be enough. */
static size_t fence(const Rows *h, size_t units)
{
    const size_t size = measure_work_size(h->rows, units);
    assert_true(size + FENCE <= sizeof work / sizeof *work);
    for (size_t i = 0; i < FENCE; i++)
        work[size + i] = 2.385;
    return size;
}

static void expect_fence(size_t size)
{
    for (size_t i = 0; i < FENCE; i++)
        assert_true(work[size + i] == 2.385);
}

static void expect_norms(const Rows *delta, const Rows *h, double tolerance, const char *what)
{
    LayerRow row = {0};
    Big w, b;
    const size_t end = fence(h, h->cols > delta->cols ? h->cols : delta->cols);
    measure_grad_wb(&row, delta, h, work);
    expect_fence(end);
    true_norms(delta, h, &w, &b);
    NEAR(row.value[COL_log10_grad_w_norm], big_log10(w) / 2, tolerance, "%s: dW, batch %zu, %zu -> %zu", what, h->rows, h->cols, delta->cols);
    NEAR(row.value[COL_log10_grad_b_norm], big_log10(b) / 2, tolerance, "%s: db, batch %zu, %zu -> %zu", what, h->rows, h->cols, delta->cols);
}

/* The three ways of computing it: batch 1, Gram matrices (batch below fan_in), the matrix itself (more than one block of 64 rows, too). */
static void three_ways(void **state)
{
    (void)state;
    const size_t shapes[][3] = {{1, 5, 7}, {2, 5, 7}, {4, 5, 70}, {5, 5, 7}, {6, 5, 70}, {20, 3, 130}, {17, 64, 31}, {63, 64, 20}, {64, 64, 20}, {1, 1, 1}, {3, 1, 1}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const Rows h = rows_make(x_store, x_exponents, shapes[i][0], shapes[i][1], 1);
        const Rows delta = rows_make(y_store, y_exponents, shapes[i][0], shapes[i][2], 2);
        expect_norms(&delta, &h, 1e-14, "plain");
    }
}

/* Samples that cancel: δ of the second half is minus that of the first, h nearly the same. */
static void cancelling(void **state)
{
    (void)state;
    for (int k = 0; k <= 45; k += 3) {
        const size_t batch = 8, in = 40, out = 6;
        const Rows h = rows_make(x_store, x_exponents, batch, in, 3), delta = rows_make(y_store, y_exponents, batch, out, 4);
        for (size_t a = 4; a < 8; a++) {
            for (size_t i = 0; i < out; i++)
                rows_at(&delta, a)[i] = -rows_at(&delta, a - 4)[i];
            for (size_t i = 0; i < in; i++)
                rows_at(&h, a)[i] = rows_at(&h, a - 4)[i] * (1 + ldexp(i % 2 ? 1 : -1, -k));
            rows_at(&delta, a)[0] *= 1 + ldexp(1, -k);
        }
        /* Rounding of h and δ themselves is given; the sum is right to 2^-53 of its terms, 2^(k - 53) of itself, where the Gram form
         * would have 2^(2k - 53). */
        expect_norms(&delta, &h, fmax(1e-10, 8 * ldexp(1, k - 53)), "cancelling");
    }
}

/* Rows of stored norms 2^±380 and any unit; products that are comparable, and some that are not. */
static void sizes_and_units(void **state)
{
    (void)state;
    static const int sizes[] = {0, 0, 190, -190, 380, -380, 250, -120};
    static const int64_t units[] = {0, 3, 0, -700, 20000, -20000, 0, 1500};
    const size_t shapes[][3] = {{1, 5, 7}, {4, 9, 7}, {9, 5, 7}};
    for (size_t s = 0; s < 3; s++)
        for (size_t i = 0; i < 8; i++)
            for (size_t j = 0; j < 8; j++)
                for (int together = 0; together < 2; together++) {
                    Rows h = rows_make(x_store, x_exponents, shapes[s][0], shapes[s][1], 5);
                    Rows delta = rows_make(y_store, y_exponents, shapes[s][0], shapes[s][2], 6);
                    for (size_t a = 0; a < h.rows; a++) {
                        const int size_h = sizes[(i + a) % 8], size_d = sizes[(j + 3 * a) % 8];
                        for (size_t k = 0; k < h.cols; k++)
                            rows_at(&h, a)[k] = ldexp(rows_at(&h, a)[k], size_h);
                        for (size_t k = 0; k < delta.cols; k++)
                            rows_at(&delta, a)[k] = ldexp(rows_at(&delta, a)[k], size_d);
                        h.exponent[a] = units[(j + a) % 8];
                        delta.exponent[a] = together ? -units[(j + a) % 8] - size_h - size_d : units[(i + 5 * a) % 8];
                    }
                    expect_norms(&delta, &h, 1e-11, together ? "comparable" : "far apart");
                }
}

/* A sample of zeros in any unit takes no part. */
static void dead_sample(void **state)
{
    (void)state;
    for (int64_t unit = -5000; unit <= 5000; unit += 2500)
        for (size_t in = 3; in < 20; in += 12) {
            Rows h = rows_make(x_store, x_exponents, 4, in, 7), delta = rows_make(y_store, y_exponents, 4, 6, 8);
            memset(rows_at(&h, 1), 0, in * sizeof(double));
            memset(rows_at(&delta, 2), 0, 6 * sizeof(double));
            h.exponent[1] = unit;
            delta.exponent[2] = -unit;
            expect_norms(&delta, &h, 1e-14, "dead sample");
        }
    Rows h = rows_make(x_store, x_exponents, 4, 9, 7), delta = rows_make(y_store, y_exponents, 4, 6, 8);
    memset(delta.x, 0, 24 * sizeof(double));
    delta.exponent[0] = 5000;
    LayerRow row = {0};
    measure_grad_wb(&row, &delta, &h, work);
    assert_true(row.value[COL_grad_w_norm] == 0 && row.value[COL_log10_grad_w_norm] == -HUGE_VAL);
    assert_true(row.value[COL_grad_b_norm] == 0 && row.value[COL_log10_grad_b_norm] == -HUGE_VAL);
}

/* Means and variances over units and batch, E h², cosines and zeros. */
static void forward_moments(void **state)
{
    (void)state;
    const int64_t unit[] = {0, -3, 5, 0, 2};
    for (size_t batch = 1; batch <= 5; batch++) {
        Rows h = rows_make(x_store, x_exponents, batch, 7, 9);
        rows_at(&h, 0)[3] = rows_at(&h, batch - 1)[5] = 0;
        Real mean = 0, squares = 0, variance = 0, cosines = 0;
        Real norm[5] = {0};
        for (size_t a = 0; a < batch; a++) {
            h.exponent[a] = unit[a];
            for (size_t i = 0; i < 7; i++) {
                const Real v = real_shift(LONG(rows_at(&h, a)[i]), unit[a]);
                mean += v / (Real)(7 * batch);
                squares += v * v / (Real)(7 * batch);
                norm[a] += v * v;
            }
        }
        for (size_t a = 0; a < batch; a++)
            for (size_t i = 0; i < 7; i++) {
                const Real v = real_shift(LONG(rows_at(&h, a)[i]), unit[a]);
                variance += (v - mean) * (v - mean) / (Real)(7 * batch);
                for (size_t b = 0; b < batch; b++)
                    cosines += a == b ? 0 : v * real_shift(LONG(rows_at(&h, b)[i]), unit[b]) / sqrtl(norm[a] * norm[b]) / (Real)(batch * (batch - 1));
            }
        LayerRow row = {0}, z = {0};
        const size_t end = fence(&h, 7);
        measure_h(&row, &h, work);
        expect_fence(end);
        measure_z(&z, &h);
        NEAR(row.value[COL_h_mean], mean, 1e-15 * (double)sqrtl(squares), "mean");
        NEAR(row.value[COL_h_var], variance, 1e-14 * (double)variance, "variance");
        NEAR(row.value[COL_h_ms], squares, 1e-14 * (double)squares, "mean square");
        NEAR(row.value[COL_log10_h_ms], log10l(squares), 1e-14, "log10 mean square");
        assert_true(z.value[COL_z_mean] == row.value[COL_h_mean] && z.value[COL_z_var] == row.value[COL_h_var]);
        assert_true(row_has(&row, COL_h_cos) == (batch > 1));
        if (batch > 1)
            NEAR(row.value[COL_h_cos], cosines, 1e-14, "cosine");
        NEAR(row.value[COL_zero_frac], 2.0 / (7.0 * (double)batch), 1e-15, "zeros");
    }
}

/* A common offset does not eat the variance, nor a far unit; rows of zeros are left out of the cosine. */
static void hard_moments(void **state)
{
    (void)state;
    double x[] = {1e9 + 1, 1e9 - 1, 1e9 + 3, 1e9 - 3, 0, 0, 3, 4};
    int64_t e[] = {0, 0, -9000, 7000};
    Rows h = {.x = x, .exponent = e, .rows = 2, .cols = 2};
    LayerRow row = {0};
    measure_h(&row, &h, work);
    NEAR(row.value[COL_h_mean], 1e9, 0, "mean");
    NEAR(row.value[COL_h_var], 5, 1e-14, "variance beside 1e9");
    h = (Rows){.x = x + 4, .exponent = e + 2, .rows = 2, .cols = 2};
    measure_h(&row, &h, work);
    assert_true(row.value[COL_h_ms] == HUGE_VAL && row.value[COL_h_var] == HUGE_VAL && row.value[COL_h_mean] == HUGE_VAL);
    NEAR(row.value[COL_log10_h_ms], log10(25.0 / 4) + 14000 * log10(2), 1e-11, "log10 of a huge mean square");
    LayerRow lonely = {0};
    measure_h(&lonely, &h, work);
    assert_false(row_has(&lonely, COL_h_cos));
    NEAR(lonely.value[COL_zero_frac], 0.5, 0, "zeros");
}

static void fractions(void **state)
{
    (void)state;
    double cells[] = {0, 0.04, 1, -0.02, 0, 0, 0.051, -2};   /* 2 samples × 4 units */
    const Rows slope = {.x = cells, .rows = 2, .cols = 4};
    LayerRow row = {0};
    measure_slopes(&row, &slope, 1, work);
    NEAR(row.value[COL_dead_frac], 0.25, 0, "dead units");
    NEAR(row.value[COL_saturated_frac], 5.0 / 8, 0, "saturated");
    for (size_t samples = 1; samples <= 2; samples++) {   /* of what is not a number no share is dead, saturated or zero */
        const Rows some = {.x = cells, .exponent = (int64_t[]){0, 0}, .rows = samples, .cols = 4};
        cells[0] = (double)NAN;
        measure_slopes(&row, &some, 1, work);
        measure_h(&row, &some, work);
        assert_true(row_has(&row, COL_dead_frac) && isnan(row.value[COL_dead_frac]));
        assert_true(isnan(row.value[COL_saturated_frac]) && isnan(row.value[COL_zero_frac]));
        cells[0] = 0;
        measure_slopes(&row, &some, 1, work);   /* of an h that holds NaN */
        assert_true(isnan(row.value[COL_dead_frac]));
        measure_h(&row, &some, work);
        measure_slopes(&row, &some, 1, work);
        assert_true(row.value[COL_dead_frac] == 0.25 && row.value[COL_zero_frac] == (samples == 1 ? 0.25 : 0.375));
    }
    measure_slopes(&row, &slope, -0.0, work);
    NEAR(row.value[COL_saturated_frac], 0, 0, "saturated, flat activation");
}

static Status status_with(ColumnId a, double x, ColumnId b, double y)
{
    LayerRow row = {0};
    row_set(&row, COL_h_ms, 0.5);
    row_set(&row, COL_log10_h_ms, log10(0.5));
    row_set(&row, COL_dead_frac, 0.5);
    row_set(&row, a, x);
    row_set(&row, b, y);
    measure_status(&row);
    return row.status;
}

/* nan, overflow, dead, underflow, ok: the first that applies. */
static void statuses(void **state)
{
    (void)state;
    const double nan = (double)NAN;
    assert_int_equal(status_with(COL_h_mean, 0, COL_h_var, 1), STATUS_OK);
    assert_int_equal(status_with(COL_grad_w_norm, 0, COL_log10_grad_w_norm, -400), STATUS_UNDERFLOW);
    assert_int_equal(status_with(COL_grad_w_norm, 0, COL_log10_grad_w_norm, -HUGE_VAL), STATUS_OK);
    assert_int_equal(status_with(COL_dead_frac, 1, COL_h_mean, 0), STATUS_DEAD);
    assert_int_equal(status_with(COL_dead_frac, 1, COL_grad_h_norm, HUGE_VAL), STATUS_OVERFLOW);
    assert_int_equal(status_with(COL_h_mean, -HUGE_VAL, COL_h_ms, HUGE_VAL), STATUS_OVERFLOW);
    assert_int_equal(status_with(COL_h_mean, nan, COL_h_ms, HUGE_VAL), STATUS_NAN);
    assert_int_equal(status_with(COL_dead_frac, 1, COL_grad_b_norm, nan), STATUS_NAN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(three_ways),      cmocka_unit_test(cancelling),   cmocka_unit_test(sizes_and_units), cmocka_unit_test(dead_sample),
        cmocka_unit_test(forward_moments), cmocka_unit_test(hard_moments), cmocka_unit_test(fractions),       cmocka_unit_test(statuses),
    };
    return cmocka_run_group_tests_name("net/measure", tests, numbers_ready, NULL);
}
