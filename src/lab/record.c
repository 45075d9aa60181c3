/* Records: rows to CSV text.
 * The one thing to know: a cell that does not apply is empty; specification values print shortest, measured ones with 12 digits. */
#include "lab/record.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

static const FieldId keys[] = {FIELD_activation, FIELD_init, FIELD_arch, FIELD_norm, FIELD_depth, FIELD_width, FIELD_batch};

enum { KEYS = sizeof keys / sizeof *keys };

static bool has_key_column(FieldId field)
{
    for (size_t i = 0; i < KEYS; i++)
        if (keys[i] == field)
            return true;
    return field == FIELD_sigma_w || field == FIELD_sigma_b || field == FIELD_dtype;
}

void record_keys_header(Text *out)
{
    for (size_t i = 0; i < KEYS; i++)
        text_format(out, "%s,", fields[keys[i]].name);
    text_string(out, "sigma_w,sigma_b,dtype");
}

void record_extra_header(Text *out, const Experiment *e)
{
    for (int f = 0; f < FIELD_COUNT; f++)
        if (experiment_varies(e, (FieldId)f) && !has_key_column((FieldId)f))
            text_format(out, ",%s", fields[f].name);
}

static void end_line(Text *out, const Experiment *e)
{
    record_extra_header(out, e);
    text_char(out, '\n');
}

/* Of a file whose rows belong to a step of training. */
static void end_line_with_step(Text *out, const Experiment *e)
{
    record_extra_header(out, e);
    text_string(out, e->training ? ",step\n" : "\n");
}

void record_layers_header(Text *out, const Experiment *e)
{
    record_keys_header(out);
    text_string(out, ",seed,layer");
    for (int c = 0; c < COL_COUNT; c++)
        text_format(out, ",%s", columns[c].name);
    text_string(out, ",status");
    end_line_with_step(out, e);
}

void record_histograms_header(Text *out, const Experiment *e)
{
    record_keys_header(out);
    text_string(out, ",seed,layer,quantity,low,high,count");
    end_line_with_step(out, e);
}

void record_networks_header(Text *out, const Experiment *e)
{
    record_keys_header(out);
    text_string(out, ",seed,grad_ratio_log10,grad_decay_log10,grad_decay_se,fwd_decay_log10,final_h_mean,final_h_var,engine");
    if (e->training)
        text_string(out, ",train_loss,test_loss,train_accuracy,test_accuracy,steps_to_target,first_bad_step,first_bad_layer");
    text_string(out, ",status");
    end_line(out, e);
}

void record_steps_header(Text *out, const Experiment *e)
{
    record_keys_header(out);
    text_string(out, ",seed,step,loss,accuracy,grad_norm,update_ratio,largest_weight,status");
    end_line(out, e);
}

void record_events_header(Text *out, const Experiment *e)
{
    record_keys_header(out);
    text_string(out, ",seed,event,step,layer");
    end_line(out, e);
}

void record_timing_header(Text *out, const Experiment *e)
{
    record_keys_header(out);
    text_string(out, ",seed,seconds");
    end_line(out, e);
}

void record_summary_header(Text *out, const Experiment *e)
{
    static const char *const statistics[] = {"mean", "sd", "q05", "q25", "q50", "q75", "q95"};
    record_keys_header(out);
    text_string(out, ",layer,n");
    for (int c = 0; c < COL_COUNT; c++) {
        if (!columns[c].summarised)
            continue;
        for (size_t s = 0; s < sizeof statistics / sizeof *statistics; s++)
            text_format(out, ",%s_%s", columns[c].name, statistics[s]);
        text_format(out, ",theory_%s", columns[c].name);
    }
    end_line_with_step(out, e);
}

void record_cell(Text *out, double x)
{
    text_char(out, ',');
    if (!isnan(x))
        text_measured(out, x);
}

void record_keys(Text *out, const NetSpec *spec, double sigma_w, double sigma_b)
{
    for (size_t i = 0; i < KEYS; i++) {
        field_text(out, &fields[keys[i]], field_get(spec, &fields[keys[i]]));
        text_char(out, ',');
    }
    if (!isnan(sigma_w))
        text_shortest(out, sigma_w);
    text_char(out, ',');
    if (!isnan(sigma_b))
        text_shortest(out, sigma_b);
    text_char(out, ',');
    choice_text(out, spec->dtype);
}

void record_extra(Text *out, const Experiment *e, const NetSpec *spec)
{
    for (int f = 0; f < FIELD_COUNT; f++)
        if (experiment_varies(e, (FieldId)f) && !has_key_column((FieldId)f)) {
            text_char(out, ',');
            field_text(out, &fields[f], field_get(spec, &fields[f]));
        }
}

static void end_row(Text *out, const Experiment *e, const NetSpec *spec)
{
    record_extra(out, e, spec);
    text_char(out, '\n');
}

static void end_row_with_step(Text *out, const Experiment *e, const NetSpec *spec, int64_t step)
{
    record_extra(out, e, spec);
    if (e->training)
        text_format(out, ",%lld", (long long)step);
    text_char(out, '\n');
}

void record_layer(Text *out, const Experiment *e, const NetSpec *spec, uint32_t seed, int64_t step, const LayerRow *row)
{
    record_keys(out, spec, row->sigma_w, row->sigma_b);
    text_format(out, ",%u,%lld", seed, (long long)row->layer);
    for (int c = 0; c < COL_COUNT; c++) {
        text_char(out, ',');
        if (row_has(row, (ColumnId)c))
            text_measured(out, row->value[c]);
    }
    text_format(out, ",%s", status_name(row->status));
    end_row_with_step(out, e, spec, step);
}

static void put_bin(Text *out, const Text *before, const char *quantity, Bin bin, int64_t count, const Text *after)
{
    text_bytes(out, text_str(before), before->length);
    text_format(out, ",%s,", quantity);
    text_shortest(out, bin.low);
    text_char(out, ',');
    text_shortest(out, bin.high);
    text_format(out, ",%lld", (long long)count);
    text_bytes(out, text_str(after), after->length);
}

void record_histogram(Text *out, const Experiment *e, const NetSpec *spec, uint32_t seed, int64_t step, const LayerRow *row, const LayerHistogram *h)
{
    Text before = {0}, after = {0};
    record_keys(&before, spec, row->sigma_w, row->sigma_b);
    text_format(&before, ",%u,%lld", seed, (long long)row->layer);
    end_row_with_step(&after, e, spec, step);
    for (size_t k = 0; k < HISTOGRAM_H; k++)
        put_bin(out, &before, "h", histogram_h_bin(k), h->h[k], &after);
    put_bin(out, &before, "grad_h", (Bin){-HUGE_VAL, -HUGE_VAL}, h->zeros, &after);
    for (size_t k = 0; k < HISTOGRAM_GRAD; k++)
        put_bin(out, &before, "grad_h", histogram_grad_bin(h, k), h->grad[k], &after);
    text_free(&before);
    text_free(&after);
}

/* A count, or nothing where it is the one that means never. */
static void put_count(Text *out, int64_t count, int64_t never)
{
    text_char(out, ',');
    if (count != never)
        text_format(out, "%lld", (long long)count);
}

static void put_training(Text *out, const TrainRow *t)
{
    record_cell(out, t->train_loss);
    record_cell(out, t->test_loss);
    record_cell(out, t->train_accuracy);
    record_cell(out, t->test_accuracy);
    put_count(out, t->steps_to_target, 0);
    put_count(out, t->first_bad_step, 0);
    put_count(out, t->first_bad_layer, -1);
}

void record_network(Text *out, const Experiment *e, const NetSpec *spec, uint32_t seed, const NetworkRow *row, const TrainRow *training)
{
    const double cells[] = {row->grad_ratio_log10, row->grad_decay_log10, row->grad_decay_se, row->fwd_decay_log10, row->final_h_mean, row->final_h_var};
    record_keys(out, spec, row->sigma_w, row->sigma_b);
    text_format(out, ",%u", seed);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        record_cell(out, cells[i]);
    text_format(out, ",%s", row->engine);
    if (training)
        put_training(out, training);
    text_format(out, ",%s", status_name(row->status));
    end_row(out, e, spec);
}

void record_step(Text *out, const Experiment *e, const NetSpec *spec, uint32_t seed, const StepRow *row)
{
    const double cells[] = {row->loss, row->accuracy, row->grad_norm, row->update_ratio, row->largest_weight};
    record_keys(out, spec, spec_sigma_w(spec, spec->depth), spec_sigma_b(spec, spec->depth));
    text_format(out, ",%u,%lld", seed, (long long)row->step);
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        record_cell(out, cells[i]);
    text_format(out, ",%s", status_name(row->status));
    end_row(out, e, spec);
}

void record_events(Text *out, const Experiment *e, const NetSpec *spec, uint32_t seed, const int64_t step[EVENT_COUNT], const int64_t layer[EVENT_COUNT])
{
    static const char *const names[EVENT_COUNT] = {[EVENT_ZERO] = "zero", [EVENT_SUBNORMAL] = "subnormal", [EVENT_INF] = "inf", [EVENT_NAN] = "nan"};
    for (size_t i = 0; i < EVENT_COUNT; i++) {
        record_keys(out, spec, spec_sigma_w(spec, spec->depth), spec_sigma_b(spec, spec->depth));
        text_format(out, ",%u,%s", seed, names[i]);
        put_count(out, layer[i] >= 0 ? step[i] : -1, -1);
        put_count(out, layer[i], -1);
        end_row(out, e, spec);
    }
}

void record_timing(Text *out, const Experiment *e, const NetSpec *spec, uint32_t seed, double seconds)
{
    record_keys(out, spec, spec_sigma_w(spec, spec->depth), spec_sigma_b(spec, spec->depth));
    text_format(out, ",%u,%.3f", seed, seconds);
    end_row(out, e, spec);
}

size_t record_summarised(ColumnId out[COL_COUNT])
{
    size_t n = 0;
    for (int c = 0; c < COL_COUNT; c++)
        if (columns[c].summarised)
            out[n++] = (ColumnId)c;
    return n;
}

/* mean, sd, five quantiles of the finite ones among n; seven empty cells where there are none. */
static void put_statistics(Text *out, const double *values, size_t n, size_t stride, double *scratch)
{
    static const double levels[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    size_t finite = 0;
    for (size_t s = 0; s < n; s++)
        if (isfinite(values[s * stride]))
            scratch[finite++] = values[s * stride];
    record_cell(out, finite ? gsl_stats_mean(scratch, 1, finite) : NOT_GIVEN);
    record_cell(out, finite > 1 ? gsl_stats_sd(scratch, 1, finite) : NOT_GIVEN);
    gsl_sort(scratch, 1, finite);
    for (size_t q = 0; q < sizeof levels / sizeof *levels; q++)
        record_cell(out, finite ? gsl_stats_quantile_from_sorted_data(scratch, 1, finite, levels[q]) : NOT_GIVEN);
}

void record_summary(Text *out, const Experiment *e, const NetSpec *spec, int64_t step, const LayerRow *theory, double sigma_w, double sigma_b,
                    const double *values, size_t n, size_t stride, double *scratch)
{
    ColumnId which[COL_COUNT];
    const size_t summarised = record_summarised(which);
    record_keys(out, spec, sigma_w, sigma_b);
    text_format(out, ",%lld,%zu", (long long)theory->layer, n);
    for (size_t k = 0; k < summarised; k++) {
        put_statistics(out, values + k, n, stride, scratch);
        record_cell(out, row_has(theory, which[k]) ? theory->value[which[k]] : NOT_GIVEN);
    }
    end_row_with_step(out, e, spec, step);
}
