/* Signals: the first INT, TERM or HUP asks for a stop, the second stops at once.
 * The one thing to know: the flag is one of the program's two mutable globals (the other is err.c's sink). */
#ifndef BASE_SIGNAL_H
#define BASE_SIGNAL_H

#include <stdbool.h>

void signal_install(void);
bool stop_requested(void);
int stop_signal(void);   /* which one it was, 0 for none */

#endif
