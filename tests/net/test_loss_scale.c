/* Loss scaling: what each kind does with overflow and without, for as long as it takes to grow, to shrink to nothing and to fill a float.
 * The one thing to know: constants are those of torch.amp.GradScaler (65536, 2, 1/2, 2000), which test_learning compares with itself. */
#include <float.h>

#include "net/loss_scale.h"
#include "support.h"

static LossScale start(const char *word)
{
    Choice choice;
    assert_int_equal(registry_choose(&scalings, word, &choice), 0);
    return loss_scale_start(choice);
}

static void none_and_fixed(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        float scale;
    } cases[] = {{"none", 1}, {"1024", 1024}, {"0.385", 0.385F}};
    for (size_t i = 0; i < 3; i++) {
        LossScale s = start(cases[i].word);
        for (int step = 0; step < 5000; step++) {
            assert_true(s.scale == cases[i].scale);
            assert_true(loss_scale_update(&s, step % 3 != 0));   /* every step is taken */
        }
    }
}

static void dynamic(void **state)
{
    (void)state;
    LossScale s = start("dynamic");
    assert_true(s.scale == 65536);
    for (int step = 0; step < 1999; step++)
        assert_true(loss_scale_update(&s, true) && s.scale == 65536);
    assert_true(loss_scale_update(&s, true) && s.scale == 131072);
    for (int step = 0; step < 1999; step++)
        assert_true(loss_scale_update(&s, true) && s.scale == 131072);
    assert_true(!loss_scale_update(&s, false) && s.scale == 65536);   /* one short of growing */
    assert_true(!loss_scale_update(&s, false) && s.scale == 32768);
    for (int step = 0; step < 1999; step++)
        assert_true(loss_scale_update(&s, true) && s.scale == 32768);
    assert_true(loss_scale_update(&s, true) && s.scale == 65536);
}

static void ends(void **state)
{
    (void)state;
    LossScale s = start("dynamic");
    for (int step = 0; step < 200; step++)
        assert_false(loss_scale_update(&s, false));
    assert_true(s.scale == 0);
    s = start("dynamic");
    for (int step = 0; step < 200 * 2000; step++)
        assert_true(loss_scale_update(&s, true));
    assert_true(s.scale == 0x1p127F && s.scale <= FLT_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(none_and_fixed), cmocka_unit_test(dynamic), cmocka_unit_test(ends)};
    return cmocka_run_group_tests_name("net/loss_scale", tests, numbers_ready, NULL);
}
