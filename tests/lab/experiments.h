/* For tests: experiments from words, and whole files as text.
 * The one thing to know: an experiment points into the words' strings (the path of its data), so these must outlive it.
 * Header only, so that every test program stays one file. */
#ifndef TESTS_LAB_EXPERIMENTS_H
#define TESTS_LAB_EXPERIMENTS_H

#include "files.h"
#include "lab/experiment.h"

static inline Experiment experiment_of(const Words *words)
{
    Experiment e;
    assert_int_equal(experiment_read(&e, words), 0);
    return e;
}

#define EXPERIMENT(...) experiment_of(&(const Words){__VA_ARGS__})

static inline bool experiment_refused(const Words *words)
{
    Experiment e;
    const bool refused = experiment_read(&e, words) == -1;
    experiment_free(&e);
    return refused;
}

/* The file's text, to be freed. */
static inline char *text_of(const char *path)
{
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    assert_int_equal(fseek(in, 0, SEEK_END), 0);
    const long length = ftell(in);
    assert_true(length >= 0);
    rewind(in);
    char *text = malloc((size_t)length + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, (size_t)length, in), length);
    text[length] = '\0';
    fclose(in);
    return text;
}

#endif
