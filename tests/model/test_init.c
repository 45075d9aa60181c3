/* Initialisers: the standard deviation that each rule gives to rectangular layers, and the table as a whole.
 * The one thing to know: sigma_w is sqrt(fan_in E W^2), so a uniform law on +-a has sigma_w = a sqrt(fan_in / 3).
 * Glorot and Bengio 2010; He et al. 2015; LeCun et al. 1998; Saxe et al. 2014; PyTorch's nn.init and nn.Linear. */
#include "files.h"
#include "model/act.h"
#include "model/init.h"
#include "near.h"

typedef struct {
    const char *word;
    InitCase c;
    double sigma_w, sigma_b;   /* sigma_b < 0: as given by --sigma-b */
} Rule;

static const Rule rules[] = {
    {"glorot-normal", {.fan_in = 784, .fan_out = 256}, 1.2278812270298408, -1},       /* sqrt(2 784 / 1040) */
    {"glorot-normal", {.fan_in = 256, .fan_out = 784}, 0.70164641544562338, -1},      /* sqrt(2 256 / 1040) */
    {"glorot-uniform", {.fan_in = 784, .fan_out = 256}, 1.2278812270298408, -1},
    {"keras-default", {.fan_in = 784, .fan_out = 256}, 1.2278812270298408, -1},
    {"xavier-normal", {.fan_in = 97, .fan_out = 97}, 1, -1},
    {"he-normal", {.fan_in = 784, .fan_out = 256}, M_SQRT2, -1},
    {"he-uniform", {.fan_in = 784, .fan_out = 256, .slope = 0.25}, 1.3719886811400708, -1},   /* sqrt(2 / 1.0625) */
    {"kaiming-normal", {.fan_in = 31, .fan_out = 7, .slope = -2.385}, 0.5468391006774173, -1},  /* sqrt(2 / 6.688225) */
    {"lecun-normal", {.fan_in = 784, .fan_out = 256}, 1, -1},
    {"lecun-uniform", {.fan_in = 3, .fan_out = 256}, 1, -1},
    {"orthogonal:2.385", {.fan_in = 784, .fan_out = 256}, 2.385, -1},                 /* orthonormal rows: E W^2 = 1/784 */
    {"orthogonal:2.385", {.fan_in = 256, .fan_out = 784}, 1.36285714285714, -1},      /* columns: 2.385 sqrt(256 / 784) */
    {"orthogonal", {.fan_in = 256, .fan_out = 256}, 1, -1},
    {"lsuv", {.fan_in = 256, .fan_out = 784}, 0.57142857142857143, -1},
    {"truncated-normal", {.fan_in = 784, .fan_out = 256, .sigma_w = 2.385}, 2.385, -1},
    {"gaussian", {.fan_in = 784, .fan_out = 256, .sigma_w = 0.385}, 0.385, -1},
    {"critical", {.fan_in = 784, .fan_out = 256, .sigma_w = 0.385}, 0.385, -1},
    {"torch-default", {.fan_in = 784, .fan_out = 256}, 0.57735026918962576, 0.020619652471058063},   /* sqrt(1/3), sqrt(1/2352) */
    {"critical", {.fan_in = 784, .fan_out = 256, .sigma_w = 1.7385}, 1.7385, -1},     /* theory finds sigma_w before */
    {"zeros", {.fan_in = 784, .fan_out = 256}, 0, -1},
    {"constant:-0.385", {.fan_in = 784, .fan_out = 256}, 10.78, -1},                  /* sqrt(784) 0.385 */
};

static void rules_of_rectangular_layers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        Choice choice;
        assert_int_equal(registry_choose(&inits, rules[i].word, &choice), 0);
        InitCase c = rules[i].c;
        c.parameter = choice.parameter;
        const Init *init = init_of(choice);
        NEAR(init->sigma_w(&c), rules[i].sigma_w, 1e-13 * (1 + rules[i].sigma_w));
        assert_int_equal(init->sigma_b == NULL, rules[i].sigma_b < 0);
        if (init->sigma_b)
            NEAR(init->sigma_b(&c), rules[i].sigma_b, 1e-15);
    }
}

/* Every row but `auto` stands in `rules`, draws from a law, and looks at sigma_w only where the user or theory gives it. */
static void every_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < inits.count; i++) {
        const Named *row = registry_row(&inits, i);
        const Init *init = init_of((Choice){row, NOT_GIVEN});
        if (init->law == LAW_NONE) {
            assert_string_equal(row->name, "auto");
            assert_null(init->sigma_w);
            continue;
        }
        bool listed = false;
        for (size_t r = 0; r < sizeof rules / sizeof *rules; r++)
            listed = listed || !strncmp(rules[r].word, row->name, strlen(row->name));
        if (!listed)
            fail_msg("%s has no known value in this test", row->name);
        InitCase c = {.fan_in = 38.5, .fan_out = 23.85, .slope = 0.385, .parameter = 0.7385, .sigma_w = 2.385};
        const double one = init->sigma_w(&c);
        c.sigma_w = 0.2385;
        assert_int_equal(init->takes_sigma_w || init->sigmas_by_theory, init->sigma_w(&c) != one);
        assert_true(isfinite(one) && one >= 0);
        assert_int_equal(init->scaled_by_data, !strcmp(row->name, "lsuv"));
    }
}

/* What `auto` stands for is another row of the table. */
static void customary_names(void **state)
{
    (void)state;
    static const char *const wanted[][2] = {
        {"relu", "he-normal"}, {"leaky-relu", "he-normal"}, {"prelu", "he-normal"}, {"selu", "lecun-normal"}, {"linear", "glorot-normal"},
        {"sigmoid", "glorot-normal"}, {"tanh", "glorot-normal"}, {"softmax", "glorot-normal"}, {"gelu", "critical"}, {"sin", "critical"},
    };
    for (size_t i = 0; i < activations.count; i++) {
        const char *name = activation_of((Choice){registry_row(&activations, i), NOT_GIVEN})->customary;
        assert_non_null(registry_find(&inits, name));
        assert_string_not_equal(name, "auto");
    }
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        const Named *row = registry_find(&activations, wanted[i][0]);
        assert_string_equal(activation_of((Choice){row, NOT_GIVEN})->customary, wanted[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_of_rectangular_layers),
        cmocka_unit_test(every_row),
        cmocka_unit_test(customary_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
