/* The trainer: what it reports beside slow twins, and that who looks on changes nothing.
 * The one thing to know: arithmetic is checked elsewhere (test_gradients.c; check_training.py beside PyTorch); here it is bookkeeping.
 * Training for k steps at a constant rate is the beginning of training for more: that is how parameters after any step are had. */
#include "net/learned.h"
#include "net/loss.h"
#include "net/metric.h"
#include "net/train.h"
#include "support.h"

static Samples *samples_of(const char *data, int64_t count)
{
    Samples *s = samples_open(&(SamplesPlan){data, TASK_NONE, count, NOT_GIVEN, 77});
    assert_non_null(s);
    return s;
}

static NetSpec spec_on(const Samples *samples, const char *words)
{
    const SamplesFacts *f = samples_facts(samples);
    Input input = {.kind = INPUT_SAMPLES, .path = "made", .rows = f->train, .width = f->width, .task = f->task, .targets = f->targets};
    memcpy(input.identity, f->identity, sizeof input.identity);
    return support_spec_on(input, words);
}

/* A training and what became of it. */
typedef struct {
    NetSpec spec;
    const Samples *samples;
    Trainer *trainer;
    LayerRow *rows;
    int64_t every, snapshot;   /* which steps are wanted; 0: none */
    double target;
    /* outcomes */
    TrainRow out;
    StepRow steps[512];
    size_t n_steps, n_layers;
    double *begin, *end;       /* parameters */
    size_t count;
    LayerRow first[8];         /* the layers before the first update */
    double batch_squares;      /* mean square of the first batch's inputs */
} Course;

static bool wants_step(void *context, int64_t step)
{
    const Course *c = context;
    return c->every && (step % c->every == 0 || step == c->spec.steps);
}

static void take_step(void *context, const StepRow *row)
{
    Course *c = context;
    c->steps[c->n_steps++ % 512] = *row;
}

static bool wants_layers(void *context, int64_t step)
{
    const Course *c = context;
    return c->snapshot && step % c->snapshot == 0;
}

static void take_layers(void *context, int64_t step, const LayerRow *rows)
{
    Course *c = context;
    if (step == 0 && spec_layers(&c->spec) < 8)
        memcpy(c->first, rows, (size_t)(spec_layers(&c->spec) + 1) * sizeof *rows);
    c->n_layers++;
}

static void take_parameters(void *context, const Rows *flat, bool end)
{
    Course *c = context;
    double **place = end ? &c->end : &c->begin;
    *place = mem_doubles(c->count = flat->cols);
    rows_widen(*place, flat, 0, 1);
}

static void take_batch(void *context, int64_t step, const Rows *x, const double *target)
{
    Course *c = context;
    (void)target;
    if (step > 1)
        return;
    for (size_t a = 0; a < x->rows; a++)
        for (size_t i = 0; i < x->cols; i++) {
            const double v = x->single ? (double)rows_single_at(x, a)[i] : rows_at(x, a)[i];
            c->batch_squares += v * v / (double)(x->rows * x->cols);
        }
}

static void course_run(Course *c, uint32_t seed)
{
    const Observer observer = {c, wants_step, take_step, wants_layers, take_layers, c->target, take_parameters, take_batch};
    free(c->begin);
    free(c->end);
    c->n_steps = c->n_layers = 0;
    c->batch_squares = 0;
    trainer_run(c->trainer, &c->spec, (RngSource){KEY, seed}, &observer, c->rows, &c->out);
}

static Course course_open(const Samples *samples, const char *words)
{
    Course c = {.spec = spec_on(samples, words), .samples = samples, .target = NOT_GIVEN};
    c.trainer = trainer_alloc(trainer_size(&c.spec, samples), samples, philox_type);
    c.rows = mem_alloc((size_t)spec_layers(&c.spec) + 1, sizeof *c.rows);
    return c;
}

static void course_close(Course *c)
{
    trainer_free(c->trainer);
    free(c->rows);
    free(c->begin);
    free(c->end);
}

static void expect_same_end(const Course *a, const Course *b, const char *words)
{
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++)
        if (memcmp(&a->end[i], &b->end[i], sizeof a->end[i]) != 0 && !(isnan(a->end[i]) && isnan(b->end[i])))
            fail_msg("%s: parameter %zu of %zu is %.17g, and %.17g there", words, i, a->count, a->end[i], b->end[i]);
}

static const char *const networks[] = {
    "activation=relu depth=3 width=9 batch=7 steps=40",
    "activation=prelu depth=3 width=9 batch=7 steps=40 optimizer=adam clip=0.1",
    "activation=tanh depth=5 width=8 batch=20 steps=40 init=lsuv optimizer=momentum weight_decay=0.01",
    "activation=gelu depth=2 width=30 batch=1 steps=40 schedule=cosine optimizer=rmsprop",
    "activation=relu depth=9 width=9 batch=7 steps=40 dtype=float16 loss_scale=dynamic",
    "activation=prelu depth=3 width=9 batch=7 steps=40 dtype=bfloat16 optimizer=adam",
    "activation=selu depth=3 width=9 batch=7 steps=40 dtype=float32 init=lsuv",
    "activation=relu depth=9 width=9 batch=7 steps=40 dtype=float32 lr=1e6",
    "activation=softmax depth=1 width=1 batch=3 steps=5",
};

enum { NETWORKS = sizeof networks / sizeof *networks };

/* Steps that are written, layers that are measured, a target that is looked for: the parameters at the end are the same bits. */
static void looking_on_changes_nothing(void **state)
{
    (void)state;
    Samples *s = samples_of("blobs", 100);
    for (size_t i = 0; i < NETWORKS; i++) {
        Course blind = course_open(s, networks[i]), curious = course_open(s, networks[i]);
        curious.every = curious.snapshot = 1;
        curious.target = 2;
        course_run(&blind, 3);
        course_run(&curious, 3);
        expect_same_end(&blind, &curious, networks[i]);
        assert_true(blind.n_steps == 0 && curious.n_steps == (size_t)curious.spec.steps);
        assert_int_equal(curious.n_layers, curious.spec.steps + 1);
        assert_int_equal(curious.out.steps_to_target, 0);
        assert_int_equal(blind.out.first_bad_step, curious.out.first_bad_step);
        assert_int_equal(blind.out.first_bad_layer, curious.out.first_bad_layer);
        assert_int_equal(blind.out.network.status, curious.out.network.status);
        assert_memory_equal(&blind.out.test_loss, &curious.out.test_loss, sizeof(double));
        course_close(&blind);
        course_close(&curious);
    }
    samples_close(s);
}

/* A worker's memory is used again by networks of other shapes and formats. */
static void a_trainer_is_used_again(void **state)
{
    (void)state;
    Samples *s = samples_of("blobs", 100);
    TrainerSize most = {0, 0};
    for (size_t i = 0; i < NETWORKS; i++) {
        const NetSpec spec = spec_on(s, networks[i]);
        const TrainerSize size = trainer_size(&spec, s);
        most = (TrainerSize){fmax(most.pass, size.pass), fmax(most.own, size.own)};
    }
    Trainer *shared = trainer_alloc(most, s, philox_type);
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; i < NETWORKS; i++) {
            Course own = course_open(s, networks[i]), borrowing = course_open(s, networks[i]);
            trainer_free(borrowing.trainer);
            borrowing.trainer = shared;
            course_run(&own, 4);
            course_run(&borrowing, 4);
            expect_same_end(&own, &borrowing, networks[i]);
            borrowing.trainer = NULL;
            course_close(&own);
            course_close(&borrowing);
        }
    trainer_free(shared);
    samples_close(s);
}

/* In doubles a loss scale that is a power of two is exact. */
static void fixed_loss_scales(void **state)
{
    (void)state;
    Samples *s = samples_of("blobs", 100);
    for (size_t i = 0; i < 4; i++)
        for (int sign = -1; sign <= 1; sign += 2) {
            char words[200];
            snprintf(words, sizeof words, "%s loss_scale=%s", networks[i], sign < 0 ? "0.0009765625" : "4096");
            Course plain = course_open(s, networks[i]), scaled = course_open(s, words);
            plain.every = scaled.every = 1;
            course_run(&plain, 5);
            course_run(&scaled, 5);
            expect_same_end(&plain, &scaled, words);
            for (size_t k = 0; k < plain.n_steps; k++)
                NEAR(scaled.steps[k].grad_norm, plain.steps[k].grad_norm, 1e-15 * plain.steps[k].grad_norm, "%s: step %zu", words, k);
            course_close(&plain);
            course_close(&scaled);
        }
    samples_close(s);
}

/* The layers before the first update are those of the first batch, and their gradients what the first step takes. */
static void the_first_snapshot_is_the_first_step(void **state)
{
    (void)state;
    static const char *const words[] = {
        "activation=prelu depth=3 width=9 batch=7 steps=1 lr=0.01",
        "activation=tanh depth=4 width=12 batch=30 steps=1 lr=0.01 init=lsuv",
        "activation=softmax depth=2 width=5 batch=1 steps=1 lr=0.01",
    };
    Samples *s = samples_of("blobs:5", 200);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        Course c = course_open(s, words[i]);
        c.snapshot = c.every = 1;
        course_run(&c, 6);
        NEAR(c.first[0].value[COL_h_ms], c.batch_squares, 1e-13, "%s: the input's mean square", words[i]);
        double squares = 0;
        for (size_t k = 0; k < c.count; k++)
            squares += (c.begin[k] - c.end[k]) * (c.begin[k] - c.end[k]) / 1e-4;
        NEAR(c.steps[0].grad_norm, sqrt(squares), 1e-11, "%s: the gradient's norm", words[i]);
        for (int64_t layer = 1; layer <= spec_layers(&c.spec); layer++) {
            const Rows begin = {.x = c.begin, .rows = 1, .cols = c.count}, end = {.x = c.end, .rows = 1, .cols = c.count};
            const Rows was = learned_matrix(&c.spec, &begin, layer), is = learned_matrix(&c.spec, &end, layer);
            double norm = 0;
            for (size_t k = 0; k < was.rows * was.cols; k++)
                norm += (was.x[k] - is.x[k]) * (was.x[k] - is.x[k]) / 1e-4;
            NEAR(c.first[layer].value[COL_grad_w_norm], sqrt(norm), 1e-11, "%s: layer %lld", words[i], (long long)layer);
        }
        course_close(&c);
    }
    samples_close(s);
}

/* Loss and right answers over a part, from the last parameters of a tanh network, by plain loops. */
static void evaluate(const Course *c, SamplesPart part, int64_t n, double *loss, double *accuracy)
{
    const NetSpec *spec = &c->spec;
    const Rows flat = {.x = c->end, .rows = 1, .cols = c->count};
    double h[64], z[64], t[64], right = 0;
    *loss = 0;
    for (int64_t row = 0; row < n; row++) {
        samples_inputs(c->samples, part, &row, 1, h);
        samples_targets(c->samples, part, &row, 1, spec_head(spec), t);
        for (int64_t layer = 1; layer <= spec_layers(spec); layer++) {
            const Rows w = learned_matrix(spec, &flat, layer), b = learned_bias(spec, &flat, layer);
            for (size_t i = 0; i < w.rows; i++) {
                z[i] = b.x[i];
                for (size_t j = 0; j < w.cols; j++)
                    z[i] += w.x[i * w.cols + j] * h[j];
            }
            for (size_t i = 0; i < w.rows; i++)
                h[i] = layer <= spec->depth ? tanh(z[i]) : z[i];
        }
        int64_t zero = 0;
        const Rows y = {.x = z, .exponent = &zero, .rows = 1, .cols = (size_t)spec->outputs};
        *loss += loss_pair_value(&y, t, spec_head(spec), loss_of(spec->loss)->kind) / (double)n;
        right += metric_right(&y, t, samples_facts(c->samples)->task, spec_head(spec));
    }
    *accuracy = right / (double)n;
}

static void expect_evaluation(const Course *c, const char *words)
{
    const SamplesFacts *f = samples_facts(c->samples);
    double loss, accuracy;
    evaluate(c, PART_TRAIN, f->train < TRAIN_ROWS ? f->train : TRAIN_ROWS, &loss, &accuracy);
    NEAR(c->out.train_loss, loss, 1e-10 * loss, "%s: training loss", words);
    if (f->task != TASK_REGRESSION)
        NEAR(c->out.train_accuracy, accuracy, 1e-12, "%s: training accuracy", words);
    evaluate(c, PART_TEST, f->test, &loss, &accuracy);
    NEAR(c->out.test_loss, loss, 1e-10 * loss, "%s: test loss", words);
    if (f->task != TASK_REGRESSION)
        NEAR(c->out.test_accuracy, accuracy, 1e-12, "%s: test accuracy", words);
    else
        assert_true(isnan(c->out.test_accuracy));
}

/* Whole parts, whatever is left of them after the last whole batch; of the training part the first 10000. */
static void losses_and_accuracies(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        int64_t count;
        const char *words;
    } cases[] = {
        {"blobs:4", 103, "activation=tanh depth=2 width=9 batch=7 steps=30 lr=0.1"},
        {"blobs:4", 103, "activation=tanh depth=2 width=9 batch=82 steps=30 lr=0.1 head=sigmoid"},
        {"xor", 50, "activation=tanh depth=1 width=6 batch=1 steps=30 lr=0.1"},
        {"teacher", 12600, "activation=tanh depth=1 width=6 batch=32 steps=30 lr=0.1"},
        {"multilabel", 90, "activation=tanh depth=3 width=6 batch=5 steps=30 lr=0.1"},
        {"spirals", 90, "activation=tanh depth=3 width=6 batch=5 steps=30 lr=0.1 head=softmax"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Samples *s = samples_of(cases[i].data, cases[i].count);
        Course c = course_open(s, cases[i].words);
        course_run(&c, 8);
        expect_evaluation(&c, cases[i].words);
        course_close(&c);
        samples_close(s);
    }
}

static const char *with_steps(char out[300], const char *words, int64_t steps)
{
    snprintf(out, 300, "%s steps=%lld", words, (long long)steps);
    return out;
}

/* The first step that is written after which the test accuracy (of a regression, the test loss) is there. */
static void the_target(void **state)
{
    (void)state;
    static const struct {
        const char *data, *words;
        double target;
    } cases[] = {{"blobs:4", "activation=tanh depth=2 width=9 batch=7 lr=0.02", 0.8}, {"teacher", "activation=tanh depth=1 width=9 batch=7 lr=0.02", 0.8}};
    char words[300];
    for (size_t i = 0; i < 2; i++) {
        Samples *s = samples_of(cases[i].data, 203);
        Course c = course_open(s, with_steps(words, cases[i].words, 200));
        c.every = 3;
        c.target = cases[i].target;
        course_run(&c, 9);
        const int64_t found = c.out.steps_to_target;
        assert_true(found > 3 && found % 3 == 0);
        for (int64_t steps = 3; steps <= found; steps += 3) {
            Course part = course_open(s, with_steps(words, cases[i].words, steps));
            course_run(&part, 9);
            const bool there = i == 0 ? part.out.test_accuracy >= c.target : part.out.test_loss <= c.target;
            assert_int_equal(there, steps == found);
            course_close(&part);
        }
        course_close(&c);
        samples_close(s);
    }
}

/* The first step after which a parameter is not finite in its format (float16 holds what rounds to less than 65520), by training for
 * 1, 2, 3 … steps; 0: none. */
static int64_t first_bad(const Samples *s, const char *network, int64_t steps)
{
    char words[300];
    for (int64_t step = 1; step <= steps; step++) {
        Course c = course_open(s, with_steps(words, network, step));
        course_run(&c, 10);
        const double most = strstr(network, "float16") && !strstr(network, "bfloat16") ? 65520 : HUGE_VAL;
        bool finite = true;
        for (size_t k = 0; k < c.count; k++)
            finite &= fabs(c.end[k]) < most;
        course_close(&c);
        if (!finite)
            return step;
    }
    return 0;
}

/* Explosions, whoever looks on: the first bad step is that whose update made the first parameter that is not finite. */
static void the_first_bad_step(void **state)
{
    (void)state;
    static const char *const words[] = {
        "activation=relu depth=20 width=9 batch=7 init=gaussian sigma_w=2.385 lr=1e-3",
        "activation=relu depth=20 width=9 batch=7 init=gaussian sigma_w=2.385 lr=1e-3 dtype=float32",
        "activation=relu depth=20 width=9 batch=7 init=gaussian sigma_w=2.385 lr=1e-3 dtype=float16",
        "activation=relu depth=20 width=9 batch=7 init=gaussian sigma_w=2.385 lr=1e-3 dtype=bfloat16 optimizer=momentum",
        "activation=leaky-relu:0.5 depth=3 width=9 batch=7 lr=100 head=linear",
        "activation=prelu depth=3 width=9 batch=7 lr=30 dtype=float32 head=linear",
        "activation=tanh depth=3 width=9 batch=7 lr=1e6 dtype=float16 head=linear",
        "activation=linear depth=6 width=9 batch=7 lr=1 dtype=float16 head=linear optimizer=rmsprop",
        "activation=relu depth=3 width=9 batch=7 lr=0.01 dtype=float32",
        "activation=sigmoid depth=3 width=9 batch=7 lr=1e6 dtype=float16 optimizer=momentum",
    };
    Samples *s = samples_of("blobs", 100);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        enum { STEPS = 25 };
        char all[300];
        const int64_t wanted = first_bad(s, words[i], STEPS);
        int64_t layer = -2;
        for (int look = 0; look < 4; look++) {
            Course c = course_open(s, with_steps(all, words[i], STEPS));
            c.every = look & 1;
            c.snapshot = look / 2;
            course_run(&c, 10);
            if (c.out.first_bad_step != wanted)
                fail_msg("%s, look %d: the first bad step is %lld, the twin's %lld", words[i], look, (long long)c.out.first_bad_step, (long long)wanted);
            layer = layer == -2 ? c.out.first_bad_layer : layer;
            assert_int_equal(c.out.first_bad_layer, layer);
            assert_int_equal(layer >= 0, wanted > 0);
            for (size_t k = 0; k < c.n_steps; k++) {
                const StepRow *row = &c.steps[k];
                assert_int_equal(row->step, k + 1);
                const bool bad = row->status == STATUS_NAN || row->status == STATUS_OVERFLOW;
                assert_true(bad || !wanted || row->step <= wanted);   /* weights of 16 bits are written as float32 has them */
                assert_true(!bad || (wanted && row->step >= wanted));
                if (c.out.network.status <= STATUS_OVERFLOW && row->step > wanted + 3)
                    assert_true(isnan(row->loss) && isnan(row->grad_norm) && row->status == STATUS_NAN);
            }
            course_close(&c);
        }
        Course last = course_open(s, with_steps(all, words[i], wanted ? wanted : 1));   /* nothing comes after it that would show it */
        course_run(&last, 10);
        assert_int_equal(last.out.first_bad_step, wanted);
        assert_int_equal(last.out.first_bad_layer, layer);
        course_close(&last);
    }
    samples_close(s);
}

/* Skipped steps leave everything as it is, and the first of them is the first bad step. */
static void skipped_steps(void **state)
{
    (void)state;
    static const char *const words[] = {
        "activation=relu depth=9 width=9 batch=7 steps=60 dtype=float16 loss_scale=dynamic init=gaussian sigma_w=1.9 lr=1e-4",
        "activation=tanh depth=2 width=40 batch=60 steps=60 dtype=float16 loss_scale=dynamic head=linear init=gaussian sigma_w=6 lr=1e-3",
        "activation=relu depth=3 width=9 batch=60 steps=60 dtype=float16 loss_scale=dynamic head=linear init=gaussian sigma_w=3 lr=1e-6",
    };
    Samples *s = samples_of("blobs", 100);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        int64_t first = 0, skipped = 0;
        Course c = course_open(s, words[i]);
        c.every = 1;
        course_run(&c, 14);
        for (size_t k = 0; k < c.n_steps; k++) {
            const bool skip = c.steps[k].update_ratio == 0;
            skipped += skip;
            first = skip && !first ? c.steps[k].step : first;
            assert_int_equal(skip, c.steps[k].status == STATUS_OVERFLOW || c.steps[k].status == STATUS_NAN);
            if (skip && k > 0)
                NEAR(c.steps[k].largest_weight, c.steps[k - 1].largest_weight, 0, "%s: step %zu", words[i], k + 1);
        }
        if (skipped == 0 || skipped > 30)
            fail_msg("%s: %lld steps are skipped", words[i], (long long)skipped);
        assert_int_equal(c.out.first_bad_step, first);
        assert_true(c.out.network.status == STATUS_OK || c.out.network.status == STATUS_STALLED);
        course_close(&c);
    }
    samples_close(s);
}

/* No better than a constant. */
static void stalled(void **state)
{
    (void)state;
    static const struct {
        const char *data, *words;
        Status status;
    } cases[] = {
        {"blobs:4", "activation=tanh depth=2 width=9 batch=7 steps=50 init=zeros", STATUS_STALLED},
        {"blobs:4", "activation=tanh depth=2 width=9 batch=7 steps=50 lr=0", STATUS_STALLED},
        {"blobs:4", "activation=tanh depth=2 width=9 batch=7 steps=300 lr=0.1", STATUS_OK},
        {"teacher", "activation=tanh depth=2 width=9 batch=7 steps=50 init=zeros", STATUS_STALLED},
        {"teacher", "activation=tanh depth=2 width=9 batch=7 steps=300 lr=0.1", STATUS_OK},
        {"multilabel", "activation=sigmoid depth=30 width=9 batch=7 steps=50", STATUS_STALLED},
        {"multilabel", "activation=tanh depth=1 width=9 batch=7 steps=300 lr=0.1", STATUS_OK},
        {"xor", "activation=linear depth=1 width=9 batch=7 steps=300 lr=0.1", STATUS_STALLED},
        {"xor", "activation=relu depth=1 width=30 batch=7 steps=300 lr=0.1 head=linear", STATUS_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Samples *s = samples_of(cases[i].data, 300);
        Course c = course_open(s, cases[i].words);
        c.every = 1;
        course_run(&c, 12);
        assert_int_equal(c.out.network.status, cases[i].status);
        for (size_t k = 0; k < c.n_steps && k < 512; k++)
            assert_int_equal(c.steps[k].status == STATUS_STALLED, c.steps[k].update_ratio == 0);
        if (c.spec.lr == 0)
            assert_int_equal(c.steps[0].status, STATUS_STALLED);
        course_close(&c);
        samples_close(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looking_on_changes_nothing),
        cmocka_unit_test(a_trainer_is_used_again),
        cmocka_unit_test(fixed_loss_scales),
        cmocka_unit_test(the_first_snapshot_is_the_first_step),
        cmocka_unit_test(losses_and_accuracies),
        cmocka_unit_test(the_target),
        cmocka_unit_test(the_first_bad_step),
        cmocka_unit_test(skipped_steps),
        cmocka_unit_test(stalled),
    };
    return cmocka_run_group_tests_name("train", tests, numbers_ready, NULL);
}
