/* Forecasts: the input's statistics, and the call to theory.
 * The one thing to know: the input is drawn as for the same network of depth 1, so that networks that differ in depth share one
 * prediction, followed as deep as the deepest needs. */
#include "lab/forecast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "net/input.h"
#include "net/measure.h"

enum { BATCHES = 32 };

struct Forecast {
    const Experiment *experiment;
    Rng rng;
    Choice activation;
    MeanField *meanfield;
    Predictor *predictor;
    double *x, *work, *length;
    int64_t *exponent;
    size_t room_x, room_length;
};

Forecast *forecast_alloc(const Experiment *e)
{
    Forecast *f = mem_alloc(1, sizeof *f);
    f->experiment = e;
    rng_init(&f->rng, e->generator);
    return f;
}

void forecast_free(Forecast *f)
{
    if (!f)
        return;
    predictor_free(f->predictor);
    meanfield_free(f->meanfield);
    rng_done(&f->rng);
    free(f->x);
    free(f->work);
    free(f->length);
    free(f->exponent);
    free(f);
}

static void use_activation(Forecast *f, Choice c)
{
    if (f->activation.row == c.row && (!c.row->parameter || f->activation.parameter == c.parameter))
        return;
    meanfield_free(f->meanfield);
    f->meanfield = meanfield_covers(c) ? meanfield_alloc(c) : NULL;
    f->activation = c;
}

static void reserve(Forecast *f, const NetSpec *spec, size_t seeds)
{
    const size_t batch = (size_t)spec->batch, width = (size_t)spec->input_width;
    if (batch * width > f->room_x) {
        f->room_x = batch * width;
        f->x = mem_resize(f->x, f->room_x, sizeof *f->x);
        f->work = mem_resize(f->work, f->room_x + batch + measure_work_size(batch, width), sizeof *f->work);
        f->exponent = mem_resize(f->exponent, f->room_x, sizeof *f->exponent);
    }
    if (batch * seeds > f->room_length) {
        f->room_length = batch * seeds;
        f->length = mem_resize(f->length, f->room_length, sizeof *f->length);
    }
}

/* Add one batch to the sums. */
static void add_batch(Forecast *f, InputLaw *law, const Rows *x, double share)
{
    LayerRow row = {0};
    measure_h(&row, x, f->work);
    law->mean += share * row.value[COL_h_mean];
    law->variance += share * row.value[COL_h_var];
    law->mean_square += share * row.value[COL_h_ms];
    law->zero_frac += share * row.value[COL_zero_frac];
    law->cosine += row_has(&row, COL_h_cos) ? share * row.value[COL_h_cos] : NOT_GIVEN;
    for (size_t a = 0; a < x->rows; a++) {
        double square = 0;
        for (size_t i = 0; i < x->cols; i++)
            square += rows_at(x, a)[i] * rows_at(x, a)[i];
        f->length[law->samples++] = square / (double)x->cols;
    }
}

/* Made input has a law of its own. */
static void draw_input(Forecast *f, const NetSpec *spec, InputLaw *law)
{
    if (!f->experiment->data)
        return;
    NetSpec shallow = *spec;
    shallow.depth = 1;
    shallow.loss = field_default(&fields[FIELD_loss]).choice;
    shallow.outputs = 0;
    const uint64_t key = experiment_key(f->experiment, &shallow);
    reserve(f, spec, BATCHES);
    for (uint32_t s = 0; s < BATCHES; s++) {
        Rows x = {.x = f->x, .exponent = f->exponent, .rows = (size_t)spec->batch, .cols = (size_t)spec->input_width};
        input_draw(&x, spec, f->experiment->data, (RngSource){key, s}, &f->rng, f->work);
        add_batch(f, law, &x, 1.0 / BATCHES);
    }
    law->length = f->length;
}

void forecast_point(Forecast *f, const NetSpec *spec, LayerRow *rows, Spread *spread)
{
    if (!f->predictor || !predictor_serves(f->predictor, spec)) {
        InputLaw law = {0};
        predictor_free(f->predictor);
        use_activation(f, spec->activation);
        draw_input(f, spec, &law);
        f->predictor = predictor_alloc(f->meanfield, spec, &law);
    }
    predictor_fill(f->predictor, spec, rows, spread);
}
