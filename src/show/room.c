/* A room: mkdtemp, a few small files, rename.
 * The one thing to know: every error of write, fsync and close is looked at, because gnuplot looks at none of them.
 * A full disk is 74, a directory that cannot be written is 73. */
#include "show/room.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

static char *join(const char *folder, const char *name)
{
    Text path = {0};
    text_format(&path, "%s/%s", folder, name);
    return path.data;
}

static int fail_create(const char *path)
{
    const bool full = errno == ENOSPC || errno == EDQUOT || errno == EIO;
    return error(full ? EXIT_WRITE : EXIT_CANTCREATE, "%s: cannot create it: %s; %s", path, strerror(errno),
                 full ? "the CSV files are kept: make room on the disk and run the command again"
                      : "make the directory writable and run the command again");
}

static int fail_write(const char *path)
{
    return error(EXIT_WRITE, "%s: write error: %s; the CSV files are kept: make room on the disk and run the command again", path,
                 strerror(errno));
}

int room_folder(const char *path)
{
    struct stat s;
    if (!mkdir(path, 0777) || (errno == EEXIST && !stat(path, &s) && S_ISDIR(s.st_mode)))
        return 0;
    return fail_create(path);
}

int room_open(Room *room, const char *parent)
{
    room->path = join(parent, ".draw-XXXXXX");
    if (mkdtemp(room->path))
        return 0;
    const int result = fail_create(parent);
    free(room->path);
    room->path = NULL;
    return result;
}

void room_close(Room *room)
{
    DIR *d = room->path ? opendir(room->path) : NULL;
    for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d))
        if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
            unlinkat(dirfd(d), e->d_name, 0);
    if (d)
        closedir(d);
    if (room->path)
        rmdir(room->path);
    free(room->path);
    room->path = NULL;
}

int room_write(const Room *room, const char *name, const Text *content)
{
    char *path = join(room->path, name);
    FILE *f = fopen(path, "w");
    int result = 0;
    if (!f)
        result = fail_create(path);
    else {
        const bool wrote = fwrite(text_str(content), 1, content->length, f) == content->length;
        if (fclose(f) || !wrote)
            result = fail_write(path);
    }
    free(path);
    return result;
}

static bool read_all(const char *path, size_t most, Text *content)
{
    FILE *f = fopen(path, "r");
    if (!f)
        return false;
    char buffer[8192];
    size_t n;
    while (content->length < most && (n = fread(buffer, 1, sizeof buffer, f)) > 0)
        text_bytes(content, buffer, n);
    const bool good = !ferror(f);
    fclose(f);
    return good;
}

int room_copy(const Room *room, const char *name, const char *from)
{
    Text content = {0};
    const int result = read_all(from, 1 << 20, &content)
                           ? room_write(room, name, &content)
                           : error(EXIT_NOINPUT, "%s: cannot read this figure's script: %s; reinstall fathom or set FATHOM_DATA", from, strerror(errno));
    text_free(&content);
    return result;
}

bool room_read(const Room *room, const char *name, size_t most, Text *content)
{
    char *path = join(room->path, name);
    const bool good = read_all(path, most, content);
    free(path);
    return good;
}

int room_release(const Room *room, const char *name, const char *folder, const char *as)
{
    char *from = join(room->path, name), *to = join(folder, as);
    int result = 0;
    const int fd = open(from, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fsync(fd))
        result = fail_write(to);
    if (fd >= 0)
        close(fd);
    if (!result && rename(from, to))
        result = fail_create(to);
    free(from);
    free(to);
    return result;
}
