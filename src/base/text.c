/* Text: a buffer that grows, numbers to text and back, and the distance between two words.
 * The one thing to know: text_shortest tries 15, 16, then 17 digits, so 0.1 prints as 0.1 and every double reads back.
 * Hash: Fowler, Noll, Vo (FNV-1a, 64 bit); finaliser: Stafford's variant 13 of MurmurHash3's. */
#include "base/text.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void reserve(Text *t, size_t more)
{
    if (t->length + more + 1 <= t->room)
        return;
    size_t room = t->room ? t->room : 64;
    while (room < t->length + more + 1)
        room *= 2;
    t->data = mem_resize(t->data, room, 1);
    t->room = room;
}

void text_free(Text *t)
{
    free(t->data);
    *t = (Text){0};
}

void text_clear(Text *t)
{
    t->length = 0;
    if (t->data)
        t->data[0] = '\0';
}

void text_bytes(Text *t, const char *bytes, size_t n)
{
    reserve(t, n);
    memcpy(t->data + t->length, bytes, n);
    t->length += n;
    t->data[t->length] = '\0';
}

void text_string(Text *t, const char *s)
{
    text_bytes(t, s, strlen(s));
}

void text_char(Text *t, char c)
{
    text_bytes(t, &c, 1);
}

void text_format(Text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    const int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0)
        BUG("bad format");
    reserve(t, (size_t)n);
    vsnprintf(t->data + t->length, (size_t)n + 1, format, again);
    va_end(again);
    t->length += (size_t)n;
}

static void put_number(Text *t, double x, int digits)
{
    char buffer[40];
    if (isnan(x))
        text_string(t, "nan");
    else if (isinf(x))
        text_string(t, x > 0 ? "inf" : "-inf");
    else {
        const int n = snprintf(buffer, sizeof buffer, "%.*g", digits, x == 0 ? 0.0 : x);
        text_bytes(t, buffer, (size_t)n);
    }
}

void text_swap(Text *a, Text *b)
{
    const Text kept = *a;
    *a = *b;
    *b = kept;
}

void text_shortest(Text *t, double x)
{
    int digits = 15;
    char buffer[40];
    for (; digits < 17; digits++) {
        snprintf(buffer, sizeof buffer, "%.*g", digits, x);
        if (strtod(buffer, NULL) == x)
            break;
    }
    put_number(t, x, digits);
}

void text_measured(Text *t, double x)
{
    put_number(t, x, 12);
}

double text_measured_value(double x)
{
    if (!isfinite(x))
        return x;
    char buffer[40];
    snprintf(buffer, sizeof buffer, "%.12g", x);
    return strtod(buffer, NULL);
}

const char *text_str(const Text *t)
{
    return t->data ? t->data : "";
}

bool text_to_double(const char *s, double *x)
{
    if (!*s || strspn(s, "0123456789+-.eE") != strlen(s))
        return false;
    char *end;
    *x = strtod(s, &end);
    return *end == '\0' && isfinite(*x);
}

bool text_to_whole(const char *s, int64_t *x)
{
    double value;
    if (!text_to_double(s, &value) || value != floor(value) || fabs(value) > 9007199254740992.0)
        return false;
    *x = (int64_t)value;
    return true;
}

void text_shell(Text *t, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:,=+-";
    if (*word && strspn(word, plain) == strlen(word)) {
        text_string(t, word);
        return;
    }
    text_char(t, '\'');
    for (; *word; word++)
        text_string(t, *word == '\'' ? "'\\''" : (const char[]){*word, '\0'});
    text_char(t, '\'');
}

void text_human_bytes(Text *t, double bytes)
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    size_t u = 0;
    for (; bytes >= 1000 && u + 1 < sizeof units / sizeof *units; u++)
        bytes /= 1000;
    text_format(t, u == 0 || bytes >= 100 ? "%.0f %s" : "%.1f %s", bytes, units[u]);
}

void text_human_seconds(Text *t, double seconds)
{
    if (seconds < 60)
        text_format(t, "%.1f s", seconds);
    else if (seconds < 3600)
        text_format(t, "%d min %d s", (int)(seconds / 60), (int)fmod(seconds, 60));
    else if (seconds < 48 * 3600)
        text_format(t, "%d h %d min", (int)(seconds / 3600), (int)(fmod(seconds, 3600) / 60));
    else
        text_format(t, "%.3g days", seconds / 86400);
}

size_t text_distance(const char *a, const char *b)
{
    enum { MOST = 64 };
    const size_t n = strnlen(a, MOST), m = strnlen(b, MOST);
    size_t two[MOST + 1], one[MOST + 1], row[MOST + 1];
    for (size_t j = 0; j <= m; j++)
        one[j] = two[j] = j;
    for (size_t i = 1; i <= n; i++) {
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = one[j - 1] + (a[i - 1] != b[j - 1]);
            if (one[j] + 1 < best)
                best = one[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && two[j - 2] + 1 < best)
                best = two[j - 2] + 1;
            row[j] = best;
        }
        memcpy(two, one, sizeof two);
        memcpy(one, row, sizeof one);
    }
    return one[m];
}

bool text_nearer(const char *word, const char *candidate, size_t *least)
{
    const size_t slips = text_distance(word, candidate), halves = 2 * slips + (word[0] != candidate[0]);
    if (slips > strlen(word) / 3 + 1 || halves >= *least)
        return false;
    *least = halves;
    return true;
}

uint64_t text_hash(uint64_t seed, const char *s)
{
    uint64_t h = 0xcbf29ce484222325u ^ (seed * 0x9e3779b97f4a7c15u);
    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 0x100000001b3u;
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9u;
    h = (h ^ (h >> 27)) * 0x94d049bb133111ebu;
    return h ^ (h >> 31);
}
