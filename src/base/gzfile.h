/* Input files: read plain or gzip-compressed bytes through one door.
 * The one thing to know: a gzip stream that is torn or corrupt is an error, never a short read.
 * Through zlib, which tells gzip from plain bytes by content, not by name. */
#ifndef BASE_GZFILE_H
#define BASE_GZFILE_H

#include <stddef.h>
#include <stdint.h>

typedef struct GzFile GzFile;

/* NULL after error(): 66 where there is no such file, it may not be read, or it is a directory. A fifo is as good as a file. */
GzFile *gzfile_open(const char *path);
void gzfile_close(GzFile *g);

/* Read up to n bytes, fewer only at the end: the count, or -1 after error() 65 (torn or corrupt stream, read error). */
int64_t gzfile_read(GzFile *g, void *bytes, size_t n);

/* CRC-32 of all bytes read so far, uncompressed: at the end, of the content. */
uint32_t gzfile_crc(const GzFile *g);

const char *gzfile_path(const GzFile *g);

#endif
