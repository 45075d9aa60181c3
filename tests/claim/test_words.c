/* The words of the report: they follow the outcomes, and nothing else.
 * The one thing to know: each sentence is compared whole, after the outcome that it tells of was changed. */
#include "claim/outcomes.h"

#include "claim/words.h"

static void answer_of(const Study *s, Text *out)
{
    Prose p = {0};
    words_answer(&p, s);
    for (size_t i = 0; i < p.n; i++)
        text_string(out, text_str(&p.spans[i].text));
    prose_free(&p);
}

static void says(const MadeClaim *claims, size_t n, const char *wanted)
{
    Made *m = made_study(claims, n);
    Text said = {0};
    answer_of(&m->study, &said);
    assert_string_equal(text_str(&said), wanted);
    text_free(&said);
    made_free(m);
}

static void the_answer_follows_the_outcomes(void **state)
{
    (void)state;
    MadeClaim c[] = {
        {.id = "C02", .claim = "Depth pays", .kind = VERDICT_HOLDS, .sentence = "It pays 2.385-fold. Never mind."},
        {.id = "C05", .claim = "Sigmoid vanishes", .kind = VERDICT_HOLDS, .sentence = "To 1e-31 at depth 50, i.e. nothing. Then zero."},
        {.id = "C16", .claim = "SELU cures it", .kind = VERDICT_DOES_NOT_HOLD, .condition = "it grows 23.3-fold", .sentence = "It grows."},
        {.id = "C17", .claim = "It is fast", .kind = VERDICT_NOT_MEASURED, .condition = "needs recurrent networks"},
    };
    says(c, 4, "Of 4 claims that textbooks make about deep networks, tested here on 3702 networks, 2 hold, 1 does not hold and 1 is not measured. "
               "Vanishing gradients (C05, holds): To 10⁻³¹ at depth 50, i.e. nothing. “Depth pays” (C02, holds): It pays 2.385-fold. "
               "What does not hold: “SELU cures it” (C16): it grows 23.3-fold.");
    c[1].kind = VERDICT_HOLDS_WHEN;
    c[1].condition = "deep";
    c[2].kind = VERDICT_HOLDS;
    c[3].kind = VERDICT_DOES_NOT_HOLD;
    c[3].condition = "";
    says(c, 4, "Of 4 claims that textbooks make about deep networks, tested here on 4936 networks, 2 hold, 1 holds under a condition and 1 does not hold. "
               "Vanishing gradients (C05, holds when): To 10⁻³¹ at depth 50, i.e. nothing. “Depth pays” (C02, holds): It pays 2.385-fold. "
               "“SELU cures it” (C16, holds): It grows. What does not hold: “It is fast” (C17).");
    says(&c[3], 1, "Of 1 claim that textbooks make about deep networks, tested here on 1234 networks, 1 does not hold. What does not hold: “It is fast” (C17).");
    c[3].kind = VERDICT_NOT_MEASURED;
    says(&c[3], 1, "Of 1 claim that textbooks make about deep networks, 1 is not measured.");
}

static void three_refuted_claims_are_two_examples(void **state)
{
    (void)state;
    const MadeClaim c[] = {
        {.id = "C01", .claim = "One", .kind = VERDICT_DOES_NOT_HOLD, .condition = "a", .sentence = "A."},
        {.id = "C19", .claim = "Two", .kind = VERDICT_DOES_NOT_HOLD, .condition = "b", .sentence = "B."},
        {.id = "C20", .claim = "Three", .kind = VERDICT_DOES_NOT_HOLD, .condition = "c", .sentence = "C."},
        {.id = "C26", .claim = "Four", .kind = VERDICT_DOES_NOT_HOLD, .condition = "d", .sentence = "D."},
        {.id = "C27", .claim = "Five", .kind = VERDICT_DOES_NOT_HOLD, .condition = "e", .sentence = "E."},
    };
    says(c, 5, "Of 5 claims that textbooks make about deep networks, tested here on 6170 networks, 5 do not hold. Exploding gradients (C19, does not hold): B. "
               "Depth (C20, does not hold): C. What does not hold: “One” (C01): a; nor does “Four” (C26): d.");
}

static void what_is_missing(void **state)
{
    (void)state;
    const MadeClaim c[] = {
        {.id = "C01", .kind = VERDICT_HOLDS, .facts = 1},
        {.id = "C02", .kind = VERDICT_HOLDS, .facts = 1},
        {.id = "C17", .kind = VERDICT_NOT_MEASURED, .condition = "needs recurrent networks"},
    };
    Made *m = made_study(c, 3);
    Prose p = {0};
    words_missing(&p, &m->study);
    assert_int_equal(p.n, 1);
    assert_string_equal(text_str(&p.spans[0].text), "not measured, needs recurrent networks");
    assert_string_equal(p.spans[0].claim->id, "C17");
    prose_free(&p);
    text_string(&m->study.no_gnuplot, "gnuplot: not found");
    for (size_t i = 0; i < 2; i++)
        text_string(&m->study.outcomes[i].absent[0], "gnuplot: not found");
    text_string(&m->study.outcomes[0].trouble, "the disk is full");
    text_string(&m->study.outcomes[1].absent[1], "another reason");
    m->claims[1].figures[1] = (ClaimFigure){"run", "decay-vs-depth", "x"};
    words_missing(&p, &m->study);
    assert_int_equal(p.n, 4);
    assert_string_equal(text_str(&p.spans[0].text), "the disk is full");
    assert_string_equal(text_str(&p.spans[1].text), "the picture decay-vs-depth is missing: another reason");
    assert_string_equal(text_str(&p.spans[3].text), "pictures are missing (grad-norm of C01, grad-norm of C02): gnuplot: not found");
    assert_null(p.spans[3].claim);
    prose_free(&p);
    made_free(m);
}

static void the_opening_picture(void **state)
{
    (void)state;
    MadeClaim c[] = {
        {.id = "C01", .kind = VERDICT_HOLDS, .picture = true}, {.id = "C05", .kind = VERDICT_HOLDS, .picture = true}, {.id = "C24", .kind = VERDICT_HOLDS, .picture = true}};
    const char *const wanted[] = {"C24", "C05", "C01"};
    for (size_t i = 0; i < 3; i++) {
        Made *m = made_study(c, 3);
        const Outcome *o;
        size_t figure = 7;
        assert_true(words_opening(&m->study, &o, &figure));
        assert_string_equal(o->claim->id, wanted[i]);
        assert_int_equal(figure, 0);
        made_free(m);
        c[2 - i].picture = false;
    }
    Made *m = made_study(c, 3);
    const Outcome *o;
    size_t figure;
    assert_false(words_opening(&m->study, &o, &figure));
    made_free(m);
}

static void the_method_counts(void **state)
{
    (void)state;
    const MadeClaim c[] = {{.id = "C01", .kind = VERDICT_HOLDS}, {.id = "C02", .kind = VERDICT_HOLDS}, {.id = "C17", .kind = VERDICT_NOT_MEASURED}};
    Made *m = made_study(c, 3);
    Method method[WORDS_METHOD];
    words_method(method, &m->study);
    assert_non_null(strstr(text_str(&method[0].text), "the quick study: fewer"));
    assert_non_null(strstr(text_str(&method[2].text), "with 99 % confidence"));
    assert_non_null(strstr(text_str(&method[2].text), "1 − 0.01/m"));
    assert_non_null(strstr(text_str(&method[3].text), "of the 2 measured here, at most 0.02 are expected"));
    words_method_free(method);
    m->plan.full = true;
    words_method(method, &m->study);
    assert_non_null(strstr(text_str(&method[0].text), "This is the full study."));
    words_method_free(method);
    made_free(m);
}

static void facts_of_one_quantity_stand_together(void **state)
{
    (void)state;
    Facts f = {0};
    const char *const quantities[] = {"b", "a", "b", "c", "a", "b"};
    const size_t wanted[] = {0, 2, 5, 1, 4, 3};
    size_t order[6];
    for (size_t i = 0; i < 6; i++)
        facts_exact(&f, quantities[i], "here", NOT_GIVEN, 2.385);
    words_order(&f, order);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(order[i], wanted[i]);
    facts_free(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_answer_follows_the_outcomes),
        cmocka_unit_test(three_refuted_claims_are_two_examples),
        cmocka_unit_test(what_is_missing),
        cmocka_unit_test(the_opening_picture),
        cmocka_unit_test(the_method_counts),
        cmocka_unit_test(facts_of_one_quantity_stand_together),
    };
    return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
