/* fathom plot: the figures of a run, through gnuplot.
 * The one thing to know: the numbers behind every figure are written first, so that a missing gnuplot loses nothing.
 * Paths of the pictures go to standard output, everything else to standard error. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "cmd/cmd.h"
#include "show/figure.h"
#include "show/room.h"

typedef struct {
    const char *format, *figure;
    bool quiet;
} PlotArgs;

static void plot_defaults(void *args)
{
    *(PlotArgs *)args = (PlotArgs){.format = "png"};
}

static size_t plot_groups(void *args, OptGroup groups[MOST_GROUPS])
{
    static const Option options[] = {
        {.name = "format", .argument = "FORMAT", .kind = OPT_TEXT, .offset = offsetof(PlotArgs, format),
         .help = "png, svg, pdf, tex (LaTeX sets the text), or dumb (characters, on the terminal)"},
        {.name = "figure", .argument = "NAME", .kind = OPT_TEXT, .offset = offsetof(PlotArgs, figure),
         .help = "only this one ('fathom list figures')", .otherwise = "all that the run has data for"},
        {.name = "quiet", .letter = 'q', .kind = OPT_FLAG, .offset = offsetof(PlotArgs, quiet),
         .help = "do not say which figures were skipped"},
    };
    groups[0] = (OptGroup){"Pictures", options, sizeof options / sizeof *options, args};
    return 1;
}

static bool exists(const char *dir, const char *name)
{
    Text path = {0};
    text_format(&path, "%s/%s", dir, name);
    const bool there = access(path.data, F_OK) == 0;
    text_free(&path);
    return there;
}

static int check_run(const char *dir)
{
    struct stat s;
    if (stat(dir, &s))
        return error(EXIT_NOINPUT, "plot: '%s': no such directory; 'fathom sweep -o %s' would make a run there", dir, dir);
    if (!S_ISDIR(s.st_mode))
        return error(EXIT_DATA, "plot: '%s' is not a directory; give the directory that holds summary.csv", dir);
    if (!exists(dir, "summary.csv") && !exists(dir, "networks.csv") && !exists(dir, "theory.csv"))
        return error(EXIT_DATA, "plot: '%s' is not a run: no summary.csv, networks.csv or theory.csv is in it; give a directory that "
                     "'fathom sweep -o' or 'fathom theory -o' wrote", dir);
    return 0;
}

/* Keep the numbers behind a figure as NAME.csv. */
static int keep_data(const Picture *p, const char *name, const char *folder)
{
    Room room;
    if (room_open(&room, folder))
        return -1;
    Text as = {0};
    text_format(&as, "%s.csv", name);
    const int result = room_write(&room, "data.csv", &p->data) || room_release(&room, "data.csv", folder, as.data) ? -1 : 0;
    text_free(&as);
    room_close(&room);
    return result;
}

/* Fill one picture: 0, 1 skipped (`wanted` makes that an error), -1. Without a folder it goes to the terminal. */
static int build(const Figure *f, const char *dir, const char *folder, bool wanted, Picture *p)
{
    const bool monochrome = !folder && f->coloured;
    if (monochrome)
        text_string(&p->why, "it needs colours, and characters have none; choose another --format");
    const int result = monochrome ? 1 : f->build(f, dir, p);
    if (result == 1 && wanted)
        return error(EXIT_DATA, "plot: figure %s cannot be drawn from '%s': %s", f->named.name, dir, text_str(&p->why));
    if (result == 1)
        notice("figure %s skipped: %s", f->named.name, text_str(&p->why));
    if (result == 0 && folder && keep_data(p, f->named.name, folder))
        return -1;
    return result;
}

static int draw(const Figure *f, const Picture *p, const char *gnuplot, const Format *format, const char *folder)
{
    Text made = {0};
    int result = picture_draw(p, gnuplot, f->named.name, f->script, format, folder, &made);
    if (!result && !format->terminal && printf("%s\n", made.data) < 0)
        result = error(EXIT_WRITE, "standard output: write error");
    text_free(&made);
    return result;
}

static int plot_all(const Format *format, const Named *only, const char *dir, const char *folder, const char *rerun)
{
    Picture *pictures = mem_alloc(figures.count, sizeof *pictures);
    int *state = mem_alloc(figures.count, sizeof *state), result = 0;
    size_t ready = 0;
    for (size_t i = 0; result == 0 && i < figures.count; i++) {
        const Figure *f = figure_at(i);
        state[i] = only && only != &f->named ? 1 : build(f, dir, folder, only != NULL, &pictures[i]);
        result = state[i] < 0 ? -1 : 0;
        ready += state[i] == 0;
    }
    if (result == 0 && ready == 0)
        result = error(EXIT_DATA, "plot: '%s' holds no data for any figure; run 'fathom sweep -o' or 'fathom theory -o' there", dir);
    char *gnuplot = result == 0 ? gnuplot_find(rerun) : NULL;
    result = gnuplot ? 0 : -1;
    for (size_t i = 0; result == 0 && i < figures.count; i++)
        if (state[i] == 0)
            result = draw(figure_at(i), &pictures[i], gnuplot, format, folder);
    for (size_t i = 0; i < figures.count; i++)
        picture_free(&pictures[i]);
    free(gnuplot);
    free(pictures);
    free(state);
    return result;
}

static int plot_run(void *args, int n, char **operands)
{
    (void)n;
    const PlotArgs *a = args;
    const char *dir = operands[0];
    notice_quiet(a->quiet);
    Choice format, figure = {0};
    if (registry_choose(&formats, a->format, &format) || (a->figure && registry_choose(&figures, a->figure, &figure)) || check_run(dir))
        return -1;
    const Format *f = (const Format *)(const void *)format.row;
    Text folder = {0}, rerun = {0};
    text_format(&folder, "%s/figures", dir);
    text_format(&rerun, "fathom plot %s --format %s", dir, a->format);
    const int result = !f->terminal && room_folder(folder.data)
                           ? -1
                           : plot_all(f, figure.row, dir, f->terminal ? NULL : folder.data, rerun.data);
    text_free(&folder);
    text_free(&rerun);
    return result;
}

static const char *const plot_examples[] = {
    "fathom plot results/depth                            # every figure, png",
    "fathom plot results/depth --format svg",
    "fathom plot results/depth --figure grad-norm --format dumb   # on the terminal",
    NULL,
};

const Command command_plot = {
    .manual = {.command = "plot", .summary = "draw a run's figures through gnuplot", .operands = "DIR", .examples = plot_examples, .least = 1, .most = 1,
               .notes = "Pictures go to DIR/figures/NAME.png, the numbers behind each to DIR/figures/NAME.csv. gnuplot 5.4 or later is\n"
                        "taken from FATHOM_GNUPLOT, else from PATH; scripts from FATHOM_DATA/figures where that is set.\n"},
    .args_size = sizeof(PlotArgs),
    .defaults = plot_defaults,
    .groups = plot_groups,
    .run = plot_run,
};
