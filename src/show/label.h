/* Labels: text that is safe and readable on a picture.
 * The one thing to know: figures write plain UTF-8 (×, σ, 10⁻⁶³); for LaTeX it is translated, character by character.
 * Control characters, broken UTF-8 and bidirectional overrides never get through. */
#ifndef SHOW_LABEL_H
#define SHOW_LABEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Append `s`, cleaned, at most `most` characters of it (then an ellipsis). */
void label_clean(Text *out, const char *s, size_t most);

/* Append clean UTF-8 as LaTeX source that typesets it. */
void label_tex(Text *out, const char *s);

/* Append a cell of a tab-separated file that gnuplot reads: it unescapes backslashes and eats quotes. */
void label_cell(Text *out, const char *s);

/* Break at a space into two lines of about `width` characters; what fits in neither is cut with an ellipsis. */
void label_wrap(const char *s, size_t width, Text *first, Text *second);

/* Characters of UTF-8 text. */
size_t label_length(const char *s);

/* 10^x to two digits: 0.24, 31.7, 10⁻⁶³. */
void label_power(Text *out, double x);

#endif
