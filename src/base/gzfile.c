/* Input files: read plain or gzip-compressed bytes through one door.
 * The one thing to know: gzread reports a torn stream only through gzerror after the last short read, so it is asked there.
 * Bytes after the last gzip member are ignored, as gzip(1) does. */
#include "base/gzfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/err.h"
#include "base/mem.h"

struct GzFile {
    gzFile stream;
    char *path;
    uint32_t crc;
};

/* The descriptor, or -1 after error(). */
static int open_plain(const char *path)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error(EXIT_NOINPUT, "cannot read '%s': %s", path, strerror(errno));
    struct stat status;
    if (fstat(fd, &status) || S_ISDIR(status.st_mode)) {
        close(fd);
        return error(EXIT_NOINPUT, "cannot read '%s': it is a directory; name the file in it", path);
    }
    return fd;
}

GzFile *gzfile_open(const char *path)
{
    enum { BUFFER = 128 * 1024 };
    const int fd = open_plain(path);
    if (fd < 0)
        return NULL;
    gzFile stream = gzdopen(fd, "rb");
    if (!stream) {
        close(fd);
        error(EXIT_TOOBIG, "out of memory opening '%s'", path);
        return NULL;
    }
    gzbuffer(stream, BUFFER);
    GzFile *g = mem_alloc(1, sizeof *g);
    g->stream = stream;
    g->path = mem_string(path);
    return g;
}

void gzfile_close(GzFile *g)
{
    if (!g)
        return;
    gzclose_r(g->stream);
    free(g->path);
    free(g);
}

static int explain(const GzFile *g)
{
    int code;
    const char *what = gzerror(g->stream, &code);
    switch (code) {
    case Z_OK:
    case Z_STREAM_END:
        return 0;
    case Z_BUF_ERROR:
        return error(EXIT_DATA, "'%s': the gzip stream ends early, the file is cut short; fetch it again", g->path);
    case Z_DATA_ERROR:
        return error(EXIT_DATA, "'%s': the gzip stream is corrupt; fetch the file again", g->path);
    case Z_MEM_ERROR:
        return error(EXIT_TOOBIG, "out of memory reading '%s'", g->path);
    default:
        return error(EXIT_DATA, "cannot read '%s': %s", g->path, code == Z_ERRNO ? strerror(errno) : what);
    }
}

int64_t gzfile_read(GzFile *g, void *bytes, size_t n)
{
    enum { MOST = 1 << 20 };
    unsigned char *to = bytes;
    size_t have = 0;
    while (have < n) {
        const unsigned want = n - have < MOST ? (unsigned)(n - have) : MOST;
        const int got = gzread(g->stream, to + have, want);
        if (got > 0) {
            g->crc = (uint32_t)crc32(g->crc, to + have, (unsigned)got);
            have += (size_t)got;
        }
        if (got < (int)want) {
            if (explain(g))
                return -1;
            break;
        }
    }
    return (int64_t)have;
}

uint32_t gzfile_crc(const GzFile *g)
{
    return g->crc;
}

const char *gzfile_path(const GzFile *g)
{
    return g->path;
}
