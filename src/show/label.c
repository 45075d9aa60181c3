/* Labels: cleaning, LaTeX, line breaks, powers of ten.
 * The one thing to know: what LaTeX's plain utf8 cannot set is replaced by '?', so that a picture always compiles.
 * UTF-8 as in RFC 3629. */
#include "show/label.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The next character: its length in bytes and its code point, or length 1 and code 0 where the bytes are not UTF-8. */
static size_t next_character(const char *s, uint32_t *code)
{
    const unsigned char *b = (const unsigned char *)s;
    const size_t n = b[0] < 0x80 ? 1 : b[0] < 0xc2 ? 0 : b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : b[0] < 0xf5 ? 4 : 0;
    *code = n == 1 ? b[0] : n == 0 ? 0 : b[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((b[i] & 0xc0) != 0x80) {
            *code = 0;
            return 1;
        }
        *code = *code << 6 | (b[i] & 0x3f);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (n == 0 || *code < least[n] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000)) {
        *code = 0;
        return 1;
    }
    return n;
}

static bool invisible(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
           (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xffff);
}

void label_clean(Text *out, const char *s, size_t most)
{
    for (size_t written = 0; *s;) {
        uint32_t code;
        const size_t n = next_character(s, &code);
        const bool broken = code == 0;
        const bool shown = broken || !invisible(code);
        if (shown && written++ == most) {
            text_string(out, "…");
            return;
        }
        if (broken)
            text_char(out, '?');
        else if (shown)
            text_bytes(out, s, n);
        s += n;
    }
}

static const struct {
    const char *character, *latex;
} latex[] = {
    {"\\", "\\textbackslash{}"}, {"{", "\\{"}, {"}", "\\}"}, {"$", "\\$"}, {"&", "\\&"}, {"#", "\\#"}, {"%", "\\%"}, {"_", "\\_"},
    {"^", "\\textasciicircum{}"}, {"~", "\\textasciitilde{}"}, {"<", "\\textless{}"}, {">", "\\textgreater{}"}, {"|", "\\textbar{}"},
    {"\"", "''"}, {"`", "\\textasciigrave{}"}, {"-", "{-}"},
    {"×", "$\\times$"}, {"σ", "$\\sigma$"}, {"χ", "$\\chi$"}, {"ξ", "$\\xi$"}, {"ℓ", "$\\ell$"}, {"φ", "$\\varphi$"}, {"∂", "$\\partial$"}, {"‖", "$\\|$"},
    {"−", "$-$"}, {"±", "$\\pm$"}, {"≤", "$\\le$"}, {"≥", "$\\ge$"}, {"≈", "$\\approx$"}, {"·", "$\\cdot$"}, {"→", "$\\to$"}, {"√", "$\\surd$"},
    {"–", "--"}, {"\u00a0", "~"}, {"…", "\\ldots{}"}, {"’", "'"}, {"₁", "$_{1}$"}, {"ₗ", "$_{\\ell}$"}, {"²", "$^{2}$"}, {"∞", "$\\infty$"},
    {"⁰", "$^{0}$"}, {"¹", "$^{1}$"}, {"³", "$^{3}$"}, {"⁴", "$^{4}$"}, {"⁵", "$^{5}$"}, {"⁶", "$^{6}$"}, {"⁷", "$^{7}$"}, {"⁸", "$^{8}$"},
    {"⁹", "$^{9}$"}, {"⁻", "$^{-}$"}, {"₀", "$_{0}$"}, {"₂", "$_{2}$"}, {"₃", "$_{3}$"}, {"ᵀ", "$^{T}$"}, {"′", "$'$"},
    {"α", "$\\alpha$"}, {"β", "$\\beta$"}, {"γ", "$\\gamma$"}, {"δ", "$\\delta$"}, {"ε", "$\\varepsilon$"}, {"η", "$\\eta$"}, {"θ", "$\\theta$"},
    {"κ", "$\\kappa$"}, {"λ", "$\\lambda$"}, {"μ", "$\\mu$"}, {"µ", "$\\mu$"}, {"ν", "$\\nu$"}, {"ξ", "$\\xi$"}, {"π", "$\\pi$"}, {"ρ", "$\\rho$"},
    {"τ", "$\\tau$"}, {"ψ", "$\\psi$"}, {"ω", "$\\omega$"}, {"Δ", "$\\Delta$"}, {"Φ", "$\\Phi$"}, {"Σ", "$\\Sigma$"}, {"Π", "$\\Pi$"}, {"Ω", "$\\Omega$"},
    {"∥", "$\\parallel$"}, {"≠", "$\\ne$"}, {"≪", "$\\ll$"}, {"≫", "$\\gg$"}, {"≡", "$\\equiv$"}, {"∝", "$\\propto$"}, {"∼", "$\\sim$"}, {"∈", "$\\in$"},
    {"∇", "$\\nabla$"}, {"∑", "$\\sum$"}, {"∏", "$\\prod$"}, {"∫", "$\\int$"}, {"⟨", "$\\langle$"}, {"⟩", "$\\rangle$"}, {"ℝ", "$R$"}, {"←", "$\\leftarrow$"},
    {"↔", "$\\leftrightarrow$"}, {"⇒", "$\\Rightarrow$"}, {"½", "$\\frac{1}{2}$"}, {"¼", "$\\frac{1}{4}$"}, {"¾", "$\\frac{3}{4}$"}, {"°", "$^{\\circ}$"},
    {"—", "---"}, {"“", "``"}, {"”", "''"}, {"‘", "`"}, {"\u00a0", "~"}, {"\u202f", "\\,"}, {"ı", "\\i{}"}, {"Ð", "D"}, {"ð", "d"}, {"Þ", "Th"}, {"þ", "th"},
};

void label_tex(Text *out, const char *s)
{
    while (*s) {
        uint32_t code;
        const size_t n = next_character(s, &code);
        const char *source = NULL;
        for (size_t i = 0; !source && i < sizeof latex / sizeof *latex; i++)
            if (strlen(latex[i].character) == n && !memcmp(latex[i].character, s, n))
                source = latex[i].latex;
        /* The letters of Latin-1 are set up in every LaTeX. */
        if (source)
            text_string(out, source);
        else if ((code >= 0x20 && code < 0x7f) || (code >= 0xc0 && code < 0x100 && code != 0xd7 && code != 0xf7))
            text_bytes(out, s, n);
        else
            text_char(out, '?');
        s += n;
    }
}

void label_cell(Text *out, const char *s)
{
    for (; *s; s++) {
        if (*s == '\\')
            text_string(out, "\\\\");
        else if (*s == '"')
            text_string(out, "''");
        else
            text_char(out, *s == '\t' || *s == '\n' ? ' ' : *s);
    }
}

size_t label_length(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += (*s & 0xc0) != 0x80;
    return n;
}

void label_wrap(const char *s, size_t width, Text *first, Text *second)
{
    size_t seen = 0, cut = 0;
    for (size_t i = 0; s[i] && seen <= width; i++) {
        if (s[i] == ' ')
            cut = i;
        seen += (s[i] & 0xc0) != 0x80;
    }
    if (seen <= width) {
        text_string(first, s);
        return;
    }
    if (cut == 0) {
        label_clean(first, s, width);
        return;
    }
    text_bytes(first, s, cut);
    label_clean(second, s + cut + 1, width);
}

static void superscript(Text *out, int n)
{
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    char number[16];
    snprintf(number, sizeof number, "%d", n);
    for (const char *c = number; *c; c++)
        text_string(out, *c == '-' ? "⁻" : digits[*c - '0']);
}

void label_power(Text *out, double x)
{
    if (x >= 5 || x <= -3) {
        text_string(out, "10");
        superscript(out, (int)fmin(fmax(round(x), -1e9), 1e9));
        return;
    }
    const double value = pow(10, x);
    const int decimals = value >= 99.5 ? 0 : value >= 9.95 ? 1 : value >= 0.995 ? 2 : value >= 0.0995 ? 3 : 4;
    char number[32];
    snprintf(number, sizeof number, "%.*f", decimals, value);
    if (strchr(number, '.')) {
        size_t n = strlen(number);
        while (number[n - 1] == '0')
            number[--n] = '\0';
        if (number[n - 1] == '.')
            number[n - 1] = '\0';
    }
    text_string(out, number);
}
