/* Records: the headers as the contract gives them, cells that are empty, infinite or not numbers, statistics by hand.
 * The one thing to know: the headers below are copied from INTERFACE.md, not made from columns.def.
 * Quantiles of type 7: Hyndman and Fan 1996; h = (n - 1) p, linear between neighbours. */
#include <gsl/gsl_errno.h>
#include <math.h>

#include "lab/experiments.h"
#include "lab/record.h"

#define KEYS "activation,init,arch,norm,depth,width,batch,sigma_w,sigma_b,dtype"
#define LAYERS                                                                                                    \
    KEYS ",seed,layer,z_mean,z_var,h_mean,h_var,h_ms,log10_h_ms,h_cos,zero_frac,dead_frac,saturated_frac,"        \
         "grad_z_norm,grad_h_norm,grad_w_norm,grad_b_norm,"                                                       \
         "log10_grad_z_norm,log10_grad_h_norm,log10_grad_w_norm,log10_grad_b_norm,status"
#define NETWORKS KEYS ",seed,grad_ratio_log10,grad_decay_log10,grad_decay_se,fwd_decay_log10,final_h_mean,final_h_var,engine,status"

static void check_headers(const Words *words, const char *extra)
{
    static const char *const measured[] = {"z_mean", "z_var", "h_mean", "h_var", "h_ms", "log10_h_ms", "h_cos", "zero_frac", "dead_frac",
                                           "saturated_frac", "log10_grad_z_norm", "log10_grad_h_norm", "log10_grad_w_norm", "log10_grad_b_norm"};
    Experiment e = experiment_of(words);
    Text text = {0}, wanted = {0};
    record_layers_header(&text, &e);
    text_format(&wanted, "%s%s\n", LAYERS, extra);
    assert_string_equal(text_str(&text), text_str(&wanted));
    text_clear(&text);
    text_clear(&wanted);
    record_networks_header(&text, &e);
    text_format(&wanted, "%s%s\n", NETWORKS, extra);
    assert_string_equal(text_str(&text), text_str(&wanted));
    text_clear(&text);
    text_clear(&wanted);
    record_summary_header(&text, &e);
    text_format(&wanted, "%s,layer,n", KEYS);
    for (size_t i = 0; i < sizeof measured / sizeof *measured; i++) {
        const char *x = measured[i];
        text_format(&wanted, ",%s_mean,%s_sd,%s_q05,%s_q25,%s_q50,%s_q75,%s_q95,theory_%s", x, x, x, x, x, x, x, x);
    }
    text_format(&wanted, "%s\n", extra);
    assert_string_equal(text_str(&text), text_str(&wanted));
    text_free(&text);
    text_free(&wanted);
    experiment_free(&e);
}

static void headers_of_the_contract(void **state)
{
    (void)state;
    check_headers(&(Words){.seeds = NULL}, "");
    check_headers(&(Words){.axis[FIELD_depth] = "1,2", .axis[FIELD_sigma_b] = "1,2", .axis[FIELD_activation] = "relu,tanh"}, "");
}

static void axes_without_a_key_column_come_last(void **state)
{
    (void)state;
    check_headers(&(Words){.axis[FIELD_input_corr] = "0.1,0.2"}, ",input_corr");
    check_headers(&(Words){.axis[FIELD_input_width] = "5,6", .axis[FIELD_loss] = "mse,bce", .axis[FIELD_outputs] = "1,2"}, ",loss,outputs,input_width");
}

static void check_layer(const Words *words, const LayerRow *row, uint32_t seed, const char *wanted)
{
    Experiment e = experiment_of(words);
    NetSpec spec;
    Text text = {0};
    experiment_point(&e, e.points - 1, &spec);
    record_layer(&text, &e, &spec, seed, 0, row);
    assert_string_equal(text_str(&text), wanted);
    text_free(&text);
    experiment_free(&e);
}

static void a_cell_that_does_not_apply_is_empty(void **state)
{
    (void)state;
    const Words words = {.axis[FIELD_activation] = "elu:2.385", .axis[FIELD_init] = "lecun-normal", .axis[FIELD_depth] = "3", .axis[FIELD_width] = "5", .axis[FIELD_batch] = "2",
                         .axis[FIELD_loss] = "none,mse"};
    LayerRow row = {.layer = 0, .sigma_w = NOT_GIVEN, .sigma_b = NOT_GIVEN, .status = STATUS_OK};
    check_layer(&words, &row, 7, "elu:2.385,lecun-normal,mlp,none,3,5,2,,,float64,7,0,,,,,,,,,,,,,,,,,,,ok,mse\n");
    row_set(&row, COL_h_mean, 0.1 + 0.2);
    row_set(&row, COL_h_ms, 0);
    row_set(&row, COL_log10_grad_b_norm, -0.0);
    check_layer(&words, &row, 4294967295u, "elu:2.385,lecun-normal,mlp,none,3,5,2,,,float64,4294967295,0,,,0.3,,0,,,,,,,,,,,,,0,ok,mse\n");
}

static void infinities_and_nan_are_words(void **state)
{
    (void)state;
    const Words words = {.axis[FIELD_depth] = "3", .axis[FIELD_width] = "5", .axis[FIELD_batch] = "2", .axis[FIELD_sigma_w] = "0.1"};
    LayerRow row = {.layer = 3, .sigma_w = sqrt(2), .sigma_b = 0.1, .status = STATUS_NAN};
    for (int c = 0; c < COL_COUNT; c++)
        row_set(&row, (ColumnId)c, c % 4 == 0 ? HUGE_VAL : c % 4 == 1 ? -HUGE_VAL : c % 4 == 2 ? (double)NAN : -1.0 / 3 * pow(10, c * 20));
    check_layer(&words, &row, 0,
                "relu,gaussian,mlp,none,3,5,2,1.4142135623730951,0.1,float64,0,3,inf,-inf,nan,-3.33333333333e+59,inf,-inf,nan,-3.33333333333e+139,"
                "inf,-inf,nan,-3.33333333333e+219,inf,-inf,nan,-3.33333333333e+299,inf,-inf,nan\n");
}

static void networks(void **state)
{
    (void)state;
    Experiment e = EXPERIMENT(.axis[FIELD_depth] = "1", .axis[FIELD_width] = "5", .axis[FIELD_batch] = "2");
    NetSpec spec;
    Text text = {0};
    experiment_point(&e, 0, &spec);
    const NetworkRow row = {.sigma_w = 1.5, .sigma_b = 0, .grad_ratio_log10 = -2.385, .grad_decay_log10 = NOT_GIVEN, .grad_decay_se = NOT_GIVEN,
                            .fwd_decay_log10 = -HUGE_VAL, .final_h_mean = 1e-300, .final_h_var = 0, .engine = "dense", .status = STATUS_DEAD};
    record_network(&text, &e, &spec, 3, &row, NULL);
    assert_string_equal(text_str(&text), "relu,he-normal,mlp,none,1,5,2,1.5,0,float64,3,-2.385,,,-inf,1e-300,0,dense,dead\n");
    text_free(&text);
    experiment_free(&e);
}

/* 81 bins of h, the zeros of ∂L/∂h, 41 of its logarithm: edges of the contract's first and last rows, axes and steps behind. */
static void histograms(void **state)
{
    (void)state;
    Experiment e = EXPERIMENT(.axis[FIELD_depth] = "3", .axis[FIELD_width] = "5", .axis[FIELD_batch] = "2", .axis[FIELD_lr] = "0.1,0.25", .training = true);
    NetSpec spec;
    Text text = {0};
    LayerHistogram h = {.h = {[0] = 7, [40] = 8, [80] = 9}, .zeros = 3, .grad = {[0] = 4, [1] = 5, [40] = 6}, .first = -35};
    const LayerRow row = {.layer = 2, .sigma_w = 1.5, .sigma_b = 0.25};
    record_histograms_header(&text, &e);
    assert_string_equal(text_str(&text), KEYS ",seed,layer,quantity,low,high,count,lr,step\n");
    text_clear(&text);
    experiment_point(&e, 1, &spec);
    record_histogram(&text, &e, &spec, 3, 20, &row, &h);
#define BIN(words) "relu,he-normal,mlp,none,3,5,2,1.5,0.25,float64,3,2," words ",0.25,20\n"
    static const char *const wanted[] = {[0] = BIN("h,-inf,-3.95,7"), [1] = BIN("h,-3.95,-3.85,0"), [40] = BIN("h,-0.05,0.05,8"), [80] = BIN("h,3.95,inf,9"),
                                         [81] = BIN("grad_h,-inf,-inf,3"), [82] = BIN("grad_h,-inf,-8.5,4"), [83] = BIN("grad_h,-8.5,-8.25,5"),
                                         [122] = BIN("grad_h,1.25,inf,6")};
    const char *line = text_str(&text);
    for (size_t k = 0; k < RECORD_HISTOGRAM_LINES; k++, line = strchr(line, '\n') + 1)
        if (k < sizeof wanted / sizeof *wanted && wanted[k])
            assert_int_equal(strncmp(line, wanted[k], strlen(wanted[k])), 0);
    assert_string_equal(line, "");
    text_free(&text);
    experiment_free(&e);
}

/* The summary's cells, cut out of one row: `column` counts the summarised ones, `which` its eight. */
static const char *cell(const char *row, size_t column, size_t which, char *out, size_t room)
{
    for (size_t commas = 12 + 8 * column + which; commas; row++)
        commas -= *row == ',';
    snprintf(out, room, "%.*s", (int)strcspn(row, ",\n"), row);
    return out;
}

static void check_statistics(const double *sample, size_t n, const char *const wanted[8])
{
    Experiment e = EXPERIMENT(.axis[FIELD_depth] = "2");
    ColumnId which[COL_COUNT];
    const size_t columns_kept = record_summarised(which), stride = columns_kept + 3;
    double *values = calloc(n * stride, sizeof *values), *scratch = calloc(n, sizeof *scratch);
    char out[64];
    NetSpec spec;
    Text text = {0};
    assert_int_equal(columns_kept, 14);
    for (size_t s = 0; s < n; s++)
        for (size_t k = 0; k < columns_kept; k++)
            values[s * stride + k] = k == 5 ? sample[s] : NOT_GIVEN;
    experiment_point(&e, 0, &spec);
    record_summary(&text, &e, &spec, 0, &(LayerRow){.layer = 1}, sqrt(2), 0, values, n, stride, scratch);
    for (size_t i = 0; i < 8; i++) {
        assert_string_equal(cell(text_str(&text), 5, i, out, sizeof out), wanted[i]);
        assert_string_equal(cell(text_str(&text), 4, i, out, sizeof out), "");
        assert_string_equal(cell(text_str(&text), 6, i, out, sizeof out), "");
    }
    char head[128];
    snprintf(head, sizeof head, "relu,he-normal,mlp,none,2,256,32,1.4142135623730951,0,float64,1,%zu,", n);
    assert_int_equal(strncmp(text_str(&text), head, strlen(head)), 0);
    text_free(&text);
    free(values);
    free(scratch);
    experiment_free(&e);
}

/* 1, 2, 4, 8: mean 15/4; squares of deviations sum to 28.75, so sd = √(28.75/3); h = 3p = 0.15, 0.75, 1.5, 2.25, 2.85. */
static void statistics_by_hand(void **state)
{
    (void)state;
    check_statistics((const double[]){8, 1, 4, 2}, 4, (const char *const[]){"3.75", "3.09569593683", "1.15", "1.75", "3", "5", "7.4", ""});
}

static void statistics_are_over_finite_values(void **state)
{
    (void)state;
    check_statistics((const double[]){8, -HUGE_VAL, 1, (double)NAN, 4, 2, HUGE_VAL}, 7,
                     (const char *const[]){"3.75", "3.09569593683", "1.15", "1.75", "3", "5", "7.4", ""});
    check_statistics((const double[]){(double)NAN, 2.385}, 2, (const char *const[]){"2.385", "", "2.385", "2.385", "2.385", "2.385", "2.385", ""});
    check_statistics((const double[]){(double)NAN, -HUGE_VAL}, 2, (const char *const[]){"", "", "", "", "", "", "", ""});
    check_statistics((const double[]){-3, -3, -3}, 3, (const char *const[]){"-3", "0", "-3", "-3", "-3", "-3", "-3", ""});
}

int main(void)
{
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_of_the_contract),
        cmocka_unit_test(axes_without_a_key_column_come_last),
        cmocka_unit_test(a_cell_that_does_not_apply_is_empty),
        cmocka_unit_test(infinities_and_nan_are_words),
        cmocka_unit_test(networks),
        cmocka_unit_test(histograms),
        cmocka_unit_test(statistics_by_hand),
        cmocka_unit_test(statistics_are_over_finite_values),
    };
    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
