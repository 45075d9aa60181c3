/* HTML: escaping, and pictures of gnuplot's read tag by tag.
 * The one thing to know: elements are a list of what may pass; of attributes, handlers and references out of the file may not.
 * W3C, SVG 1.1; WHATWG, HTML: a picture inside a page needs no declaration, and ids are the page's. */
#include "show/html.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "show/label.h"

static void escape(Text *out, const char *s)
{
    for (; *s; s++)
        switch (*s) {
        case '&': text_string(out, "&amp;"); break;
        case '<': text_string(out, "&lt;"); break;
        case '>': text_string(out, "&gt;"); break;
        case '"': text_string(out, "&quot;"); break;
        case '\'': text_string(out, "&#39;"); break;
        default: text_char(out, *s);
        }
}

void html_text(Text *out, const char *s)
{
    Text clean = {0};
    label_clean(&clean, s, SIZE_MAX);
    escape(out, text_str(&clean));
    text_free(&clean);
}

void html_put(Text *out, const char *format, ...)
{
    va_list texts;
    va_start(texts, format);
    for (; *format; format++)
        if (format[0] == '%' && format[1] == 's') {
            html_text(out, va_arg(texts, const char *));
            format++;
        } else if (*format == '%') {
            BUG("html_put knows %s alone");
        } else {
            text_char(out, *format);
        }
    va_end(texts);
}

/* --- pictures ------------------------------------------------------------------------------------------------------------- */

typedef struct {
    const char *name, *value;   /* not NUL-terminated */
    size_t name_length, value_length;
} Attribute;

enum { MOST_ATTRIBUTES = 32, MOST_DEPTH = 64 };

typedef struct {
    const char *name;
    size_t name_length;
    bool closing, closed;       /* </g>, <g/> */
    Attribute attributes[MOST_ATTRIBUTES];
    size_t n;
} Tag;

typedef struct {
    Text *out;
    const char *source, *prefix;
    size_t opened_at[MOST_DEPTH];   /* where in `out` an open element begins */
    size_t content_at[MOST_DEPTH];  /* and where its content does */
    int depth, definitions;         /* open elements; the depth of <defs>, 0 outside */
} Copy;

static bool is(const char *s, size_t length, const char *word)
{
    return strlen(word) == length && !strncmp(s, word, length);
}

static const char *skip_space(const char *s)
{
    while (isspace((unsigned char)*s))
        s++;
    return s;
}

static size_t name_length(const char *s)
{
    size_t n = 0;
    while (isalnum((unsigned char)s[n]) || s[n] == ':' || s[n] == '-' || s[n] == '_')
        n++;
    return n;
}

/* A tag from its '<': where it ends, or NULL where it is none. */
static const char *read_tag(const char *s, Tag *tag)
{
    *tag = (Tag){.closing = s[1] == '/'};
    tag->name = s += 1 + tag->closing;
    tag->name_length = name_length(s);
    s = skip_space(s + tag->name_length);
    while (!tag->closing && name_length(s) > 0) {
        if (tag->n == MOST_ATTRIBUTES)
            return NULL;
        Attribute *a = &tag->attributes[tag->n++];
        a->name = s;
        a->name_length = name_length(s);
        s = skip_space(s + a->name_length);
        if (*s != '=')
            return NULL;
        s = skip_space(s + 1);
        const char quote = *s;
        if (quote != '"' && quote != '\'')
            return NULL;
        a->value = ++s;
        a->value_length = strcspn(s, quote == '"' ? "\"<" : "'<");
        s += a->value_length;
        if (*s != quote)
            return NULL;
        s = skip_space(s + 1);
    }
    tag->closed = *s == '/';
    s += tag->closed;
    return *s == '>' && tag->name_length ? s + 1 : NULL;
}

static const Attribute *attribute(const Tag *tag, const char *name)
{
    for (size_t i = 0; i < tag->n; i++)
        if (is(tag->attributes[i].name, tag->attributes[i].name_length, name))
            return &tag->attributes[i];
    return NULL;
}

/* Does anything in the file point at this id? */
static bool pointed_at(const Copy *c, const Attribute *id)
{
    for (const char *at = c->source; (at = strchr(at, '#')); at++)
        if (!strncmp(at + 1, id->value, id->value_length) && strchr("'\")", at[1 + id->value_length]) && at[1 + id->value_length])
            return true;
    return false;
}

static bool is_reference(const Attribute *a)
{
    return is(a->name, a->name_length, "href") || is(a->name, a->name_length, "xlink:href");
}

static bool holds(const Attribute *a, const char *word)
{
    for (size_t i = 0; i + strlen(word) <= a->value_length; i++)
        if (!strncasecmp(a->value + i, word, strlen(word)))
            return true;
    return false;
}

static bool harmless(const Attribute *a)
{
    static const char png[] = "data:image/png;base64,";
    if (a->name_length > 2 && !strncasecmp(a->name, "on", 2))
        return false;
    if (is_reference(a))
        return *a->value == '#' || !strncmp(a->value, png, sizeof png - 1);
    for (size_t i = 0; i + 4 <= a->value_length; i++)   /* url(#here) alone */
        if (!strncasecmp(a->value + i, "url(", 4) && (i + 4 == a->value_length || a->value[i + 4] != '#'))
            return false;
    return !holds(a, "script:") && !holds(a, "@import") && !holds(a, "expression(");
}

/* A value with the prefix behind every '#' that begins a reference. */
static void put_value(Copy *c, const Attribute *a)
{
    const bool reference = is_reference(a);
    for (size_t i = 0; i < a->value_length; i++) {
        if (a->value[i] == '"')
            text_string(c->out, "&quot;");
        else
            text_char(c->out, a->value[i]);
        if (a->value[i] == '#' && (reference ? i == 0 : i >= 4 && !strncasecmp(a->value + i - 4, "url(", 4)))
            text_string(c->out, c->prefix);
    }
}

static bool put_attributes(Copy *c, const Tag *tag)
{
    for (size_t i = 0; i < tag->n; i++) {
        const Attribute *a = &tag->attributes[i];
        const bool id = is(a->name, a->name_length, "id");
        if (!harmless(a))
            return false;
        if (id && !pointed_at(c, a))
            continue;
        text_char(c->out, ' ');
        text_bytes(c->out, a->name, a->name_length);
        text_string(c->out, "=\"");
        if (id)
            text_string(c->out, c->prefix);
        put_value(c, a);
        text_char(c->out, '"');
    }
    return true;
}

static bool allowed(const Tag *tag)
{
    static const char *const elements[] = {"g", "defs", "path", "rect", "circle", "ellipse", "line", "polygon", "polyline", "text", "tspan", "use", "image",
                                           "filter", "feFlood", "feComposite", "linearGradient", "radialGradient", "stop", "clipPath", "pattern", "mask"};
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
        if (is(tag->name, tag->name_length, elements[i]))
            return true;
    return false;
}

/* A start tag; gnuplot defines fifteen symbols in every file, and those that nothing uses stay out. */
static bool open_element(Copy *c, const Tag *tag)
{
    const Attribute *id = attribute(tag, "id");
    if (!allowed(tag) || c->depth == MOST_DEPTH)
        return false;
    if (c->definitions && tag->closed && id && !pointed_at(c, id))
        return true;
    const size_t begin = c->out->length;
    text_char(c->out, '<');
    text_bytes(c->out, tag->name, tag->name_length);
    if (!put_attributes(c, tag))
        return false;
    text_string(c->out, tag->closed ? "/>" : ">");
    if (tag->closed)
        return true;
    c->opened_at[c->depth] = begin;
    c->content_at[c->depth++] = c->out->length;
    if (is(tag->name, tag->name_length, "defs"))
        c->definitions = c->depth;
    return true;
}

static void shorten(Text *out, size_t length)
{
    out->length = length;
    out->data[length] = '\0';
}

/* An end tag; a group in which nothing stands is taken back. */
static bool close_element(Copy *c, const Tag *tag)
{
    if (c->depth == 0)
        return false;
    const size_t begin = c->opened_at[--c->depth];
    if (strncmp(c->out->data + begin + 1, tag->name, tag->name_length) != 0)
        return false;
    if (c->definitions == c->depth + 1)
        c->definitions = 0;
    if (c->content_at[c->depth] == c->out->length && is(tag->name, tag->name_length, "g")) {
        shorten(c->out, begin);
        return true;
    }
    text_string(c->out, "</");
    text_bytes(c->out, tag->name, tag->name_length);
    text_char(c->out, '>');
    return true;
}

/* "&lt;", "&#8730;" */
static bool is_entity(const char *s, size_t length)
{
    size_t n = 1;
    while (n < length && (isalnum((unsigned char)s[n]) || s[n] == '#'))
        n++;
    return n > 1 && n < length && s[n] == ';';
}

/* Text between tags: within <text> as it is (the file has it escaped), elsewhere it is space. */
static void put_between(Copy *c, const char *s, size_t length, bool verbatim)
{
    for (size_t i = 0; i < length; i++)
        if (s[i] == '&' && !is_entity(s + i, length - i))
            text_string(c->out, "&amp;");
        else if (verbatim || !isspace((unsigned char)s[i]))
            text_char(c->out, s[i]);
}

/* Past an element that is left out: a title, a description. */
static const char *past(const char *s, const char *end)
{
    const char *at = strstr(s, end);
    return at ? at + strlen(end) : NULL;
}

/* Everything between <svg> and </svg>. */
static bool copy_content(Copy *c, const char *s)
{
    bool in_text = false;
    while (*s) {
        const size_t between = strcspn(s, "<");
        put_between(c, s, between, in_text);
        s += between;
        Tag tag;
        const char *next = *s ? read_tag(s, &tag) : NULL;
        if (!strncmp(s, "<!--", 4)) {
            s = past(s, "-->");
        } else if (!next) {
            return false;
        } else if (tag.closing) {
            if (is(tag.name, tag.name_length, "svg"))
                return c->depth == 0;
            if (!close_element(c, &tag))
                return false;
            in_text = in_text && !is(tag.name, tag.name_length, "text");
            s = next;
        } else if (is(tag.name, tag.name_length, "title") || is(tag.name, tag.name_length, "desc")) {
            s = past(next, tag.name[0] == 't' ? "</title>" : "</desc>");
        } else {
            if (!open_element(c, &tag))
                return false;
            in_text = in_text || (is(tag.name, tag.name_length, "text") && !tag.closed);
            s = next;
        }
        if (!s)
            return false;
    }
    return false;
}

bool html_picture(Text *out, const char *svg, const char *prefix, const char *title, const char *description)
{
    const size_t before = out->length;
    const char *root = strstr(svg, "<svg");
    Tag tag;
    const char *content = root ? read_tag(root, &tag) : NULL;
    const Attribute *box = content ? attribute(&tag, "viewBox") : NULL;
    if (!box || tag.closed || strspn(box->value, "0123456789. -") < box->value_length)
        return false;
    html_put(out, "<svg viewBox=\"");
    text_bytes(out, box->value, box->value_length);
    html_put(out, "\" role=\"img\" aria-labelledby=\"%st %sd\"><title id=\"%st\">%s</title><desc id=\"%sd\">%s</desc>", prefix, prefix, prefix, title, prefix,
             description);
    Copy c = {.out = out, .source = content, .prefix = prefix};
    const bool whole = copy_content(&c, content);
    text_string(out, "</svg>");
    if (!whole)
        shorten(out, before);
    return whole;
}
