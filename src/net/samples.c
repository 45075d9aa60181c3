/* Samples: opening what `--data` names.
 * The one thing to know: read or made, then split, then standardised by the training part; the order of rows and the split come from
 * the master seed and the data's identity, never from the network. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/err.h"
#include "base/machine.h"
#include "base/mem.h"
#include "net/batches.h"
#include "net/labels.h"
#include "net/made.h"
#include "net/mnist.h"
#include "net/samples_store.h"
#include "net/table.h"
#include "num/philox.h"

/* The row of `datasets` that a word begins with, and for files what stands after the colon. */
static int read_word(const char *word, Choice *choice, const char **operand)
{
    const size_t length = strcspn(word, ":");
    for (size_t i = 0; i < datasets.count; i++) {
        const Named *row = registry_row(&datasets, i);
        *choice = (Choice){row, NOT_GIVEN};
        if (!data_of(*choice)->operand || strlen(row->name) != length || strncmp(row->name, word, length) != 0)
            continue;
        *operand = word + length + 1;
        if (word[length] == '\0' || **operand == '\0')
            return error(EXIT_USAGE, "--data '%s': write %s:%s", word, row->name, data_of(*choice)->operand);
        return 0;
    }
    *operand = "";
    return registry_choose(&datasets, word, choice);
}

static int choose_task(Samples *s, TaskKind asked, Choice choice)
{
    const Data *data = data_of(choice);
    const TaskKind task = asked != TASK_NONE ? asked : data->task;
    if (task == TASK_NONE)
        return error(EXIT_USAGE, "--data %s needs --task: are its targets regression, binary, multiclass or multilabel?", data->named.name);
    if (!(data->serves & 1u << task))
        return error(EXIT_USAGE, "--task %s does not go with --data %s, whose targets are not of that kind", task_name(task), data->named.name);
    if (data->kind == DATA_BLOBS && task == TASK_BINARY && choice.parameter != 2)
        return error(EXIT_USAGE, "--task binary with --data blobs: write blobs:2 for two classes");
    s->facts.data = data;
    s->facts.task = task;
    return 0;
}

/* Labels as numbers, checked; there must be as many as images. */
static int read_labels(const char *images, const char *path, TaskKind task, SamplesStore *store, uint32_t *crc)
{
    Idx labels;
    if (idx_read_labels(path, &labels))
        return -1;
    *crc = labels.crc;
    int failed = idx_check_finite(&labels, path);
    if (!failed && labels.rows != store->rows)
        failed = error(EXIT_DATA, "'%s' holds %lld labels and '%s' %lld images; they do not belong together", path, (long long)labels.rows, images,
                       (long long)store->rows);
    store->y = mem_doubles((size_t)labels.rows);
    idx_cells(&labels, 0, 0, labels.rows, store->y);
    for (int64_t i = 0; !failed && i < labels.rows; i++) {
        const char *why = label_refusal(task, store->y[i]);
        if (why)
            failed = error(EXIT_DATA, "'%s': label %lld is %g, %s", path, (long long)i + 1, store->y[i], why);
    }
    idx_free(&labels);
    return failed;
}

/* crc: of both files. */
static int read_pair(const char *images, const char *labels, TaskKind task, SamplesStore *store, uint32_t crc[2])
{
    if (idx_read(images, &store->idx))
        return -1;
    crc[0] = store->idx.crc;
    store->rows = store->idx.rows;
    return idx_check_finite(&store->idx, images) || read_labels(images, labels, task, store, crc + 1) ? -1 : 0;
}

/* "mnist:9a3f00c1". */
static void identify(Samples *s, const uint32_t *crc, size_t n)
{
    unsigned char bytes[4 * MNIST_FILES];
    for (size_t i = 0; i < 4 * n; i++)
        bytes[i] = (unsigned char)(crc[i / 4] >> (24 - 8 * (i % 4)));
    const uint32_t all = n == 1 ? crc[0] : (uint32_t)crc32(0, bytes, (unsigned)(4 * n));
    snprintf(s->facts.identity, sizeof s->facts.identity, "%s:%08x", s->facts.data->named.name, (unsigned)all);
}

static int check_mnist(const Samples *s, const char *images, const char *labels)
{
    const SamplesStore *test = &s->store[1];
    if (test->idx.width != s->store[0].idx.width || test->idx.type != s->store[0].idx.type)
        return error(EXIT_DATA, "'%s' holds images of %lld numbers, the training part ones of %lld; they do not belong together", images,
                     (long long)test->idx.width, (long long)s->store[0].idx.width);
    for (int64_t i = 0; i < test->rows; i++)
        if (test->y[i] >= (double)s->facts.targets)
            return error(EXIT_DATA, "'%s': label %lld is %g, but the training part's classes are 0 to %lld", labels, (long long)i + 1, test->y[i],
                         (long long)s->facts.targets - 1);
    return 0;
}

static int open_mnist(Samples *s, const char *directory)
{
    Text paths[MNIST_FILES] = {{0}};
    uint32_t crc[MNIST_FILES];
    int failed = mnist_find(directory, paths);
    for (size_t i = 0; !failed && i < 2; i++)
        failed = read_pair(text_str(&paths[2 * i]), text_str(&paths[2 * i + 1]), s->facts.task, &s->store[i], crc + 2 * i);
    if (!failed) {
        const SamplesStore *train = &s->store[0];
        identify(s, crc, MNIST_FILES);
        failed = labels_classes(train->y, train->rows, text_str(&paths[MNIST_TRAIN_LABELS]), &s->facts.targets) ||
                 check_mnist(s, text_str(&paths[MNIST_TEST_IMAGES]), text_str(&paths[MNIST_TEST_LABELS]));
        s->columns = 1;
        s->facts.width = train->idx.width;
        for (size_t i = 0; i < 2; i++)
            s->part[i] = (SamplesList){&s->store[i], NULL};
        s->facts.train = train->rows;
        s->facts.test = s->store[1].rows;
        s->scale = idx_scale(&train->idx, NULL, train->rows);
    }
    for (size_t i = 0; i < MNIST_FILES; i++)
        text_free(&paths[i]);
    return failed;
}

/* How many targets, of data that are not split yet. */
static int count_targets(Samples *s, const char *path)
{
    const SamplesStore *store = &s->store[0];
    s->facts.targets = s->columns;
    int64_t classes;
    if (s->facts.task != TASK_BINARY && s->facts.task != TASK_MULTICLASS)
        return 0;
    if (labels_classes(store->y, store->rows, path, &classes))
        return -1;
    if (s->facts.task == TASK_MULTICLASS)
        s->facts.targets = classes;
    return 0;
}

static int open_idx(Samples *s, const char *operand)
{
    const char *comma = strrchr(operand, ',');
    if (!comma || comma == operand || !comma[1])
        return error(EXIT_USAGE, "--data 'idx:%s': write idx:IMAGES,LABELS", operand);
    Text images = {0};
    text_bytes(&images, operand, (size_t)(comma - operand));
    uint32_t crc[2];
    int failed = read_pair(text_str(&images), comma + 1, s->facts.task, &s->store[0], crc);
    text_free(&images);
    if (failed)
        return -1;
    s->columns = 1;
    s->facts.width = s->store[0].idx.width;
    identify(s, crc, 2);
    return count_targets(s, comma + 1);
}

static int open_csv(Samples *s, const char *path)
{
    Table t;
    if (table_read(path, s->facts.task, &t))
        return -1;
    s->store[0].x = t.x;
    s->store[0].y = t.y;
    s->store[0].rows = t.rows;
    s->columns = t.targets;
    s->facts.width = t.width;
    identify(s, &t.crc, 1);
    return count_targets(s, path);
}

/* "spirals:1.5@2000"; a number of many digits is known by its hash. */
static void identify_made(Samples *s, const char *name)
{
    char *identity = s->facts.identity;
    const long long rows = s->store[0].rows;
    if ((size_t)snprintf(identity, sizeof s->facts.identity, "%s@%lld", name, rows) >= sizeof s->facts.identity)
        snprintf(identity, sizeof s->facts.identity, "%s:x%08x@%.0e", s->facts.data->named.name, (unsigned)text_hash((uint64_t)rows, name),
                 (double)rows);
}

static int open_made(Samples *s, const SamplesPlan *plan, Choice choice)
{
    const Data *data = s->facts.data;
    int64_t classes;
    SamplesStore *store = &s->store[0];
    if (data->kind == DATA_BLOBS && choice.parameter != floor(choice.parameter))
        return error(EXIT_USAGE, "--data '%s': CLASSES must be a whole number", plan->data);
    store->rows = plan->samples ? plan->samples : data->samples;
    s->columns = made_targets(choice, s->facts.task, &classes);
    s->facts.width = data->width;
    s->facts.targets = s->facts.task == TASK_MULTICLASS ? classes : s->columns;
    if ((double)store->rows * (double)(data->width + s->columns) * sizeof(double) > machine_memory())
        return error(EXIT_TOOBIG, "--samples %lld: they do not fit in the memory this process may use", (long long)store->rows);
    Text name = {0};
    choice_text(&name, choice);
    identify_made(s, text_str(&name));
    store->x = mem_doubles((size_t)(store->rows * data->width));
    store->y = mem_doubles((size_t)(store->rows * s->columns));
    Rng rng;
    rng_init(&rng, philox_type);
    made_fill(store->x, store->y, store->rows, choice, s->facts.task, (RngSource){text_hash(plan->seed, text_str(&name)), 0}, &rng);
    rng_done(&rng);
    text_free(&name);
    return 0;
}

/* Every row of store 0 goes to one part or the other. */
static int split(Samples *s, const SamplesPlan *plan)
{
    const SamplesStore *store = &s->store[0];
    const double fraction = isnan(plan->test_fraction) ? 0.2 : plan->test_fraction;
    s->facts.test = llround(fraction * (double)store->rows);
    s->facts.train = store->rows - s->facts.test;
    if (s->facts.test < 1 || s->facts.train < 1)
        return error(EXIT_DATA, "--data '%s': a test part of %g of %lld samples leaves none to %s; choose another --test-fraction", plan->data,
                     fraction, (long long)store->rows, s->facts.test < 1 ? "test on" : "learn from");
    s->order = mem_alloc((size_t)store->rows, sizeof *s->order);
    Rng rng;
    rng_init(&rng, philox_type);
    samples_order(s->order, store->rows, (RngSource){text_hash(plan->seed, s->facts.identity), 0}, 0, &rng);
    rng_done(&rng);
    s->part[PART_TRAIN] = (SamplesList){store, s->order};
    s->part[PART_TEST] = (SamplesList){store, s->order + s->facts.train};
    return 0;
}

/* Column `column` of the training part's targets is one number throughout. */
static bool constant_target(const Samples *s, int64_t column)
{
    const double *y = s->store[0].y + column;
    for (int64_t i = 1; i < s->facts.train; i++)
        if (y[s->order[i] * s->columns] != y[s->order[0] * s->columns])
            return false;
    return true;
}

static int check_targets(const Samples *s, const char *data)
{
    for (int64_t k = 0; k < s->columns && s->facts.task != TASK_MULTILABEL; k++)
        if (constant_target(s, k))
            return error(EXIT_DATA, "--data '%s': all %lld training samples have the target %g, so there is nothing to learn; use more data", data,
                         (long long)s->facts.train, s->store[0].y[s->order[0] * s->columns + k]);
    return 0;
}

static void standardise(Samples *s)
{
    SamplesStore *store = &s->store[0];
    if (store->x)
        scale_columns(store->x, (size_t)store->rows, (size_t)s->facts.width, s->order, (size_t)s->facts.train);
    else
        s->scale = idx_scale(&store->idx, s->order, s->facts.train);
    if (s->facts.task == TASK_REGRESSION)
        scale_columns(store->y, (size_t)store->rows, (size_t)s->columns, s->order, (size_t)s->facts.train);
}

static int check_plan(const Samples *s, const SamplesPlan *plan)
{
    const Data *data = s->facts.data;
    if (plan->samples && !data->width)
        return error(EXIT_USAGE, "--samples goes with made data; --data %s has as many as its files hold", data->named.name);
    if (!isnan(plan->test_fraction) && data->kind == DATA_MNIST)
        return error(EXIT_USAGE, "--test-fraction does not go with --data mnist, which has its own test part");
    if (plan->test_fraction <= 0 || plan->test_fraction >= 1)
        return error(EXIT_USAGE, "--test-fraction %g: must be more than 0 and less than 1", plan->test_fraction);
    return 0;
}

static int fill(Samples *s, const SamplesPlan *plan)
{
    Choice choice;
    const char *operand;
    if (read_word(plan->data, &choice, &operand) || choose_task(s, plan->task, choice) || check_plan(s, plan))
        return -1;
    const DataKind kind = s->facts.data->kind;
    if (kind == DATA_MNIST)
        return open_mnist(s, operand);
    if (kind == DATA_IDX ? open_idx(s, operand) : kind == DATA_CSV ? open_csv(s, operand) : open_made(s, plan, choice))
        return -1;
    if (split(s, plan) || check_targets(s, plan->data))
        return -1;
    standardise(s);
    return 0;
}

Samples *samples_open(const SamplesPlan *plan)
{
    Samples *s = mem_alloc(1, sizeof *s);
    if (fill(s, plan)) {
        samples_close(s);
        return NULL;
    }
    return s;
}

void samples_close(Samples *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < 2; i++) {
        idx_free(&s->store[i].idx);
        free(s->store[i].x);
        free(s->store[i].y);
    }
    free(s->order);
    free(s);
}

const SamplesFacts *samples_facts(const Samples *s)
{
    return &s->facts;
}
