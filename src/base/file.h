/* Files: written whole or appended whole, with every failure named.
 * The one thing to know: file_replace never leaves half a file, and an Appender never hides a write that did not happen.
 * write, fsync, rename, as every database does it. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* Make `path` and its parents; 73 after error(). */
int file_make_directory(const char *path);

/* Put `text` at `path`: temporary name, fsync, rename. 73 or 74 after error(). */
int file_replace(const char *path, const char *text, size_t length);

/* The whole file; 66 where it is absent, 65 where it is longer than `most`. */
int file_read(const char *path, Text *out, size_t most);

bool file_exists(const char *path);

/* Take the directory for this process alone: a descriptor to close, or -1 after error() 75 (73 where it cannot be opened). */
int file_lock(const char *directory);

/* A file that only grows. */
typedef struct {
    int fd;            /* -1: closed */
    char *path;
} Appender;

int appender_open(Appender *a, const char *path);          /* creates it; 73 */
int appender_cut(Appender *a, int64_t length);             /* keep the first `length` bytes; 74 */
int appender_put(Appender *a, const char *bytes, size_t n); /* all of them, or error() 74; a closed pipe ends the process silently */
int appender_sync(Appender *a);                            /* 74 */
int appender_close(Appender *a);                           /* 74 */

/* The byte length of the first `lines` whole lines of a file, and how many whole lines there are; 66 or 74. */
int file_lines(const char *path, int64_t lines, int64_t *length, int64_t *whole);

#endif
