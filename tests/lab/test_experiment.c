/* Experiments: grid order, zip, repeats, canonical text, and a hash that covers what determines the bytes and nothing else.
 * The one thing to know: every pair of words in `different` must give different hashes, every pair in `alike` the same.
 * Order of the grid: the fields of fields.def, first slowest; seeds fastest. */
#include <gsl/gsl_errno.h>
#include "fixture.h"
#include "lab/experiments.h"
#include "lab/store.h"

/* The points' texts, a line each. */
static void check_points(const Words *words, const char *wanted)
{
    Experiment e = experiment_of(words);
    Text text = {0};
    for (int64_t i = 0; i < e.points; i++) {
        NetSpec spec;
        experiment_point(&e, i, &spec);
        spec_text(&text, &spec);
        text_char(&text, '\n');
    }
    assert_string_equal(text_str(&text), wanted);
    text_free(&text);
    experiment_free(&e);
}

#define POINTS(wanted, ...) check_points(&(const Words){__VA_ARGS__}, wanted)

static void first_field_varies_slowest(void **state)
{
    (void)state;
    POINTS("activation=tanh init=glorot-normal depth=4 width=8 batch=2\n"
           "activation=tanh init=glorot-normal depth=4 width=16 batch=2\n"
           "activation=tanh init=glorot-normal depth=3 width=8 batch=2\n"
           "activation=tanh init=glorot-normal depth=3 width=16 batch=2\n"
           "activation=relu init=he-normal depth=4 width=8 batch=2\n"
           "activation=relu init=he-normal depth=4 width=16 batch=2\n"
           "activation=relu init=he-normal depth=3 width=8 batch=2\n"
           "activation=relu init=he-normal depth=3 width=16 batch=2\n",
           .axis[FIELD_activation] = "tanh,relu", .axis[FIELD_depth] = "4,3", .axis[FIELD_width] = "8:16:x2", .axis[FIELD_batch] = "2");
}

static void zipped_axes_move_together(void **state)
{
    (void)state;
    POINTS("activation=tanh init=glorot-normal depth=3 width=8 batch=2\n"
           "activation=tanh init=glorot-normal depth=4 width=16 batch=2\n"
           "activation=relu init=he-normal depth=3 width=8 batch=2\n"
           "activation=relu init=he-normal depth=4 width=16 batch=2\n",
           .axis[FIELD_activation] = "tanh,relu", .axis[FIELD_depth] = "3,4", .axis[FIELD_width] = "8,16", .axis[FIELD_batch] = "2", .zip = "width,depth");
    POINTS("activation=tanh init=gaussian depth=2 width=8 batch=5 sigma_w=0.5\n"
           "activation=sin init=gaussian depth=2 width=8 batch=6 sigma_w=1.5\n"
           "activation=erf init=gaussian depth=2 width=8 batch=7 sigma_w=2.5\n",
           .axis[FIELD_activation] = "tanh,sin,erf", .axis[FIELD_depth] = "2", .axis[FIELD_width] = "8", .axis[FIELD_batch] = "5:7",
           .axis[FIELD_sigma_w] = "0.5:2.5", .zip = "sigma-w,batch,activation");
}

/* A value that stands twice in a zipped axis has two partners; a pair that stands twice is one network. */
static void zipped_repeats_keep_their_partners(void **state)
{
    (void)state;
    POINTS("activation=relu init=he-normal depth=10 width=64 batch=1\n"
           "activation=relu init=he-normal depth=10 width=128 batch=1\n"
           "activation=relu init=he-normal depth=20 width=64 batch=1\n",
           .axis[FIELD_depth] = "10,10,20", .axis[FIELD_width] = "64,128,64", .axis[FIELD_batch] = "1", .zip = "depth,width");
    notice_quiet(true);
    POINTS("activation=relu init=he-normal depth=10 width=64 batch=1\n"
           "activation=relu init=he-normal depth=20 width=64 batch=1\n",
           .axis[FIELD_depth] = "10,20,10", .axis[FIELD_width] = "64,64,64", .axis[FIELD_batch] = "1", .zip = "depth,width");
    notice_quiet(false);
}

static void auto_beside_what_it_means_is_one_network(void **state)
{
    (void)state;
    notice_quiet(true);
    POINTS("activation=relu init=he-normal depth=2 width=4 batch=1\n"
           "activation=tanh init=glorot-normal depth=2 width=4 batch=1\n"
           "activation=tanh init=he-normal depth=2 width=4 batch=1\n",
           .axis[FIELD_activation] = "relu,tanh", .axis[FIELD_init] = "auto,he-normal", .axis[FIELD_depth] = "2", .axis[FIELD_width] = "4",
           .axis[FIELD_batch] = "1");
    notice_quiet(false);
}

static void a_text_holds_only_what_is_not_usual(void **state)
{
    (void)state;
    POINTS("activation=swish init=gaussian depth=2 width=4 batch=1 sigma_w=1.5 sigma_b=0.05 loss=mse outputs=3 input_corr=0.5 input_width=7 input=sphere\n",
           .axis[FIELD_activation] = "silu:1", .axis[FIELD_depth] = "2", .axis[FIELD_width] = "4", .axis[FIELD_batch] = "1", .axis[FIELD_sigma_w] = "1.5",
           .axis[FIELD_sigma_b] = "5e-2", .axis[FIELD_loss] = "mse", .axis[FIELD_outputs] = "3", .axis[FIELD_input_corr] = ".5",
           .axis[FIELD_input_width] = "7", .input = "sphere");
    POINTS("activation=elu:2.385 init=lecun-normal depth=2 width=4 batch=1 loss=ce\n", .axis[FIELD_activation] = "elu:2.385", .axis[FIELD_init] = "lecun-normal", .axis[FIELD_depth] = "2",
           .axis[FIELD_width] = "4", .axis[FIELD_batch] = "1", .axis[FIELD_loss] = "ce", .axis[FIELD_outputs] = "10", .axis[FIELD_input_width] = "4");
}

/* Solved sigmas have ten digits (Roberts, Yaida and Hanin 2022, §5.3: gelu's doubly critical σ_w = 1.40821101311, σ_b = 0.41583938096;
 * Schoenholz et al. 2017: tanh); a given σ_b keeps all its own. */
static void solved_sigmas_have_ten_digits(void **state)
{
    (void)state;
    POINTS("activation=gelu init=critical depth=2 width=4 batch=1 sigma_w=1.408211013 sigma_b=0.415839381\n"
           "activation=elu init=critical depth=2 width=4 batch=1 sigma_w=1\n",
           .axis[FIELD_activation] = "gelu,elu", .axis[FIELD_depth] = "2", .axis[FIELD_width] = "4", .axis[FIELD_batch] = "1");
    POINTS("activation=tanh init=critical depth=2 width=4 batch=1 sigma_w=1.327009661 sigma_b=0.223606797749979\n",
           .axis[FIELD_activation] = "tanh", .axis[FIELD_init] = "critical", .axis[FIELD_depth] = "2", .axis[FIELD_width] = "4",
           .axis[FIELD_batch] = "1", .axis[FIELD_sigma_b] = "0.223606797749979");
}

static void the_whole_text(void **state)
{
    (void)state;
    Experiment e = EXPERIMENT(.axis[FIELD_depth] = "10,20,10", .axis[FIELD_width] = "64,128,64", .zip = "width,depth", .layers = "every:5", .seeds = "3,4,5,9",
                              .master = "7", .no_raw = true, .axis[FIELD_activation] = "silu", .axis[FIELD_init] = "lecun-normal");
    Text text = {0};
    experiment_text(&text, &e);
    assert_string_equal(text_str(&text), "schema=1\nnumerics=1\ngenerator=philox4x32\nseed=7\nseeds=3:5,9\nactivation=swish\ninit=lecun-normal\narch=mlp\nnorm=none\n"
                                         "depth=10,20,10\nwidth=64,128,64\nbatch=32\nsigma_w=\nsigma_b=0\ndtype=float64\nloss=none\noutputs=\n"
                                         "input_corr=0\ninput_width=\nzip=depth,width\ninput=gaussian\nengine=auto\nraw=0\nlayers=every:5\n");
    assert_int_equal(experiment_hash(&e), text_hash(0, text_str(&text)));
    text_free(&text);
    experiment_free(&e);
}

static uint64_t hash_of(const Words *words)
{
    Experiment e = experiment_of(words);
    const uint64_t hash = experiment_hash(&e);
    experiment_free(&e);
    return hash;
}

static void everything_that_matters_changes_the_hash(void **state)
{
    (void)state;
    char one[600], other[600];
    snprintf(one, sizeof one, "csv:%s", files_text(&files, "one.csv", "a,b\n1,2\n3,5\n"));
    snprintf(other, sizeof other, "csv:%s", files_text(&files, "other.csv", "a,b\n1,2\n3,6\n"));
    const Words different[] = {
        {.seeds = NULL}, {.seeds = "11"}, {.seeds = "1:10"}, {.seeds = "1,0"}, {.master = "1"}, {.master = "9007199254740992"}, {.generator = "mt19937"},
        {.engine = "dense"}, {.layers = "ends"}, {.layers = "every:2"}, {.layers = "every:3"}, {.no_raw = true}, {.histograms = true}, {.input = "sphere"},
        {.input = one, .axis[FIELD_batch] = "2"}, {.input = other, .axis[FIELD_batch] = "2"}, {.axis[FIELD_batch] = "2"},
        {.axis[FIELD_activation] = "tanh"}, {.axis[FIELD_activation] = "elu:1.5"}, {.axis[FIELD_activation] = "elu:1.25"},
        {.axis[FIELD_activation] = "tanh,relu"}, {.axis[FIELD_activation] = "relu,tanh"}, {.axis[FIELD_init] = "he-uniform"},
        {.axis[FIELD_init] = "orthogonal"}, {.axis[FIELD_init] = "orthogonal:2"}, {.axis[FIELD_depth] = "51"}, {.axis[FIELD_width] = "257"},
        {.axis[FIELD_batch] = "33"}, {.axis[FIELD_sigma_w] = "1"}, {.axis[FIELD_sigma_w] = "1.5"}, {.axis[FIELD_sigma_b] = "1"},
        {.axis[FIELD_sigma_w] = "1", .axis[FIELD_sigma_b] = "1"}, {.axis[FIELD_loss] = "mse"}, {.axis[FIELD_loss] = "mse", .axis[FIELD_outputs] = "2"},
        {.axis[FIELD_loss] = "bce"}, {.axis[FIELD_input_corr] = "0.5"}, {.axis[FIELD_input_width] = "5"},
        {.axis[FIELD_depth] = "2,3", .axis[FIELD_width] = "2,3"}, {.axis[FIELD_depth] = "2,3", .axis[FIELD_width] = "2,3", .zip = "depth,width"},
        {.axis[FIELD_depth] = "2,3", .axis[FIELD_width] = "3,2", .zip = "depth,width"},
    };
    enum { N = sizeof different / sizeof *different };
    uint64_t hashes[N];
    for (size_t i = 0; i < N; i++) {
        hashes[i] = hash_of(&different[i]);
        assert_int_equal(hashes[i], hash_of(&different[i]));
        for (size_t k = 0; k < i; k++)
            if (hashes[i] == hashes[k])
                fail_msg("words %zu and %zu have one hash", k, i);
    }
}

static void nothing_else_changes_it(void **state)
{
    (void)state;
    char here[600], there[600];
    snprintf(here, sizeof here, "csv:%s", files_text(&files, "here.csv", "a,b\n1,2\n3,5\n"));
    snprintf(there, sizeof there, "csv:%s", files_gz(&files, "there.csv.gz", "a,b\n1,2\n3,5\n", 12));
    const Words alike[][2] = {
        {{.seeds = NULL},
         {.seeds = "0:9", .master = "0", .layers = "all", .input = "gaussian", .generator = "philox4x32", .axis[FIELD_activation] = "relu",
          .axis[FIELD_init] = "auto", .axis[FIELD_arch] = "mlp", .axis[FIELD_norm] = "none", .axis[FIELD_depth] = "50", .axis[FIELD_width] = "256",
          .axis[FIELD_batch] = "32", .axis[FIELD_sigma_b] = "0", .axis[FIELD_dtype] = "float64", .axis[FIELD_loss] = "none", .axis[FIELD_input_corr] = "0"}},
        {{.axis[FIELD_depth] = "10,20,30"}, {.axis[FIELD_depth] = "10:30:10,20"}},
        {{.axis[FIELD_activation] = "silu"}, {.axis[FIELD_activation] = "swish:1.0"}},
        {{.axis[FIELD_init] = "kaiming-normal"}, {.axis[FIELD_init] = "he-normal"}},
        {{.seeds = "3"}, {.seeds = "0,1,2"}},
        {{.layers = "every:1"}, {.layers = "all"}},
        {{.master = "1e3"}, {.master = "1000"}},
        {{.input = here, .axis[FIELD_batch] = "2"}, {.input = there, .axis[FIELD_batch] = "2"}},   /* the same content elsewhere, compressed */
        {{.axis[FIELD_depth] = "2,3", .axis[FIELD_width] = "2,3", .zip = "depth,width"}, {.axis[FIELD_depth] = "2,3", .axis[FIELD_width] = "2,3", .zip = "width,depth"}},
    };
    for (size_t i = 0; i < sizeof alike / sizeof *alike; i++)
        if (hash_of(&alike[i][0]) != hash_of(&alike[i][1]))
            fail_msg("words %zu have two hashes", i);
}

static uint64_t key_of(const Words *words, int64_t point)
{
    Experiment e = experiment_of(words);
    NetSpec spec;
    experiment_point(&e, point, &spec);
    const uint64_t key = experiment_key(&e, &spec);
    experiment_free(&e);
    return key;
}

/* Enlarging a grid must not reshuffle old points. */
static void a_point_keeps_its_key_in_any_grid(void **state)
{
    (void)state;
    const Words alone = {.axis[FIELD_depth] = "20"}, among = {.axis[FIELD_depth] = "10,20,30", .seeds = "3:5", .layers = "ends", .no_raw = true},
                other = {.axis[FIELD_depth] = "20", .master = "1"};
    assert_int_equal(key_of(&alone, 0), key_of(&among, 1));
    assert_int_not_equal(key_of(&alone, 0), key_of(&other, 0));
    assert_int_not_equal(key_of(&among, 0), key_of(&among, 1));
}

static void layers_kept_are_those_counted(void **state)
{
    (void)state;
    const char *const losses_[] = {"none", "mse"};
    for (int depth = 1; depth <= 24; depth++)
        for (int64_t every = 0; every <= 26; every++)
            for (size_t l = 0; l < 2; l++) {
                char word[16];
                snprintf(word, sizeof word, "%d", depth);
                Experiment e = EXPERIMENT(.axis[FIELD_depth] = word, .axis[FIELD_loss] = losses_[l]);
                NetSpec spec;
                experiment_point(&e, 0, &spec);
                const Thinning t = {every};
                int64_t n = 0;
                for (int64_t layer = 0; layer <= spec_layers(&spec); layer++)
                    n += thinning_keeps(t, &spec, layer);
                assert_int_equal(n, thinning_count(t, &spec));
                assert_true(thinning_keeps(t, &spec, 0) && thinning_keeps(t, &spec, depth) && thinning_keeps(t, &spec, spec_layers(&spec)));
                experiment_free(&e);
            }
}

/* Shards of any count: every point once, in the shard p mod n. */
static void shards_share_the_points(void **state)
{
    (void)state;
    Experiment e = EXPERIMENT(.axis[FIELD_depth] = "1:7");
    for (int64_t count = 1; count <= 10; count++) {
        int seen[7] = {0};
        for (int64_t index = 1; index <= count; index++) {
            const Plan plan = plan_of(&e, (Shard){index, count});
            for (int64_t k = 0; k < plan.points; k++) {
                assert_true(plan_point(&plan, k) >= 0 && plan_point(&plan, k) < 7);
                seen[plan_point(&plan, k)]++;
            }
        }
        for (size_t p = 0; p < 7; p++)
            assert_int_equal(seen[p], 1);
    }
    experiment_free(&e);
}

static void refusals(void **state)
{
    (void)state;
    char data[600];
    snprintf(data, sizeof data, "csv:%s", files_text(&files, "data.csv", "a,b\n1,2\n3,5\n"));
    const struct {
        Words words;
        ExitCode code;
        const char *part;
    } all[] = {
        {{.axis[FIELD_depth] = "0"}, EXIT_USAGE, "from 1 to"},
        {{.axis[FIELD_depth] = "1:1e6", .axis[FIELD_width] = "1:101"}, EXIT_USAGE, "networks"},
        {{.seeds = "0"}, EXIT_USAGE, "--seeds"},
        {{.master = "-1"}, EXIT_USAGE, "--seed '-1'"},
        {{.master = "1.5"}, EXIT_USAGE, "--seed '1.5'"},
        {{.master = "x"}, EXIT_USAGE, "--seed 'x'"},
        {{.generator = "dice"}, EXIT_USAGE, "no generator 'dice'"},
        {{.engine = "steam"}, EXIT_USAGE, "--engine 'steam'"},
        {{.engine = "implicit", .axis[FIELD_init] = "he-uniform"}, EXIT_USAGE, "--engine implicit"},
        {{.layers = "some"}, EXIT_USAGE, "--layers 'some'"},
        {{.layers = "every:0"}, EXIT_USAGE, "every:K"},
        {{.layers = "every:1.5"}, EXIT_USAGE, "every:K"},
        {{.layers = "every:"}, EXIT_USAGE, "every:K"},
        {{.input = "noise"}, EXIT_USAGE, "--input 'noise'"},
        {{.input = "idx:"}, EXIT_USAGE, "--input 'idx:'"},
        {{.input = ""}, EXIT_USAGE, "--input ''"},
        {{.input = "csv:/nowhere/at/all.csv"}, EXIT_NOINPUT, "/nowhere/at/all.csv"},
        {{.input = data, .axis[FIELD_batch] = "3"}, EXIT_DATA, "holds only 2"},
        {{.input = data, .axis[FIELD_batch] = "2", .axis[FIELD_input_corr] = "0.5"}, EXIT_USAGE, "--input-corr"},
        {{.input = data, .axis[FIELD_batch] = "2", .axis[FIELD_input_width] = "3"}, EXIT_USAGE, "2 wide"},
        {{.zip = "depth"}, EXIT_USAGE, "two or more"},
        {{.zip = ""}, EXIT_USAGE, "not an axis"},
        {{.zip = "depth,"}, EXIT_USAGE, "not an axis"},
        {{.zip = "depth,depth"}, EXIT_USAGE, "twice"},
        {{.zip = "depth,seeds"}, EXIT_USAGE, "'seeds' is not an axis"},
        {{.zip = "depth,width", .axis[FIELD_depth] = "1,2"}, EXIT_USAGE, "depth has 2 values and width has 1"},
        {{.zip = "depth,width,batch", .axis[FIELD_depth] = "1,2", .axis[FIELD_width] = "1,2", .axis[FIELD_batch] = "1:3"}, EXIT_USAGE, "batch has 3"},
        {{.axis[FIELD_init] = "he-normal", .axis[FIELD_sigma_w] = "1"}, EXIT_USAGE, "--sigma-w does not go with"},
        {{.axis[FIELD_init] = "torch-default", .axis[FIELD_sigma_b] = "1"}, EXIT_USAGE, "--sigma-b does not go with"},
        {{.axis[FIELD_outputs] = "3"}, EXIT_USAGE, "--outputs needs a loss"},
        {{.axis[FIELD_loss] = "ce", .axis[FIELD_outputs] = "1"}, EXIT_USAGE, "softmax over one output"},
        {{.axis[FIELD_depth] = "4e9", .axis[FIELD_width] = "2e9", .axis[FIELD_batch] = "1e9"}, EXIT_USAGE, "overflows"},
        {{.axis[FIELD_activation] = "relu,selu,tahn"}, EXIT_USAGE, "did you mean 'tanh'?"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        FAILS(&files, all[i].code, all[i].part, experiment_refused(&all[i].words));
}

int main(void)
{
    gsl_set_error_handler_off();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_field_varies_slowest),
        cmocka_unit_test(zipped_axes_move_together),
        cmocka_unit_test(zipped_repeats_keep_their_partners),
        cmocka_unit_test(auto_beside_what_it_means_is_one_network),
        cmocka_unit_test(a_text_holds_only_what_is_not_usual),
        cmocka_unit_test(solved_sigmas_have_ten_digits),
        cmocka_unit_test(the_whole_text),
        cmocka_unit_test(everything_that_matters_changes_the_hash),
        cmocka_unit_test(nothing_else_changes_it),
        cmocka_unit_test(a_point_keeps_its_key_in_any_grid),
        cmocka_unit_test(layers_kept_are_those_counted),
        cmocka_unit_test(shards_share_the_points),
        cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests_name("experiment", tests, set_up, tear_down);
}
