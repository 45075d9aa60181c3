/* Registries: every row of every table, its parameter, its canonical text, and what is said of a wrong name.
 * The one thing to know: a new row or table is tested without an edit, but for the list of tables below. */
#include "fixture.h"
#include "model/act.h"
#include "model/init.h"
#include "model/kinds.h"
#include "show/figure.h"
#include "show/gnuplot.h"

static const Registry *const tables[] = {&activations, &inits, &archs, &norms, &losses,   &dtypes,      &figures,
                                         &formats,     &heads, &tasks, &optimizers, &schedules, &scalings, &datasets};
enum { N_TABLES = sizeof tables / sizeof *tables };

static void expect_text(const Registry *r, const char *word, const char *canonical)
{
    Choice choice;
    Text text = {0};
    assert_int_equal(registry_choose(r, word, &choice), 0);
    choice_text(&text, choice);
    assert_string_equal(text_str(&text), canonical);
    text_free(&text);
}

static void every_row_resolves(void **state)
{
    (void)state;
    for (size_t t = 0; t < N_TABLES; t++)
        for (size_t i = 0; i < tables[t]->count; i++) {
            const Named *row = registry_row(tables[t], i);
            char word[128];
            assert_ptr_equal(registry_find(tables[t], row->name), row);
            if (row->alias)
                assert_ptr_equal(registry_find(tables[t], row->alias), row);
            assert_true(*row->formula && *row->about);
            assert_null(strpbrk(row->name, ":, \"'|*?"));   /* it must survive lists, shells and file names */
            if (!row->parameter || !isnan(row->standard))
                expect_text(tables[t], row->name, row->name);
            if (!row->parameter)
                continue;
            const double number = row->lowest + 0.385 * (fmin(row->highest, 3) - row->lowest);
            Text text = {0};
            text_shortest(&text, number);
            snprintf(word, sizeof word, "%s:%s", row->name, text_str(&text));
            expect_text(tables[t], word, row->bare ? text_str(&text) : word);
            if (row->bare)
                expect_text(tables[t], text_str(&text), text_str(&text));
            text_free(&text);
            snprintf(word, sizeof word, "%s:%.17g", row->name, row->standard);
            if (!isnan(row->standard))
                expect_text(tables[t], word, row->name);
        }
}

static void names_are_unique(void **state)
{
    (void)state;
    for (size_t t = 0; t < N_TABLES; t++)
        for (size_t i = 0; i < tables[t]->count; i++)
            for (size_t j = 0; j < i; j++) {
                const Named *a = registry_row(tables[t], i), *b = registry_row(tables[t], j);
                assert_string_not_equal(a->name, b->name);
                if (a->alias)
                    assert_string_not_equal(a->alias, b->name);
                if (b->alias)
                    assert_string_not_equal(a->name, b->alias);
            }
}

static void canonical_text_drops_defaults(void **state)
{
    (void)state;
    expect_text(&activations, "elu:1", "elu");
    expect_text(&activations, "elu:1.000", "elu");
    expect_text(&activations, "elu:2.385", "elu:2.385");
    expect_text(&activations, "silu", "swish");
    expect_text(&activations, "silu:1e0", "swish");
    expect_text(&activations, "leaky-relu:0.1", "leaky-relu:0.1");
    expect_text(&activations, "leaky-relu:1e-2", "leaky-relu");
    expect_text(&inits, "kaiming-normal", "he-normal");
    expect_text(&inits, "orthogonal:1", "orthogonal");
    expect_text(&inits, "constant:-2.385e-3", "constant:-0.002385");
}

/* A number alone chooses the row that has `bare`, and only such a row. */
static void bare_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *word, *canonical;
    } cases[] = {{"1024", "1024"}, {"1e3", "1000"}, {"fixed:1024", "1024"}, {"0.5", "0.5"}, {"none", "none"}, {"dynamic", "dynamic"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_text(&scalings, cases[i].word, cases[i].canonical);
    Choice choice;
    assert_int_equal(registry_choose(&scalings, "1024", &choice), 0);
    assert_true(loss_scaling_of(choice)->kind == LOSS_SCALE_FIXED && choice.parameter == 1024);
}

/* A name with one letter wrong gets the right one back: dropped, doubled, swapped with the next, replaced. */
static void one_slip_is_forgiven(void **state)
{
    (void)state;
    for (size_t t = 0; t < N_TABLES; t++)
        for (size_t i = 0; i < tables[t]->count; i++) {
            const char *name = registry_row(tables[t], i)->name;
            const size_t n = strlen(name);
            char wrong[80], hint[80];
            Choice choice;
            if (n < 5)
                continue;
            snprintf(wrong, sizeof wrong, "%.*sx%s", (int)(n / 2), name, name + n / 2 + 1);
            snprintf(hint, sizeof hint, "did you mean '%s'?", name);
            if (!registry_find(tables[t], wrong))
                FAILS(&files, EXIT_USAGE, hint, registry_choose(tables[t], wrong, &choice) < 0);
        }
}

static void wrong_words(void **state)
{
    (void)state;
    static const struct {
        const Registry *r;
        const char *word, *said;
    } cases[] = {
        {&activations, "slu", "did you mean 'selu'?"},
        {&activations, "rleu", "did you mean 'relu'?"},
        {&activations, "RELU", "there are: linear, sigmoid"},
        {&activations, "quadratic-thing", "there are: linear, sigmoid"},
        {&activations, "", "empty activation name"},
        {&activations, ":0.5", "empty activation name"},
        {&activations, "relu:0.5", "relu takes no number"},
        {&activations, "elu:", "'' is not a finite number"},
        {&activations, "elu:abc", "'abc' is not a finite number; write elu:ALPHA"},
        {&activations, "elu:nan", "not a finite number"},
        {&activations, "elu:inf", "not a finite number"},
        {&activations, "elu:1e400", "not a finite number"},
        {&activations, "elu:0x1p3", "not a finite number"},
        {&activations, "elu:1:2", "not a finite number"},
        {&activations, "elu:2.385e6", "must be from -1e+06 to 1e+06"},
        {&inits, "constant", "needs a number: write constant:C"},
        {&inits, "orthogonal:-2", "GAIN must be from 0 to"},
        {&inits, "glorot", "there are: auto, glorot-normal"},
        {&losses, "mes", "did you mean 'mse'?"},
        {&scalings, "dinamic", "did you mean 'dynamic'?"},
        {&scalings, "large", "there are: none, dynamic, NUMBER"},
        {&scalings, "fixed", "needs a number: write NUMBER"},
        {&scalings, "0", "NUMBER must be from 1e-30 to 1e+30"},
        {&scalings, "-1024", "NUMBER must be from 1e-30"},
        {&scalings, "1e400", "there are: none"},
        {&scalings, "1024:2", "no loss scale '1024'"},
        {&optimizers, "momentum:1", "BETA must be from 0 to 0.999999"},
        {&optimizers, "adam:0.9", "adam takes no number"},
        {&losses, "2.385", "no loss '2.385'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Choice choice;
        FAILS(&files, EXIT_USAGE, cases[i].said, registry_choose(cases[i].r, cases[i].word, &choice) < 0);
    }
}

static void losses_have_their_readouts(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        LossKind kind;
        int64_t outputs;
    } rows[] = {{"none", LOSS_NONE, 0}, {"mse", LOSS_MSE, 1}, {"bce", LOSS_BCE, 1}, {"ce", LOSS_CE, 10}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Choice choice;
        assert_int_equal(registry_choose(&losses, rows[i].name, &choice), 0);
        assert_int_equal(loss_of(choice)->kind, rows[i].kind);
        assert_int_equal(loss_of(choice)->outputs, rows[i].outputs);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_resolves),   cmocka_unit_test(names_are_unique), cmocka_unit_test(canonical_text_drops_defaults),
        cmocka_unit_test(bare_numbers),         cmocka_unit_test(one_slip_is_forgiven), cmocka_unit_test(wrong_words),      cmocka_unit_test(losses_have_their_readouts),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
