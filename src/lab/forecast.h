/* Forecasts: theory's prediction for a point of an experiment, from the input that its seeds draw.
 * The one thing to know: theory never sees the sampler; this file draws the inputs (nothing else) and hands over their statistics. */
#ifndef LAB_FORECAST_H
#define LAB_FORECAST_H

#include "lab/experiment.h"
#include "theory/predict.h"

/* Belongs to one thread; keeps the mean field of the last activation. */
typedef struct Forecast Forecast;

Forecast *forecast_alloc(const Experiment *e);
void forecast_free(Forecast *f);

/* rows and spread: spec_layers(spec) + 1 of each. */
void forecast_point(Forecast *f, const NetSpec *spec, LayerRow *rows, Spread *spread);

#endif
