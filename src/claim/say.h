/* Saying numbers: a fact's three cells as people read them, in plain UTF-8 that HTML, Markdown and LaTeX take alike.
 * The one thing to know: digits follow the interval: two of its half-width, one more for the prediction; what is exact has six. */
#ifndef CLAIM_SAY_H
#define CLAIM_SAY_H

#include "claim/facts.h"

/* "−0.6287", "∞", "none". */
void say_measured(Text *out, const Fact *f);
/* "−0.62821"; nothing where nothing was predicted. */
void say_predicted(Text *out, const Fact *f);
/* "[−0.6305, −0.6268]"; "exact"; "not known" where the sample cannot tell. */
void say_interval(Text *out, const Fact *f);
/* How many networks or trials; nothing where it is exact. */
void say_count(Text *out, const Fact *f);

/* 12 345: groups of three by thin spaces, from five digits on. */
void say_whole(Text *out, int64_t n);

/* A sentence that a program printed: 1e-31 becomes 10⁻³¹, 3.2e-05 becomes 3.2 × 10⁻⁵, -0.6 gets a true minus, sigma_w is σ_w. */
void say_prose(Text *out, const char *s);

/* x to so many significant digits: 0.000123, 1.23 × 10⁻⁵. `trim`: without zeros at the end. */
void say_number(Text *out, double x, int digits, bool trim);

#endif
