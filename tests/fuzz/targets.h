/* What the fuzzers call, and the replay of their corpus in `make check`: bytes as a file, read as CSV or IDX.
 * The one thing to know: any bytes may be refused, none may crash, leak, ask for much memory or yield a number that is not finite.
 * Through a memory file, so that the readers are the real ones. */
#ifndef TESTS_TARGETS_H
#define TESTS_TARGETS_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/csv.h"
#include "base/err.h"
#include "base/mem.h"
#include "net/dataset.h"
#include "net/idx.h"
#include "net/labels.h"
#include "net/table.h"

#define MUST(condition)                                                    \
    do {                                                                   \
        if (!(condition)) {                                                \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                       \
        }                                                                  \
    } while (0)

static inline int target_file(const unsigned char *bytes, size_t n, char *path, size_t room)
{
    const int fd = memfd_create("fuzz", MFD_CLOEXEC);
    MUST(fd >= 0);
    for (size_t done = 0; done < n;) {
        const ssize_t wrote = write(fd, bytes + done, n - done);
        MUST(wrote > 0);
        done += (size_t)wrote;
    }
    snprintf(path, room, "/proc/self/fd/%d", fd);
    error_reset();
    return fd;
}

/* A reader that refuses has said why with 65, and one that does not has said nothing. */
static inline void target_verdict(bool refused)
{
    MUST(error_code() == (refused ? EXIT_DATA : EXIT_DONE));
    error_reset();
}

static inline void target_dataset(InputKind kind, const char *path)
{
    Input input = {.kind = kind, .path = path};
    Dataset *d = dataset_open(&input);
    target_verdict(!d);
    if (!d)
        return;
    MUST(input.rows > 0 && input.width > 0 && strlen(input.identity) == 12);
    double *x = mem_doubles((size_t)input.width);
    for (int64_t i = 0; i < input.rows; i++) {
        dataset_row(d, i, x);
        for (int64_t j = 0; j < input.width; j++)
            MUST(isfinite(x[j]));
    }
    free(x);
    dataset_close(d);
}

/* A table for every task: its targets are ones that the task takes. */
static inline void target_tables(const char *path)
{
    for (TaskKind task = 0; task < TASK_COUNT; task++) {
        Table t;
        const int failed = table_read(path, task, &t);
        target_verdict(failed);
        MUST(failed ? !t.x && !t.y : t.rows > 0 && t.width > 0);
        for (int64_t i = 0; !failed && i < t.rows * t.targets; i++)
            MUST(isfinite(t.y[i]) && !label_refusal(task, t.y[i]));
        table_free(&t);
    }
}

static inline void target_labels(const char *path)
{
    Idx labels;
    const int failed = idx_read_labels(path, &labels);
    target_verdict(failed);
    MUST(failed ? !labels.cells : labels.rows > 0 && labels.width == 1);
    idx_free(&labels);
}

static inline void target_idx(const unsigned char *bytes, size_t n)
{
    char path[64];
    const int fd = target_file(bytes, n, path, sizeof path);
    target_dataset(INPUT_IDX, path);
    target_labels(path);
    close(fd);
}

static inline void target_csv(const unsigned char *bytes, size_t n)
{
    char path[64];
    const int fd = target_file(bytes, n, path, sizeof path);
    CsvReader *r = csv_open(path);
    int state = r ? 1 : -1;
    const char *const *cells;
    size_t line = 0, length = 0;
    while (state > 0 && (state = csv_next(r, &cells)) > 0) {
        MUST(csv_line(r) > line);
        line = csv_line(r);
        for (size_t i = 0; i < csv_columns(r); i++)
            length += strlen(cells[i]) + strlen(csv_name(r, i));
    }
    if (state == 0)
        MUST(csv_next(r, &cells) == 0);
    MUST(length < (size_t)-1);
    target_verdict(state < 0);
    csv_close(r);
    target_dataset(INPUT_CSV, path);
    target_tables(path);
    close(fd);
}

#endif
