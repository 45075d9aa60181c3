/* For tests: a directory of one's own, files in it, and what was said on standard error.
 * The one thing to know: FAILS forgets the last failure, runs, and compares exit code and a part of the message.
 * Header only, so that every test program stays one file. */
#ifndef TESTS_FILES_H
#define TESTS_FILES_H

#include <ftw.h>
#include <gsl/gsl_errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/err.h"

typedef struct {
    char directory[256];
    char path[512];   /* of the file written last */
    int true_stderr;
} Files;

/* As in main.c: a GSL failure is a return code, whichever room a test begins in. */
__attribute__((constructor)) static void files_quiet_gsl(void)
{
    gsl_set_error_handler_off();
}

static inline Files files_make(void)
{
    Files f = {.true_stderr = -1};
    const char *root = getenv("TMPDIR");
    snprintf(f.directory, sizeof f.directory, "%s/fathom-test-XXXXXX", root && *root ? root : P_tmpdir);
    assert_non_null(mkdtemp(f.directory));
    return f;
}

static inline int files_unlink(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

static inline void files_remove(const Files *f)
{
    assert_int_equal(nftw(f->directory, files_unlink, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static inline const char *files_path(Files *f, const char *name)
{
    snprintf(f->path, sizeof f->path, "%s/%s", f->directory, name);
    return f->path;
}

static inline const char *files_write(Files *f, const char *name, const void *bytes, size_t n)
{
    FILE *out = fopen(files_path(f, name), "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, n, out), n);
    assert_int_equal(fclose(out), 0);
    return f->path;
}

static inline const char *files_text(Files *f, const char *name, const char *text)
{
    return files_write(f, name, text, strlen(text));
}

static inline const char *files_gz(Files *f, const char *name, const void *bytes, unsigned n)
{
    gzFile out = gzopen(files_path(f, name), "wb");
    assert_non_null(out);
    assert_int_equal(gzwrite(out, bytes, n), n);
    assert_int_equal(gzclose(out), Z_OK);
    return f->path;
}

/* The bytes of a file, at most `room` of them: how many. */
static inline size_t files_read(const char *path, void *bytes, size_t room)
{
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    const size_t n = fread(bytes, 1, room, in);
    fclose(in);
    return n;
}

/* From here to files_hear, standard error goes to a file. */
static inline void files_listen(Files *f)
{
    char path[512];
    snprintf(path, sizeof path, "%s/stderr", f->directory);
    error_reset();
    fflush(stderr);
    f->true_stderr = dup(STDERR_FILENO);
    assert_non_null(freopen(path, "wb", stderr));
    setvbuf(stderr, NULL, _IONBF, 0);
}

static inline void files_hear(Files *f, char *said, size_t room)
{
    char path[512];
    snprintf(path, sizeof path, "%s/stderr", f->directory);
    fflush(stderr);
    dup2(f->true_stderr, STDERR_FILENO);
    close(f->true_stderr);
    said[files_read(path, said, room - 1)] = '\0';
}

/* `expression` is true and leaves `code` and one line containing `part`. */
#define FAILS(f, exit_code, part, expression)                                             \
    do {                                                                                  \
        char said_[4096];                                                                 \
        files_listen(f);                                                                  \
        const bool failed_ = (expression);                                                \
        files_hear(f, said_, sizeof said_);                                               \
        if (!failed_ || error_code() != (exit_code) || !strstr(said_, part) ||            \
            strchr(said_, '\n') != said_ + strlen(said_) - 1)                             \
            fail_msg("wanted %d and \"%s\", got %d and \"%s\"", exit_code, part, (int)error_code(), said_); \
        error_reset();                                                                    \
    } while (0)

#endif
