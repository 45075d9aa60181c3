/* Shared files: three places, tried in order.
 * The one thing to know: a place counts when figures/theme.gp is there.
 * Linux says where the executable is in /proc/self/exe; elsewhere the installed place serves. */
#include "show/share.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static char *figures_in(const char *data, size_t n)
{
    Text folder = {0}, theme = {0};
    text_bytes(&folder, data, n);
    text_string(&folder, "/figures");
    text_format(&theme, "%s/theme.gp", folder.data);
    const int there = access(theme.data, R_OK) == 0;
    text_free(&theme);
    if (!there)
        text_free(&folder);
    return folder.data;
}

/* scripts/ beside one of the folders that hold the executable: build/fathom and build/tests/show/test_x are in the source tree. */
static char *figures_near_executable(void)
{
    char path[4096];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - sizeof "/scripts");
    for (int up = 0; n > 0 && up < 4; up++) {
        while (n > 0 && path[n - 1] != '/')
            n--;
        if (n == 0)
            break;
        n--;
        memcpy(path + n, "/scripts", sizeof "/scripts");
        char *found = figures_in(path, (size_t)n + sizeof "/scripts" - 1);
        if (found)
            return found;
    }
    return NULL;
}

char *share_figures(void)
{
    const char *given = getenv("FATHOM_DATA");
    if (given && *given) {
        char *found = figures_in(given, strlen(given));
        if (!found)
            error(EXIT_NOINPUT, "FATHOM_DATA '%s': no figures/theme.gp in it; unset it or name fathom's data directory", given);
        return found;
    }
    char *found = figures_near_executable();
    if (!found)
        found = figures_in(FATHOM_DATA, strlen(FATHOM_DATA));
    if (!found)
        error(EXIT_NOINPUT, "%s/figures/theme.gp: the figures' scripts are not there; run 'make install' or set FATHOM_DATA", FATHOM_DATA);
    return found;
}
