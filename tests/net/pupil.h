/* For tests of learning: a network on the learned map, with inputs and targets of one's own.
 * The one thing to know: pupil_open draws parameters, inputs and targets from fixed streams; `loss` of a pupil is the loss of all of it.
 * Header only, so that every test program stays one file. */
#ifndef TESTS_PUPIL_H
#define TESTS_PUPIL_H

#include "net/learned.h"
#include "net/loss.h"
#include "support.h"

typedef struct {
    NetSpec spec;
    RngSource source;
    Rng rng;
    Learned map;
    Pass *pass;
    LayerRow *rows;
    double *x;        /* batch × input width */
    double *target;   /* batch × outputs */
} Pupil;

/* Targets that suit any pair: one-hot where the head or the loss wants classes, 0 or 1 for the other probabilities, else real. */
static inline void pupil_draw(Pupil *u)
{
    const NetSpec *s = &u->spec;
    const size_t batch = (size_t)s->batch, outputs = (size_t)s->outputs;
    const HeadKind head = spec_head(s);
    const bool classes = head == HEAD_SOFTMAX && outputs > 1, labels = head == HEAD_SIGMOID;
    rng_open(&u->rng, u->source, 0, USE_INPUT);
    rng_normals(&u->rng, u->x, batch * (size_t)s->input_width, 1);
    loss_targets(u->target, batch, outputs, classes ? LOSS_CE : labels ? LOSS_BCE : LOSS_MSE, u->source, &u->rng);
}

static inline void pupil_begin(Pupil *u, uint32_t seed)
{
    u->source = (RngSource){KEY, seed};
    pupil_draw(u);
    pass_begin(u->pass, &u->spec, &learned_engine, &u->map, u->source);
}

static inline void pupil_open(Pupil *u, NetSpec spec, HeadKind head, uint32_t seed)
{
    const double bytes = pass_bytes(&spec, &learned_engine, true);
    *u = (Pupil){.spec = spec};
    assert_int_equal(registry_choose(&heads, head_name(head), &u->spec.head), 0);
    rng_init(&u->rng, philox_type);
    u->map.rng = &u->rng;
    u->map.memory = mem_doubles(learned_size(&spec));
    u->pass = pass_alloc(bytes, philox_type, NULL);
    u->rows = mem_alloc((size_t)spec_layers(&spec) + 1, sizeof *u->rows);
    u->x = mem_doubles((size_t)(spec.batch * spec.input_width));
    u->target = mem_doubles((size_t)(spec.batch * spec.outputs));
    pupil_begin(u, seed);
}

static inline void pupil_close(Pupil *u)
{
    pass_free(u->pass);
    rng_done(&u->rng);
    free(u->map.memory);
    free(u->rows);
    free(u->x);
    free(u->target);
}

static inline void pupil_forward(Pupil *u, const Tap *tap)
{
    const Rows x = pass_input(u->pass, (size_t)u->spec.batch);
    for (size_t i = 0; i < x.rows * x.cols; i++)
        if (x.single)
            x.s[i] = (float)u->x[i];
        else
            x.x[i] = u->x[i];
    memset(x.exponent, 0, x.rows * sizeof *x.exponent);
    pass_forward(u->pass, tap);
    memcpy(pass_targets(u->pass), u->target, (size_t)(u->spec.batch * u->spec.outputs) * sizeof *u->target);
}

static inline double pupil_loss(Pupil *u)
{
    pupil_forward(u, NULL);
    const Rows y = pass_outputs(u->pass);
    return loss_pair_value(&y, u->target, spec_head(&u->spec), loss_of(u->spec.loss)->kind);
}

/* Forward and backward; the gradient lies in map.grad, the layers' rows in `rows` where `measure`. */
static inline void pupil_study(Pupil *u, bool measure, const Tap *tap)
{
    pass_measure(u->pass, measure ? u->rows : NULL);
    pupil_forward(u, tap);
    pass_backward(u->pass, 1, tap);
    pass_measure(u->pass, NULL);
}

#endif
