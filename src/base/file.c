/* Files: written whole or appended whole, with every failure named.
 * The one thing to know: an error of fsync or close is a failed write too (a full or broken disk may only say so then). */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static int cannot(ExitCode code, const char *what, const char *path)
{
    return error(errno == ENOMEM ? EXIT_TOOBIG : code, "cannot %s '%s': %s", what, path, strerror(errno));
}

int file_make_directory(const char *path)
{
    if (!*path)
        return error(EXIT_CANTCREATE, "cannot create a directory with an empty name");
    char *copy = mem_string(path);
    int result = 0;
    for (char *slash = copy + 1; result == 0; slash++) {
        if (*slash != '/' && *slash != '\0')
            continue;
        const char old = *slash;
        *slash = '\0';
        struct stat s;
        if (mkdir(copy, 0777) != 0 && !(errno == EEXIST && stat(copy, &s) == 0 && S_ISDIR(s.st_mode)))
            result = cannot(EXIT_CANTCREATE, "create directory", copy);
        *slash = old;
        if (old == '\0')
            break;
    }
    free(copy);
    return result;
}

/* A descriptor that another process made non-blocking is waited for. */
static bool try_again(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};
    return errno == EINTR || ((errno == EAGAIN || errno == EWOULDBLOCK) && (poll(&p, 1, -1) > 0 || errno == EINTR));
}

static int write_all(int fd, const char *bytes, size_t n)
{
    while (n) {
        const ssize_t done = write(fd, bytes, n);
        if (done < 0 && try_again(fd))
            continue;
        if (done <= 0)
            return -1;
        bytes += done;
        n -= (size_t)done;
    }
    return 0;
}

/* The name itself reaches the disk with its directory; where directories cannot be synced, nothing is lost that can be helped. */
static void sync_directory_of(const char *path)
{
    char *copy = mem_string(path), *slash = strrchr(copy, '/');
    if (slash)
        slash[slash == copy] = '\0';
    const int fd = open(slash ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
    free(copy);
}

int file_replace(const char *path, const char *text, size_t length)
{
    Text temporary = {0};
    text_format(&temporary, "%s.part", path);
    const char *name = text_str(&temporary);
    int result = 0;
    const int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        result = cannot(EXIT_CANTCREATE, "create", path);
    } else {
        const bool written = write_all(fd, text, length) == 0 && fsync(fd) == 0;
        const int why = errno;
        if ((close(fd) != 0 || !written) && (errno = written ? errno : why))
            result = cannot(EXIT_WRITE, "write", path);
        else if (rename(name, path) != 0)
            result = cannot(EXIT_CANTCREATE, "rename into place", path);
        if (result)
            unlink(name);
        else
            sync_directory_of(path);
    }
    text_free(&temporary);
    return result;
}

int file_read(const char *path, Text *out, size_t most)
{
    FILE *f = fopen(path, "rbe");
    if (!f)
        return cannot(EXIT_NOINPUT, "open", path);
    char buffer[65536];
    int result = 0;
    for (size_t n; result == 0 && (n = fread(buffer, 1, sizeof buffer, f)) > 0;) {
        text_bytes(out, buffer, n);
        if (out->length > most)
            result = error(EXIT_DATA, "'%s' is longer than %zu bytes; it cannot be what it should be", path, most);
    }
    if (result == 0 && ferror(f))
        result = cannot(EXIT_NOINPUT, "read", path);
    fclose(f);
    return result;
}

bool file_exists(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0;
}

int file_lock(const char *directory)
{
    const int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return cannot(EXIT_CANTCREATE, "open directory", directory);
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    if (errno != EWOULDBLOCK) {
        const int result = cannot(EXIT_CANTCREATE, "lock", directory);
        close(fd);
        return result;
    }
    close(fd);
    return error(EXIT_LOCKED, "'%s' is in use by another fathom; wait for it or choose another -o", directory);
}

int appender_open(Appender *a, const char *path)
{
    a->path = mem_string(path);
    a->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (a->fd >= 0)
        return 0;
    cannot(EXIT_CANTCREATE, "create", path);
    free(a->path);
    a->path = NULL;
    return -1;
}

int appender_cut(Appender *a, int64_t length)
{
    return ftruncate(a->fd, length) == 0 ? 0 : cannot(EXIT_WRITE, "shorten", a->path);
}

int appender_put(Appender *a, const char *bytes, size_t n)
{
    return write_all(a->fd, bytes, n) == 0 ? 0 : cannot(EXIT_WRITE, "write", a->path);
}

int appender_sync(Appender *a)
{
    if (fsync(a->fd) == 0 || errno == EINVAL || errno == EROFS)
        return 0;
    return cannot(EXIT_WRITE, "write", a->path);
}

int appender_close(Appender *a)
{
    if (a->fd < 0)
        return 0;
    const int result = close(a->fd) == 0 ? 0 : cannot(EXIT_WRITE, "close", a->path);
    free(a->path);
    *a = (Appender){.fd = -1};
    return result;
}

int file_lines(const char *path, int64_t lines, int64_t *length, int64_t *whole)
{
    FILE *f = fopen(path, "rbe");
    *length = *whole = 0;
    if (!f)
        return errno == ENOENT ? 0 : cannot(EXIT_NOINPUT, "open", path);
    char buffer[65536];
    int64_t at = 0;
    for (size_t n; (n = fread(buffer, 1, sizeof buffer, f)) > 0; at += (int64_t)n)
        for (char *c = buffer; (c = memchr(c, '\n', n - (size_t)(c - buffer))) != NULL; c++)
            if (++*whole <= lines)
                *length = at + (c - buffer) + 1;
    const bool bad = ferror(f);
    fclose(f);
    return bad ? cannot(EXIT_NOINPUT, "read", path) : 0;
}
