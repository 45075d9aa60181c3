/* A network's specification: what one point of a grid is.
 * The one thing to know: a resolved spec has a canonical text, the text is its identity, and its random numbers follow from it.
 * Fields are rows of fields.def; engine, seeds and output options are not part of a network. */
#ifndef MODEL_SPEC_H
#define MODEL_SPEC_H

#include <stdbool.h>
#include <stdint.h>

#include "model/act.h"
#include "model/dtype.h"
#include "model/init.h"
#include "model/kinds.h"
#include "model/registry.h"

typedef enum { INPUT_GAUSSIAN, INPUT_SPHERE, INPUT_IDX, INPUT_CSV, INPUT_SAMPLES } InputKind;

/* What the first layer is fed. Data are known by their content, not by where they lie. */
typedef struct {
    InputKind kind;
    const char *path;      /* of idx and csv */
    char identity[32];     /* "gaussian", "sphere", "idx:9a3f00c1" (CRC-32 of what it holds) */
    int64_t rows, width;   /* of idx, csv and samples (of these, the training part) */
    TaskKind task;         /* of samples, which come with targets: how many, as task_outputs counts */
    int64_t targets;
} Input;

typedef struct {
#define CHOICE(scope, member, ...) Choice member;
#define WHOLE(scope, member, ...) int64_t member;   /* 0: not given */
#define REAL(scope, member, ...) double member;     /* NOT_GIVEN: derived, or it does not apply */
#include "model/fields.def"
#undef CHOICE
#undef WHOLE
#undef REAL
    Input input;
} NetSpec;

typedef enum { FIELD_CHOICE, FIELD_WHOLE, FIELD_REAL } FieldKind;

/* Whose field it is. */
typedef enum { SCOPE_SWEEP = 1, SCOPE_TRAIN = 2, SCOPE_BOTH = SCOPE_SWEEP | SCOPE_TRAIN } FieldScope;

typedef struct {
    const char *name;        /* the CSV column and the manifest entry */
    const char *option;
    const char *fallback;    /* "": derived */
    const char *otherwise;   /* how help words a derived default */
    const Registry *registry;
    const char *help;
    double lowest, highest;
    size_t offset;
    FieldKind kind;
    FieldScope scope;
    char letter;
} Field;

#define CHOICE(scope, member, ...) FIELD_##member,
#define WHOLE(scope, member, ...) FIELD_##member,
#define REAL(scope, member, ...) FIELD_##member,
typedef enum {
#include "model/fields.def"
    FIELD_COUNT
} FieldId;
#undef CHOICE
#undef WHOLE
#undef REAL

extern const Field fields[FIELD_COUNT];

typedef union {
    Choice choice;
    int64_t whole;
    double real;
} FieldValue;

/* One word to a value of this field, with a usage error that names the option. */
int field_read(const Field *f, const char *word, FieldValue *value);
/* A number of an axis to a value; whole fields round. */
int field_number(const Field *f, double number, FieldValue *value);
bool field_given(const Field *f, FieldValue value);   /* false: derived, or does not apply */
bool field_same(const Field *f, FieldValue a, FieldValue b);
void field_text(Text *out, const Field *f, FieldValue value);   /* "" where not given */
FieldValue field_get(const NetSpec *spec, const Field *f);
void field_set(NetSpec *spec, const Field *f, FieldValue value);
FieldValue field_default(const Field *f);

/* Fill what is derived (auto's initialiser, σ_w, outputs, input width; head, loss, learning rate and steps of training) and check that the fields go together. Where the initialiser's
 * sigmas come from theory, σ_w and a σ_b that was not given stay NOT_GIVEN for the caller to fill.
 * A usage error (2) where they do not, or where a size overflows 63 bits. */
int spec_resolve(NetSpec *spec);

/* "activation=tanh init=glorot-normal depth=50 width=256 batch=32": the five that name a network, and every other field
 * that is not at its default. */
void spec_text(Text *out, const NetSpec *spec);

/* fan_in and fan_out of layer 1 … depth, and of the readout, layer depth + 1. */
int64_t spec_fan_in(const NetSpec *spec, int64_t layer);
int64_t spec_fan_out(const NetSpec *spec, int64_t layer);
bool spec_has_readout(const NetSpec *spec);
HeadKind spec_head(const NetSpec *spec);   /* the one chosen, else what the loss implies */
/* Weight layers, the readout included. */
int64_t spec_layers(const NetSpec *spec);

/* σ_w = √(fan_in · E W²) and σ_b of a layer as the initialiser's rule gives them (before LSUV's scaling). */
double spec_sigma_w(const NetSpec *spec, int64_t layer);
double spec_sigma_b(const NetSpec *spec, int64_t layer);

#endif
