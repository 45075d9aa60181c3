/* Progress: one line on standard error.
 * The one thing to know: time left is extrapolated from this process's own items, not from those a resumed run found done. */
#include "base/progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/machine.h"
#include "base/text.h"

int progress_check(const char *mode)
{
    if (strcmp(mode, "auto") && strcmp(mode, "always") && strcmp(mode, "never"))
        return error(EXIT_USAGE, "--progress '%s': there are auto, always and never", mode);
    return 0;
}

void progress_begin(Progress *p, const char *what, int64_t total, int64_t before, const char *mode, bool quiet)
{
    *p = (Progress){.what = what, .total = total, .before = before, .start = machine_seconds(), .shown = machine_seconds()};
    p->terminal = isatty(STDERR_FILENO);
    p->wanted = strcmp(mode, "never") && !quiet;
    if (!strcmp(mode, "always"))
        p->terminal = true;
}

void progress_show(Progress *p, int64_t done)
{
    const double now = machine_seconds();
    if (!p->wanted || now - p->shown < (p->terminal ? 0.2 : 60))
        return;
    p->shown = now;
    const double rate = (double)(done - p->before) / (now - p->start);
    Text line = {0};
    if (p->label)
        text_format(&line, "%s: ", p->label);
    text_format(&line, "%lld/%lld %s", (long long)done, (long long)p->total, p->what);
    if (rate > 0) {
        text_format(&line, ", %.3g/s, ", rate);
        text_human_seconds(&line, (double)(p->total - done) / rate);
        text_string(&line, " left");
    }
    fprintf(stderr, p->terminal ? "\r\033[Kfathom: %s" : "fathom: %s\n", text_str(&line));
    fflush(stderr);
    p->drawn = p->terminal;
    text_free(&line);
}

void progress_end(Progress *p)
{
    if (p->drawn)
        fputs("\r\033[K", stderr);
}
