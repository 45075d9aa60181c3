/* Once more: the networks of a run, from its run.json, for what no column says.
 * The one thing to know: the same specification and streams give the same networks, so what is looked at here are the networks of the tables. */
#ifndef CLAIM_AGAIN_H
#define CLAIM_AGAIN_H

#include "claim/claim.h"
#include "lab/manifest.h"
#include "net/train.h"

typedef struct {
    Manifest *manifest;
    Words words;
    Experiment experiment;
} Again;

/* 0, or -1 after error(); to be closed in either case. */
int again_open(Again *a, const ClaimCase *c, const char *run);
void again_close(Again *a);

/* Sample one network of a sweep on the dense engine, with a tap, which may ask for its map: pass_map of *pass, set before the tap is called. */
void again_sample(const Again *a, const NetSpec *spec, uint32_t seed, const Tap *tap, Pass **pass);

/* Train one network of a training run: its parameters as they are at the end go to `see`. */
void again_train(const Again *a, const NetSpec *spec, uint32_t seed, void (*see)(void *context, const NetSpec *spec, const Rows *parameters),
                 void *context);

#endif
