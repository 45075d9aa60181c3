/* Signals: a request to stop, and what a pipe and closed descriptors do.
 * The one thing to know: the first signal sets a flag that the work asks for; the second, or one that nothing asks for, ends the
 * process at once with 128 + n. */
#ifndef BASE_SIGNAL_H
#define BASE_SIGNAL_H

#include <stdbool.h>

/* Listen for SIGINT, SIGTERM and SIGHUP (not where nohup ignores it); let a closed pipe end the process silently. */
void signal_init(void);

/* True once a signal asked the work to stop. Whoever calls this promises to stop soon. Safe from any thread. */
bool stop_requested(void);

/* The signal that asked, 0 if none did. */
int stop_signal(void);

/* Descriptors 0 to 2 that the caller closed are opened on /dev/null, so that no data file becomes standard output. Writing data to a
 * closed standard output still fails: it would be lost. */
void signal_descriptors(void);

/* True where standard output can be written. */
bool signal_heard(void);

#endif
