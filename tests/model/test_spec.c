/* Specifications: fields, defaults, what is derived, what does not go together, and the canonical text.
 * The one thing to know: the text is a network's identity, so what it says and leaves out is pinned here word for word. */
#include "fixture.h"
#include "model/spec.h"
#include "near.h"

static const Field *field_named(const char *option)
{
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (!strcmp(fields[i].option, option))
            return &fields[i];
    fail_msg("no option --%s", option);
    return NULL;
}

/* The defaults, then "option=word" pairs separated by blanks; -1 where one is refused. Not yet resolved. */
static int read_spec(NetSpec *spec, const char *pairs)
{
    char copy[256], *rest = copy;
    *spec = (NetSpec){.input = {.kind = INPUT_GAUSSIAN, .identity = "gaussian"}};
    for (size_t i = 0; i < FIELD_COUNT; i++)
        field_set(spec, &fields[i], field_default(&fields[i]));
    snprintf(copy, sizeof copy, "%s", pairs);
    for (char *pair; (pair = strtok_r(rest, " ", &rest)) != NULL;) {
        FieldValue value;
        char *equals = strchr(pair, '=');
        *equals = '\0';
        const Field *f = field_named(pair);
        if (field_read(f, equals + 1, &value))
            return -1;
        field_set(spec, f, value);
    }
    return 0;
}

static void expect_text(const char *pairs, const char *wanted)
{
    NetSpec spec;
    Text text = {0};
    assert_int_equal(read_spec(&spec, pairs), 0);
    assert_int_equal(spec_resolve(&spec), 0);
    spec_text(&text, &spec);
    assert_string_equal(text_str(&text), wanted);
    text_free(&text);
}

static void fields_are_well_formed(void **state)
{
    (void)state;
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const Field *f = &fields[i];
        const FieldValue value = field_default(f);
        Text text = {0};
        FieldValue again;
        assert_true(*f->help && *f->name && *f->option);
        assert_int_equal(f->kind == FIELD_CHOICE, f->registry != NULL);
        if (!field_given(f, value)) {
            assert_true(*f->fallback == '\0' && f->otherwise);
            continue;
        }
        field_text(&text, f, value);
        assert_int_equal(field_read(f, text_str(&text), &again), 0);
        assert_true(field_same(f, value, again));
        text_free(&text);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(f->option, fields[j].option);
            assert_true(!f->letter || f->letter != fields[j].letter);
        }
    }
}

static void defaults_of_the_interface(void **state)
{
    (void)state;
    expect_text("", "activation=relu init=he-normal depth=50 width=256 batch=32");
}

static void canonical_texts(void **state)
{
    (void)state;
    expect_text("activation=elu:1 init=glorot-normal", "activation=elu init=glorot-normal depth=50 width=256 batch=32");
    expect_text("activation=silu:2.385 init=he-normal", "activation=swish:2.385 init=he-normal depth=50 width=256 batch=32");
    expect_text("loss=ce outputs=10", "activation=relu init=he-normal depth=50 width=256 batch=32 loss=ce");
    expect_text("loss=ce outputs=7", "activation=relu init=he-normal depth=50 width=256 batch=32 loss=ce outputs=7");
    expect_text("loss=mse outputs=1", "activation=relu init=he-normal depth=50 width=256 batch=32 loss=mse");
    expect_text("input-width=256", "activation=relu init=he-normal depth=50 width=256 batch=32");
    expect_text("input-width=784", "activation=relu init=he-normal depth=50 width=256 batch=32 input_width=784");
    expect_text("input-corr=0.385", "activation=relu init=he-normal depth=50 width=256 batch=32 input_corr=0.385");
    expect_text("sigma-b=0", "activation=relu init=he-normal depth=50 width=256 batch=32");
    expect_text("sigma-w=1e0 sigma-b=0.2236",
                "activation=relu init=gaussian depth=50 width=256 batch=32 sigma_w=1 sigma_b=0.2236");
    expect_text("depth=1e2 width=64 batch=7", "activation=relu init=he-normal depth=100 width=64 batch=7");
}

/* `auto` resolves for every activation, to its customary name where that is in the table, and to gaussian with --sigma-w. */
static void auto_resolves(void **state)
{
    (void)state;
    for (size_t i = 0; i < activations.count; i++) {
        const Named *row = registry_row(&activations, i);
        const char *customary = activation_of((Choice){row, NOT_GIVEN})->customary;
        char pairs[96];
        NetSpec spec;
        snprintf(pairs, sizeof pairs, "activation=%s", row->name);
        assert_int_equal(read_spec(&spec, pairs), 0);
        assert_int_equal(spec_resolve(&spec), 0);
        assert_int_not_equal(init_of(spec.init)->law, LAW_NONE);
        if (registry_find(&inits, customary))
            assert_string_equal(spec.init.row->name, customary);
        snprintf(pairs, sizeof pairs, "activation=%s sigma-w=2.385", row->name);
        assert_int_equal(read_spec(&spec, pairs), 0);
        assert_int_equal(spec_resolve(&spec), 0);
        assert_string_equal(spec.init.row->name, "gaussian");
        NEAR(spec_sigma_w(&spec, 2), 2.385, 0);
    }
}

static void usage_errors(void **state)
{
    (void)state;
    static const struct {
        const char *pairs, *said;
    } cases[] = {
        {"activation=slu", "did you mean 'selu'?"},
        {"depth=0", "--depth '0': must be from 1 to"},
        {"depth=-3", "--depth '-3': must be from 1"},
        {"depth=2.385", "--depth '2.385': not a whole number"},
        {"depth=nan", "--depth 'nan': not a finite number"},
        {"depth=1e400", "not a finite number"},
        {"depth=ten", "--depth 'ten': not a finite number"},
        {"width=0", "--width '0'"},
        {"width=1e12", "--width '1e12'"},
        {"batch=0", "--batch '0'"},
        {"sigma-w=-1", "--sigma-w '-1': must be from 0"},
        {"sigma-b=-0.1", "--sigma-b '-0.1'"},
        {"input-corr=1.01", "--input-corr '1.01': must be from 0 to 1"},
        {"sigma-w=2 init=he-normal", "--sigma-w does not go with --init he-normal"},
        {"sigma-w=2 init=orthogonal", "--sigma-w does not go with --init orthogonal"},
        {"sigma-b=0.1 init=torch-default", "--sigma-b does not go with --init torch-default"},
        {"outputs=3", "--outputs needs a loss with a readout"},
        {"loss=ce outputs=1", "--outputs 1 with --loss ce"},
        {"depth=4294967294 width=2147483647 batch=2147483647", "size overflows"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        NetSpec spec;
        FAILS(&files, EXIT_USAGE, cases[i].said, read_spec(&spec, cases[i].pairs) < 0 || spec_resolve(&spec) < 0);
    }
}

static NetSpec with_data(int64_t rows, int64_t width, const char *pairs)
{
    NetSpec spec;
    assert_int_equal(read_spec(&spec, pairs), 0);
    spec.input = (Input){.kind = INPUT_IDX, .path = "images.gz", .identity = "idx:9a3f00c1", .rows = rows, .width = width};
    return spec;
}

static void data_have_their_own_width(void **state)
{
    (void)state;
    NetSpec spec = with_data(60, 784, "");
    Text text = {0};
    assert_int_equal(spec_resolve(&spec), 0);
    assert_int_equal(spec_fan_in(&spec, 1), 784);
    assert_int_equal(spec_fan_in(&spec, 2), 256);
    spec_text(&text, &spec);
    assert_string_equal(text_str(&text), "activation=relu init=he-normal depth=50 width=256 batch=32 input=idx:9a3f00c1");
    text_free(&text);
    spec = with_data(60, 784, "input-width=784");
    assert_int_equal(spec_resolve(&spec), 0);
    spec = with_data(60, 784, "input-width=100");
    FAILS(&files, EXIT_USAGE, "the data are 784 wide", spec_resolve(&spec) < 0);
    spec = with_data(60, 784, "input-corr=0.385");
    FAILS(&files, EXIT_USAGE, "--input-corr goes with made input", spec_resolve(&spec) < 0);
    spec = with_data(20, 784, "");
    FAILS(&files, EXIT_DATA, "holds only 20 samples", spec_resolve(&spec) < 0);
}

/* Layer 1 maps the input, the others the width, and the readout, depth + 1, is initialised as for `linear`. */
static void layers_and_readout(void **state)
{
    (void)state;
    NetSpec spec;
    assert_int_equal(read_spec(&spec, "activation=leaky-relu:0.385 depth=3 width=40 input-width=90 loss=ce outputs=7 sigma-b=0.2385"), 0);
    assert_int_equal(spec_resolve(&spec), 0);
    assert_true(spec_has_readout(&spec));
    assert_int_equal(spec_layers(&spec), 4);
    assert_int_equal(spec_fan_in(&spec, 1), 90);
    assert_int_equal(spec_fan_out(&spec, 1), 40);
    assert_int_equal(spec_fan_in(&spec, 4), 40);
    assert_int_equal(spec_fan_out(&spec, 4), 7);
    NEAR(spec_sigma_w(&spec, 1), sqrt(2 / (1 + 0.385 * 0.385)), 1e-15);
    NEAR(spec_sigma_w(&spec, 4), M_SQRT2, 1e-15);
    NEAR(spec_sigma_b(&spec, 2), 0.2385, 0);
    assert_int_equal(read_spec(&spec, "init=torch-default input-width=90"), 0);
    assert_int_equal(spec_resolve(&spec), 0);
    assert_false(spec_has_readout(&spec));
    NEAR(spec_sigma_b(&spec, 1), sqrt(1.0 / 270), 1e-15);
    NEAR(spec_sigma_b(&spec, 2), sqrt(1.0 / 768), 1e-15);
}

static void numbers_of_axes(void **state)
{
    (void)state;
    FieldValue value;
    assert_int_equal(field_number(field_named("depth"), 12.0000000001, &value), 0);
    assert_int_equal(value.whole, 12);
    assert_int_equal(field_number(field_named("sigma-b"), -0.0, &value), 0);
    assert_false(signbit(value.real));
    FAILS(&files, EXIT_USAGE, "--depth '0'", field_number(field_named("depth"), 0.2, &value) < 0);
    FAILS(&files, EXIT_USAGE, "--input-corr '1.5'", field_number(field_named("input-corr"), 1.5, &value) < 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_well_formed), cmocka_unit_test(defaults_of_the_interface), cmocka_unit_test(canonical_texts),
        cmocka_unit_test(auto_resolves),          cmocka_unit_test(usage_errors),              cmocka_unit_test(data_have_their_own_width),
        cmocka_unit_test(layers_and_readout),     cmocka_unit_test(numbers_of_axes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
