/* Labels.
 * The one thing to know: n labels have at most n classes, so a wild number costs no memory. */
#include "net/labels.h"

#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

const char *label_refusal(TaskKind task, double label)
{
    if (task == TASK_BINARY && label != 0 && label != 1)
        return "neither 0 nor 1; --task binary takes these two (multiclass takes 0, 1, 2, ...)";
    if (task == TASK_MULTILABEL && label != 0 && label != 1)
        return "neither 0 nor 1; every label of --task multilabel is off (0) or on (1)";
    if (task == TASK_MULTICLASS && !(label >= 0 && label <= 9007199254740992.0 && label == floor(label)))
        return "not a class; --task multiclass takes 0, 1, 2, ... (real numbers are for --task regression)";
    return NULL;
}

/* The lowest class that does not occur; n where all below n do. */
static int64_t first_gap(const double *label, int64_t n)
{
    unsigned char *seen = mem_alloc((size_t)n, 1);
    for (int64_t i = 0; i < n; i++)
        if (label[i] < (double)n)
            seen[(int64_t)label[i]] = 1;
    int64_t gap = 0;
    while (gap < n && seen[gap])
        gap++;
    free(seen);
    return gap;
}

int labels_classes(const double *label, int64_t n, const char *path, int64_t *classes)
{
    double lowest = HUGE_VAL, highest = 0;
    for (int64_t i = 0; i < n; i++) {
        lowest = fmin(lowest, label[i]);
        highest = fmax(highest, label[i]);
    }
    if (lowest == highest)
        return error(EXIT_DATA, "'%s': every target is %g; with one class there is nothing to learn", path, lowest);
    const int64_t gap = first_gap(label, n);
    if ((double)gap <= highest)
        return error(EXIT_DATA, "'%s': no target is %lld, but one is %g; number the classes 0, 1, 2, ... without gaps", path, (long long)gap,
                     highest);
    *classes = gap;
    return 0;
}
