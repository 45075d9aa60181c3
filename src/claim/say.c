/* Saying numbers.
 * The one thing to know: the three numbers of an interval share one decimal place, or in powers of ten one resolution. */
#include "claim/say.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { EXACT_DIGITS = 6, MOST_DIGITS = 12, LARGEST = 7, SMALLEST = -4 };   /* the powers of ten that are written out */

static int power_of(double x)
{
    return x == 0 ? 0 : (int)floor(log10(fabs(x)));
}

/* What printf wrote, with a true minus, without "-0" and, on request, without trailing zeros. */
static void put_decimal(Text *out, char *number, bool trim)
{
    if (trim && strchr(number, '.')) {
        size_t n = strlen(number);
        while (number[n - 1] == '0')
            number[--n] = '\0';
        if (number[n - 1] == '.')
            number[n - 1] = '\0';
    }
    const bool negative = *number == '-';
    if (negative && strpbrk(number, "123456789"))
        text_string(out, "−");
    text_string(out, number + negative);
}

/* 10⁻⁵ */
static void put_power(Text *out, int e)
{
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    char number[16];
    snprintf(number, sizeof number, "%d", e);
    text_string(out, "10");
    for (const char *c = number; *c; c++)
        text_string(out, *c == '-' ? "⁻" : digits[*c - '0']);
}

static void put_scientific(Text *out, double x, int digits, bool trim)
{
    char number[48];
    snprintf(number, sizeof number, "%.*e", digits - 1, x);
    char *e = strchr(number, 'e');
    int power = 0;
    sscanf(e, "e%d", &power);
    *e = '\0';
    put_decimal(out, number, trim);
    text_string(out, " × ");
    put_power(out, power);
}

static bool put_special(Text *out, double x)
{
    if (isfinite(x))
        return false;
    text_string(out, isnan(x) ? "none" : x > 0 ? "∞" : "−∞");
    return true;
}

static int clamp(int x, int low, int high)
{
    return x < low ? low : x > high ? high : x;
}

void say_number(Text *out, double x, int digits, bool trim)
{
    if (put_special(out, x))
        return;
    const int e = power_of(x);
    char number[48];
    if (x != 0 && (e < SMALLEST || e >= LARGEST)) {
        put_scientific(out, x, digits, trim);
        return;
    }
    snprintf(number, sizeof number, "%.*f", clamp(digits - 1 - e, 0, 20), x);
    put_decimal(out, number, trim);
}

/* The decimal place that the interval fixes: two digits of the longer half. Where there is none, MOST_DIGITS + 1 or more. */
static int places(const Fact *f)
{
    const double half = fmax(f->high - f->measured, f->measured - f->low);
    return f->n == 0 || !isfinite(half) || !(half > 0) ? 400 : 1 - power_of(half);
}

static void put_at(Text *out, double x, int place, double largest)
{
    if (put_special(out, x))
        return;
    if (place >= 400) {
        say_number(out, x, EXACT_DIGITS, true);
        return;
    }
    char number[48];
    if (place <= LARGEST && power_of(largest) < LARGEST) {
        snprintf(number, sizeof number, "%.*f", clamp(place, 0, LARGEST), x);
        put_decimal(out, number, false);
    } else if (x == 0) {
        text_char(out, '0');
    } else {
        put_scientific(out, x, clamp(power_of(x) + place + 1, 1, MOST_DIGITS), false);
    }
}

static double largest_of(const Fact *f)
{
    double most = fabs(f->measured);
    if (isfinite(f->low))
        most = fmax(most, fabs(f->low));
    return isfinite(f->high) ? fmax(most, fabs(f->high)) : most;
}

void say_measured(Text *out, const Fact *f)
{
    put_at(out, f->measured, places(f), largest_of(f));
}

void say_predicted(Text *out, const Fact *f)
{
    if (isnan(f->predicted))
        return;
    const int place = places(f);
    put_at(out, f->predicted, place < 400 ? place + 1 : place, fmax(largest_of(f), isfinite(f->predicted) ? fabs(f->predicted) : 0));
}

void say_interval(Text *out, const Fact *f)
{
    const bool nothing = isnan(f->measured) || (isinf(f->low) && isinf(f->high));
    if (nothing || f->n == 0) {
        text_string(out, nothing ? "not known" : "exact");
        return;
    }
    const int place = places(f);
    const double largest = largest_of(f);
    text_char(out, '[');
    put_at(out, f->low, place, largest);
    text_string(out, ", ");
    put_at(out, f->high, place, largest);
    text_char(out, ']');
}

void say_whole(Text *out, int64_t n)
{
    char digits[32];
    const int length = snprintf(digits, sizeof digits, "%lld", (long long)n);
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0 && length > 4 && digits[i - 1] != '-')
            text_string(out, "\u202f");   /* narrow, no break */
        text_char(out, digits[i]);
    }
}

void say_count(Text *out, const Fact *f)
{
    if (f->n)
        say_whole(out, (int64_t)f->n);
}

static size_t digits_at(const char *s)
{
    return strspn(s, "0123456789");
}

/* A number with an exponent at `s`: its length, the mantissa's, and the power; 0 where there is none. */
static size_t scientific_at(const char *s, size_t *mantissa, int *power)
{
    size_t n = digits_at(s);
    if (n && s[n] == '.' && digits_at(s + n + 1))
        n += 1 + digits_at(s + n + 1);
    *mantissa = n;
    if (n == 0 || s[n] != 'e')
        return 0;
    const size_t sign = s[n + 1] == '-' || s[n + 1] == '+', exponent = digits_at(s + n + 1 + sign);
    if (exponent == 0 || exponent > 6 || isalnum((unsigned char)s[n + 1 + sign + exponent]))
        return 0;
    sscanf(s + n + 1, "%d", power);
    return n + 1 + sign + exponent;
}

/* What is typed for want of a letter, as a word of its own: its length, 0 where there is none here. */
static size_t put_letter(Text *out, const char *s)
{
    static const char *const letters[][2] = {{"sigma_w", "σ_w"}, {"sigma_b", "σ_b"}, {"sigma", "σ"}, {"chi_1", "χ₁"}, {"chi_par", "χ∥"}, {"chi_c", "χ_c"}, {"xi_c", "ξ_c"}, {"+-", "±"}};
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        const size_t n = strlen(letters[i][0]);
        if (!strncmp(s, letters[i][0], n) && (*s == '+' || (!isalnum((unsigned char)s[n]) && s[n] != '_'))) {
            text_string(out, letters[i][1]);
            return n;
        }
    }
    return 0;
}

void say_prose(Text *out, const char *s)
{
    for (char before = ' '; *s; before = *s++) {
        const bool begins = !isalnum((unsigned char)before) && before != '.' && before != '_';
        size_t mantissa;
        int power;
        const size_t letters = begins && before != '-' ? put_letter(out, s) : 0;
        if (letters) {
            s += letters - 1;
            continue;
        }
        if (*s == '-' && strchr(" ([,", before) && digits_at(s + 1)) {
            text_string(out, "−");
            continue;
        }
        const size_t n = begins ? scientific_at(s, &mantissa, &power) : 0;
        if (n == 0) {
            text_char(out, *s);
            continue;
        }
        if (mantissa != 1 || *s != '1') {
            text_bytes(out, s, mantissa);
            text_string(out, " × ");
        }
        put_power(out, power);
        s += n - 1;
    }
}
