/* For tests of samples: opening them, all rows of a part, and small files.
 * The one thing to know: whoever includes it has the same Files and set-up.
 * Format of IDX as in net/idx.c. */
#ifndef TESTS_PARTS_H
#define TESTS_PARTS_H

#include "sets.h"
#include "support.h"
#include "net/samples.h"

#undef NEAR
#include "near.h"

static Files files;

static inline int set_up(void **state)
{
    files = files_make();
    return numbers_ready(state);
}

static inline int tear_down(void **state)
{
    (void)state;
    files_remove(&files);
    return 0;
}

static inline SamplesPlan plan_of(const char *data, TaskKind task)
{
    return (SamplesPlan){.data = data, .task = task, .test_fraction = NOT_GIVEN, .seed = 7};
}

static inline Samples *open_plan(SamplesPlan plan)
{
    Samples *s = samples_open(&plan);
    assert_non_null(s);
    return s;
}

static inline Samples *open_data(const char *data, TaskKind task)
{
    return open_plan(plan_of(data, task));
}

static inline bool refused_plan(SamplesPlan plan)
{
    Samples *s = samples_open(&plan);
    samples_close(s);
    return !s;
}

static inline int64_t rows_in(const Samples *s, SamplesPart part)
{
    return part == PART_TRAIN ? samples_facts(s)->train : samples_facts(s)->test;
}

static inline int64_t *counting(int64_t n)
{
    int64_t *rows = mem_alloc((size_t)n, sizeof *rows);
    for (int64_t i = 0; i < n; i++)
        rows[i] = i;
    return rows;
}

/* All inputs of a part; the float ones must be these, rounded, or nearly so. */
static inline double *inputs_of(const Samples *s, SamplesPart part)
{
    const int64_t n = rows_in(s, part), cells = n * samples_facts(s)->width;
    int64_t *rows = counting(n);
    double *x = mem_doubles((size_t)cells);
    float *f = mem_alloc((size_t)cells, sizeof *f);
    samples_inputs(s, part, rows, n, x);
    samples_inputsf(s, part, rows, n, f);
    for (int64_t i = 0; i < cells; i++)
        NEAR((double)f[i], x[i], 4e-7 * fmax(1, fabs(x[i])));
    free(rows);
    free(f);
    return x;
}

static inline double *targets_of(const Samples *s, SamplesPart part, HeadKind head)
{
    const SamplesFacts *facts = samples_facts(s);
    const int64_t n = rows_in(s, part);
    int64_t *rows = counting(n);
    double *t = mem_doubles((size_t)(n * task_outputs(facts->task, head, facts->targets)));
    samples_targets(s, part, rows, n, head, t);
    free(rows);
    return t;
}

static char pair_identity[32];   /* of the pair written last: the CRC-32 of both files' CRC-32 */

/* The file's label of image i, and its first cell, which counts. */
static inline const char *write_pair(IdxType type, unsigned images, char *word, size_t room)
{
    char path[600];
    Image f = image(type, 3, (const uint32_t[]){images, 2, 3}), g = image(IDX_UINT8, 1, (const uint32_t[]){images});
    for (unsigned i = 0; i < images; i++) {
        for (unsigned k = 0; k < 6; k++)
            put_cell(&f, type, k == 0 ? i * 2 : (i * 37 + k * k * 11) % 120);
        put_cell(&g, IDX_UINT8, i * i % 5 == 0 ? 0 : i * i % 5 == 1 ? 1 : 2);
    }
    unsigned char crcs[8];
    for (unsigned i = 0; i < 8; i++)
        crcs[i] = (unsigned char)((i < 4 ? crc32(0, f.bytes, (unsigned)f.length) : crc32(0, g.bytes, (unsigned)g.length)) >> (24 - 8 * (i % 4)));
    snprintf(pair_identity, sizeof pair_identity, "idx:%08lx", crc32(0, crcs, 8));
    snprintf(path, sizeof path, "%s", files_gz(&files, "images.gz", f.bytes, (unsigned)f.length));
    snprintf(word, room, "idx:%s,%s", path, files_write(&files, "labels", g.bytes, g.length));
    return word;
}

#endif
