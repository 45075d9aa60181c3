/* Shared files: where the scripts lie that fathom brings with it.
 * The one thing to know: FATHOM_DATA in the environment comes first, then the source tree around the executable, then the place
 * given to `make install`. */
#ifndef SHOW_SHARE_H
#define SHOW_SHARE_H

/* The folder of the figures' scripts, to be freed; NULL after error() 66. */
char *share_figures(void);

#endif
