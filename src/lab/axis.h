/* Axes: lists and ranges of values, in the user's order.
 * The one thing to know: `16,64` · `10:100:10` · `0:99` · `2:256:x2` · `0.5:4:n41` · `1e-4:1:l9`, or several with commas between.
 * Both ends are included; values are lo + i·step rounded to 15 significant digits; duplicates drop. */
#ifndef LAB_AXIS_H
#define LAB_AXIS_H

#include <stddef.h>

#include "model/spec.h"

typedef struct {
    FieldValue *values;
    size_t count;
} Axis;

/* Read `text` for the field; 2 after error(). A derived field's empty text gives one value that is not given.
 * `paired`: the axis is zipped with another, so its repeated values stay: each has its own partner. */
int axis_read(Axis *axis, const Field *field, const char *text, bool paired);
void axis_free(Axis *axis);

/* The canonical text: values separated by commas. */
void axis_text(Text *out, const Axis *axis, const Field *field);

/* Seeds: a single number n means 0 … n-1; lists and ranges mean themselves. */
typedef struct {
    uint32_t *values;
    size_t count;
} Seeds;

int seeds_read(Seeds *seeds, const char *text);
void seeds_free(Seeds *seeds);
void seeds_text(Text *out, const Seeds *seeds);   /* ranges where it can: "0:9" */

#endif
