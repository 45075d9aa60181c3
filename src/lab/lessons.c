/* Lessons: reading them, and which steps are written down.
 * The one thing to know: snapshots are kept sorted and distinct, so that equal lists are one specification. */
#include "lab/lessons.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

static const double least_fraction = 1e-6, most_fraction = 1 - 1e-6;

static int by_value(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static int read_snapshots(Lessons *l, const char *list)
{
    if (!strcmp(list, "none"))
        return 0;
    char *const copy = mem_string(list);
    char *rest = copy;
    int result = 0;
    for (char *word; result == 0 && (word = strsep(&rest, ","));) {
        int64_t step = LESSONS_END;
        if (strcmp(word, "end") && (!text_to_whole(word, &step) || step < 0)) {
            result = error(EXIT_USAGE, "--snapshots '%s': '%s' is neither a whole number of steps nor 'end' ('none' alone: no snapshots)", list, word);
            break;
        }
        l->snapshots = mem_resize(l->snapshots, l->n_snapshots + 1, sizeof *l->snapshots);
        l->snapshots[l->n_snapshots++] = step;
    }
    free(copy);
    if (result)
        return -1;
    qsort(l->snapshots, l->n_snapshots, sizeof *l->snapshots, by_value);
    size_t kept = 1;
    for (size_t i = 1; i < l->n_snapshots; i++)
        if (l->snapshots[i] != l->snapshots[kept - 1])
            l->snapshots[kept++] = l->snapshots[i];
    l->n_snapshots = kept;
    return 0;
}

static int read_numbers(Lessons *l, const LessonWords *w)
{
    Choice task;
    l->every = 10;
    l->test_fraction = l->target = NOT_GIVEN;
    if (w->every && (!text_to_whole(w->every, &l->every) || l->every < 1))
        return error(EXIT_USAGE, "--every '%s': not a whole number of at least 1", w->every);
    if (w->samples && (!text_to_whole(w->samples, &l->made) || l->made < 2))
        return error(EXIT_USAGE, "--samples '%s': not a whole number of at least 2", w->samples);
    if (w->test_fraction && (!text_to_double(w->test_fraction, &l->test_fraction) || l->test_fraction < least_fraction || l->test_fraction > most_fraction))
        return error(EXIT_USAGE, "--test-fraction '%s': not a number between 0 and 1", w->test_fraction);
    if (w->target && !text_to_double(w->target, &l->target))
        return error(EXIT_USAGE, "--target '%s': not a finite number", w->target);
    if (w->task && registry_choose(&tasks, w->task, &task))
        return -1;
    l->asked = w->task ? task_of(task)->kind : TASK_NONE;
    return 0;
}

static int check_target(const Lessons *l, TaskKind task)
{
    if (task != TASK_REGRESSION && (l->target < 0 || l->target > 1))
        return error(EXIT_USAGE, "--target %g: an accuracy lies between 0 and 1", l->target);
    if (l->target < 0)
        return error(EXIT_USAGE, "--target %g: a loss is never less than 0", l->target);
    return 0;
}

int lessons_read(Lessons *l, const LessonWords *w, uint64_t seed, Input *input)
{
    *l = (Lessons){.data = w->data ? w->data : "spirals"};
    if (read_numbers(l, w) || read_snapshots(l, w->snapshots ? w->snapshots : "0,end"))
        return -1;
    l->samples = samples_open(&(SamplesPlan){l->data, l->asked, l->made, l->test_fraction, seed});
    if (!l->samples)
        return -1;
    const SamplesFacts *facts = samples_facts(l->samples);
    *input = (Input){.kind = INPUT_SAMPLES, .path = l->data, .rows = facts->train, .width = facts->width, .task = facts->task, .targets = facts->targets};
    memcpy(input->identity, facts->identity, sizeof input->identity);
    return check_target(l, facts->task);
}

void lessons_free(Lessons *l)
{
    samples_close(l->samples);
    free(l->snapshots);
    *l = (Lessons){0};
}

int64_t lessons_snapshots(const Lessons *l, int64_t steps)
{
    int64_t n = 0;
    for (size_t i = 0; i < l->n_snapshots; i++)
        n += l->snapshots[i] < steps || l->snapshots[i] == LESSONS_END || (l->snapshots[i] == steps && l->snapshots[l->n_snapshots - 1] != LESSONS_END);
    return n;
}

int64_t lessons_snapshot(const Lessons *l, int64_t steps, int64_t k)
{
    return k == lessons_snapshots(l, steps) - 1 && l->snapshots[l->n_snapshots - 1] == LESSONS_END ? steps : l->snapshots[k];
}

bool lessons_writes(const Lessons *l, int64_t steps, int64_t step)
{
    return step == 1 || step % l->every == 0 || step == steps;
}

int64_t lessons_rows(const Lessons *l, int64_t steps)
{
    return steps / l->every + (l->every > 1) + (steps > 1 && steps % l->every != 0);
}

void lessons_snapshots_text(Text *out, const Lessons *l)
{
    if (l->n_snapshots == 0)
        text_string(out, "none");
    for (size_t i = 0; i < l->n_snapshots; i++)
        if (l->snapshots[i] == LESSONS_END)
            text_format(out, "%send", i ? "," : "");
        else
            text_format(out, "%s%lld", i ? "," : "", (long long)l->snapshots[i]);
}

void lessons_text(Text *out, const Lessons *l)
{
    text_format(out, "task=%s\nsamples=%lld\ntest_fraction=", task_name(l->asked), (long long)l->made);
    if (!isnan(l->test_fraction))
        text_shortest(out, l->test_fraction);
    text_format(out, "\nevery=%lld\ntarget=", (long long)l->every);
    if (!isnan(l->target))
        text_shortest(out, l->target);
    text_string(out, "\nsnapshots=");
    lessons_snapshots_text(out, l);
    text_char(out, '\n');
}
