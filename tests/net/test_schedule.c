/* Schedules: rates by hand at the first, middle and last steps.
 * The one thing to know: step counts from 0, and `steps` is not one of them.
 * Loshchilov and Hutter 2017, equation 5, with eta_min 0 and one cycle. */
#include "net/schedule.h"
#include "support.h"

static double rate(const char *word, double lr, int64_t step, int64_t steps)
{
    Choice choice;
    assert_int_equal(registry_choose(&schedules, word, &choice), 0);
    return schedule_rate(choice, lr, step, steps);
}

static void rates(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        int64_t step, steps;
        double share;
    } cases[] = {
        {"constant", 0, 1, 1},   {"constant", 999, 1000, 1},  {"cosine", 0, 1, 1},           {"cosine", 0, 8, 1},           {"cosine", 2, 8, 0.85355339059327373},
        {"cosine", 4, 8, 0.5},   {"cosine", 7, 8, 0.03806023374435663}, {"warmup", 0, 500, 0.01}, {"warmup", 49, 500, 0.5},  {"warmup", 99, 500, 1},
        {"warmup", 400, 500, 1}, {"warmup:1", 0, 500, 1},     {"warmup:0", 0, 500, 1},       {"warmup:1000", 499, 500, 0.5}, {"warmup:2.5", 1, 9, 0.8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        NEAR(rate(cases[i].word, 0.02385, cases[i].step, cases[i].steps), 0.02385 * cases[i].share, 1e-17, "%s, step %lld", cases[i].word,
             (long long)cases[i].step);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(rates)};
    return cmocka_run_group_tests_name("net/schedule", tests, numbers_ready, NULL);
}
