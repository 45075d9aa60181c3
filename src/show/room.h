/* A room: a private directory in which gnuplot works, under file names that are constants.
 * The one thing to know: a picture is moved out of it by rename, whole or not at all.
 * The room of a picture lies beside its destination, so that the rename never crosses a file system. */
#ifndef SHOW_ROOM_H
#define SHOW_ROOM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

typedef struct {
    char *path;
} Room;

/* Make DIR, and its parents but the last must exist. 0, or -1 after error(): 73, 74 on a full disk. */
int room_folder(const char *path);

/* A new directory in `parent`, mode 0700. */
int room_open(Room *room, const char *parent);
/* Remove it and the files in it. */
void room_close(Room *room);

/* Write one file of the room, or copy one into it. */
int room_write(const Room *room, const char *name, const Text *content);
int room_copy(const Room *room, const char *name, const char *from);
/* Read one, at most `most` bytes; false when it is not there. */
bool room_read(const Room *room, const char *name, size_t most, Text *content);
/* Flush a file of the room to disk and move it to `folder`/`as`. */
int room_release(const Room *room, const char *name, const char *folder, const char *as);

#endif
