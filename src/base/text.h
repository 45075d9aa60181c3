/* Text: a buffer that grows, numbers to text and back, and the distance between two words.
 * The one thing to know: numbers never depend on the locale, because nothing in fathom calls setlocale.
 * Specification values print as the shortest decimal that reads back; measured values with 12 significant digits. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Start from (Text){0}; `data` is NUL-terminated whenever length > 0. */
typedef struct {
    char *data;
    size_t length, room;
} Text;

void text_free(Text *t);
void text_clear(Text *t);
void text_bytes(Text *t, const char *bytes, size_t n);
void text_string(Text *t, const char *s);
void text_char(Text *t, char c);
void text_format(Text *t, const char *format, ...) FORMAT(2, 3);
void text_swap(Text *a, Text *b);
void text_shortest(Text *t, double x);   /* 0.1, 1e-05, inf */
void text_measured(Text *t, double x);   /* %.12g; inf, -inf, nan */
const char *text_str(const Text *t);     /* "" when empty */

/* What text_measured would read back as: statistics over rows are the same computed from memory or from the file. */
double text_measured_value(double x);

/* The whole of `s` as a finite number, or false. */
bool text_to_double(const char *s, double *x);
/* The whole of `s` as a whole number, also written 1e6 or 10.0; false when not whole or beyond 2^53. */
bool text_to_whole(const char *s, int64_t *x);

/* One word of a shell's command line, in quotes where it needs them. */
void text_shell(Text *t, const char *word);

/* 1 234 567 bytes as "1.2 MB"; 93 s as "1 min 33 s". */
void text_human_bytes(Text *t, double bytes);
void text_human_seconds(Text *t, double seconds);

/* Edit distance with transpositions (Damerau, Levenshtein), for "did you mean"; at most 64 characters count. */
size_t text_distance(const char *a, const char *b);

/* For "did you mean": true where `candidate` is nearer to `word` than `*least`, which is then lowered; start from TEXT_FAR.
 * Only slips count, at most one and a third of the letters; at the same distance the same first letter is nearer. */
enum { TEXT_FAR = 1000 };
bool text_nearer(const char *word, const char *candidate, size_t *least);

/* FNV-1a over the bytes, then a 64-bit finaliser (Stafford's mix 13): every bit of the text reaches every bit of the hash. */
uint64_t text_hash(uint64_t seed, const char *s);

#endif
