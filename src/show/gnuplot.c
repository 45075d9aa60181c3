/* gnuplot: spawn it, distrust it, move its picture into place.
 * The one thing to know: file names inside the room are constants or names from our own registry; the user's never reach gnuplot.
 * After the rules that its own shell escapes ask for: -d, -c, no -e, no eval, LC_ALL=C.UTF-8. */
#include "show/gnuplot.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/proc.h"
#include "show/room.h"
#include "show/share.h"

static const Format rows[] = {
    {.named = {.name = "png", .formula = "pngcairo", .about = "pixels, for the web and slides; the same bytes every time"},
     .output = ".png", .suffix = ".png", .ending = "IEND\xae\x42\x60\x82"},
    {.named = {.name = "svg", .formula = "svg", .about = "vectors, for the web; the same bytes every time"},
     .output = ".svg", .suffix = ".svg", .ending = "</svg>"},
    {.named = {.name = "pdf", .formula = "pdfcairo", .about = "vectors, for print; carries the date"},
     .output = ".pdf", .suffix = ".pdf", .ending = "%%EOF"},
    {.named = {.name = "tex", .formula = "cairolatex pdf", .about = "NAME.tex for \\input, with NAME-inc.pdf beside it; LaTeX sets the text"},
     .output = "-inc.tex", .suffix = ".tex", .ending = "\\endgroup", .second = "-inc.pdf", .latex = true},
    {.named = {.name = "dumb", .formula = "dumb", .about = "characters, on the terminal"},
     .output = ".txt", .suffix = ".txt", .ending = "", .terminal = true},
};

const Registry formats = {"format", "formats", rows, sizeof rows / sizeof *rows, sizeof *rows};

#define PACKAGE "install it (Debian, Ubuntu: apt-get install gnuplot-nox; brew install gnuplot)"

static char *no_gnuplot(char *path, const char *trouble, const char *rerun)
{
    error(EXIT_NOTOOL, "%s: %s; fathom needs gnuplot 5.4 or later: " PACKAGE ", then run: %s", path ? path : "gnuplot", trouble, rerun);
    free(path);
    return NULL;
}

char *gnuplot_find(const char *rerun)
{
    const char *given = getenv("FATHOM_GNUPLOT");
    char *path = proc_find(given && *given ? given : "gnuplot");
    if (!path)
        return no_gnuplot(NULL, given && *given ? "FATHOM_GNUPLOT names no program" : "not found in PATH", rerun);
    ProcResult result;
    const char *const argv[] = {path, "--version", NULL};
    int major = 0, minor = 0;
    const int ran = proc_run(&(ProcJob){.argv = argv, .seconds = 10, .most = 4096}, &result);
    const bool read = sscanf(text_str(&result.out), "gnuplot %d.%d", &major, &minor) == 2;
    const bool slow = result.timed_out;
    proc_done(&result);
    if (ran)
        return free(path), NULL;
    if (slow)
        return no_gnuplot(path, "no answer to --version within 10 s", rerun);
    if (!read)
        return no_gnuplot(path, "its --version is not gnuplot's", rerun);
    char found[64];
    snprintf(found, sizeof found, "version %d.%d is too old", major, minor);
    return major > 5 || (major == 5 && minor >= 4) ? path : no_gnuplot(path, found, rerun);
}

/* The line of gnuplot's report that says what went wrong, or NULL: a warning, else (`failed`) the last one with a line number. */
static const char *complaint(Text *report, bool failed)
{
    const char *worst = NULL;
    char *rest = report->data;
    for (char *line = rest ? strtok_r(rest, "\n", &rest) : NULL; line; line = strtok_r(NULL, "\n", &rest)) {
        while (isspace((unsigned char)*line))
            line++;
        if (strncasecmp(line, "fontconfig", 10) && strcasestr(line, "warning:"))
            return line;
        if (failed && *line && *line != '^' && (!worst || strstr(line, "\" line ")))
            worst = line;
    }
    return worst;
}

static int run_script(const char *gnuplot, const Drawing *d, const Format *f, const Room *room, const char *output)
{
    const char *argv[4 + GNUPLOT_ARGUMENTS + 2] = {gnuplot, "-d", "-c", "figure.gp", f->named.name, output};
    for (size_t i = 0; i < GNUPLOT_ARGUMENTS - 2 && d->words[i]; i++)
        argv[6 + i] = d->words[i];
    ProcResult result;
    if (proc_run(&(ProcJob){.argv = argv, .directory = room->path, .seconds = d->seconds, .most = 1 << 16}, &result)) {
        proc_done(&result);
        return -1;
    }
    int outcome = 0;
    const char *line = complaint(&result.err, result.status != 0);
    if (result.timed_out)
        outcome = error(EXIT_WRITE, "figure %s: gnuplot was still drawing after %g s and was stopped; the CSV files are kept", d->name, d->seconds);
    else if (result.status || line)
        outcome = error(EXIT_WRITE, "figure %s: gnuplot failed (status %d)%s%s; the CSV files are kept; look at the disk's free space and at '%s --version'",
                        d->name, result.status, line ? ": " : "", line ? line : "", gnuplot);
    proc_done(&result);
    return outcome;
}

static bool ends_with(Text *content, const char *ending)
{
    size_t n = content->length;
    const size_t m = strlen(ending);
    while (n && isspace((unsigned char)content->data[n - 1]))
        n--;
    return n > 0 && n >= m && !memcmp(content->data + n - m, ending, m);
}

/* What gnuplot wrote, if it ends as it should. */
static int check_end(const Room *room, const Drawing *d, const char *file, const char *ending, Text *content)
{
    if (room_read(room, file, (size_t)1 << 30, content) && ends_with(content, ending))
        return 0;
    return error(EXIT_WRITE, "figure %s: gnuplot left %s incomplete (is the disk full?); the CSV files are kept: make room and run the command again",
                 d->name, file);
}

static int publish(const Room *room, const Drawing *d, const Format *f, const char *folder, const char *output, Text *made)
{
    Text content = {0}, second = {0}, end = {0};
    if (f->second)
        text_format(&second, "%s%s", d->name, f->second);
    int result = check_end(room, d, output, f->ending, &content);
    if (!result && f->second)
        result = check_end(room, d, second.data, "%%EOF", &end);
    if (!result && f->terminal)
        result = fwrite(content.data, 1, content.length, stdout) == content.length ? 0 : error(EXIT_WRITE, "standard output: write error");
    else if (!result) {
        text_clear(&end);
        text_format(&end, "%s%s", d->name, f->suffix);
        if (f->second)
            result = room_release(room, second.data, folder, second.data);
        if (!result)
            result = room_release(room, output, folder, end.data);
        text_format(made, "%s/%s", folder, end.data);
    }
    text_free(&content);
    text_free(&second);
    text_free(&end);
    return result;
}

static int furnish(const Room *room, const Drawing *d)
{
    char *figures = share_figures();
    if (!figures)
        return -1;
    const char *const scripts[][2] = {{d->script, "figure.gp"}, {"theme.gp", "theme.gp"}, {"panel.gp", "panel.gp"}, {"pair.gp", "pair.gp"},
                                      {"wordless.gp", "wordless.gp"}, {"key.gp", "key.gp"}};
    int result = 0;
    for (size_t i = 0; result == 0 && i < sizeof scripts / sizeof *scripts; i++) {
        Text path = {0};
        text_format(&path, "%s/%s", figures, scripts[i][0]);
        result = room_copy(room, scripts[i][1], path.data);
        text_free(&path);
    }
    free(figures);
    return result || room_write(room, "data.csv", d->data) || room_write(room, "names.tsv", d->names) ? -1 : 0;
}

int gnuplot_draw(const char *gnuplot, const Drawing *d, const Format *f, const char *folder, Text *made)
{
    const char *temporary = getenv("TMPDIR");
    Room room;
    if (room_open(&room, !f->terminal ? folder : temporary && *temporary ? temporary : "/tmp"))
        return -1;
    Text output = {0};
    text_format(&output, "%s%s", d->name, f->output);
    const bool bad = furnish(&room, d) || run_script(gnuplot, d, f, &room, output.data) || publish(&room, d, f, folder, output.data, made);
    text_free(&output);
    room_close(&room);
    return bad ? -1 : 0;
}
