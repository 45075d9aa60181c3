/* Gathering facts from tables.
 * The one thing to know: an empty cell of steps_to_target is a network that never reached it; elsewhere empty cells are left out. */
#include "claim/gather.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/registry.h"

const char *gather_words(Text *t, const char *format, ...)
{
    char words[256];
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof words)
        BUG("a condition too long for its place");
    text_clear(t);
    text_string(t, words);
    return text_str(t);
}

double gather_number(const Table *t, const char *column, const char *conditions) { return table_number(t, table_row(t, conditions), column); }

void gather_mean(Facts *out, const char *quantity, const char *where, double predicted, const Table *t, const char *column, const char *conditions)
{
    double *sample = mem_doubles(table_rows(t) + 1);
    const size_t n = table_numbers(t, column, conditions, sample);
    facts_mean(out, quantity, where, predicted, sample, n);
    free(sample);
}

void gather_share(Facts *out, const char *quantity, const char *where, double predicted, const Table *t, const char *conditions, const char *of)
{
    size_t successes = 0, trials = 0;
    for (size_t row = 0; row < table_rows(t); row++)
        if (table_matches(t, row, of)) {
            trials++;
            successes += (size_t)table_matches(t, row, conditions);
        }
    facts_share(out, quantity, where, predicted, successes, trials);
}

/* The row of layer 0 has no sigmas, but it is the last one before the others of its point. */
double gather_theory_ratio(const Table *summary, const char *conditions, int depth)
{
    Text where = {0};
    const size_t top = table_row(summary, gather_words(&where, "%s depth=%d layer=%d", conditions, depth, depth));
    size_t input = top;
    while (strcmp(table_text(summary, input, "layer"), "0") != 0)
        input--;
    text_free(&where);
    return table_number(summary, input, "theory_log10_grad_h_norm") - table_number(summary, top, "theory_log10_grad_h_norm");
}

size_t gather_log_steps(const Table *networks, const char *conditions, double steps, double *out)
{
    size_t n = 0;
    for (size_t row = 0; row < table_rows(networks); row++)
        if (table_matches(networks, row, conditions)) {
            const double taken = table_number(networks, row, "steps_to_target");
            out[n++] = log10(isnan(taken) ? steps : taken);
        }
    return n;
}
