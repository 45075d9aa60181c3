/* Options: the manual page, in roff's man macros.
 * The one thing to know: it says what --help says, in the same order; the date is left out so that a build repeats byte for byte.
 * man(7). */
#include <ctype.h>
#include <string.h>

#include "base/opt.h"

void opt_roff(Text *out, const char *plain)
{
    bool line_start = true;
    for (const char *c = plain; *c; c++) {
        if (line_start && (*c == '.' || *c == '\''))
            text_string(out, "\\&");
        if (*c == '\\')
            text_string(out, "\\e");
        else if (*c == '-')
            text_string(out, "\\-");
        else if (*c == '\'')
            text_string(out, "\\(aq");
        else if (*c == '`')
            text_string(out, "\\(ga");
        else if (*c == '^')
            text_string(out, "\\(ha");
        else if (*c == '~')
            text_string(out, "\\(ti");
        else
            text_char(out, *c);
        line_start = *c == '\n';
    }
}

static void put_upper(Text *out, const char *word)
{
    for (; *word; word++)
        text_char(out, (char)toupper((unsigned char)*word));
}

static void put_option(Text *out, const OptGroup *group, const Option *o)
{
    Text value = {0};
    text_string(out, ".TP\n\\fB");
    if (o->letter)
        text_format(out, "\\-%c\\fR, \\fB", o->letter);
    text_string(out, "\\-\\-");
    opt_roff(out, o->name);
    text_string(out, "\\fR");
    if (o->argument) {
        text_string(out, " \\fI");
        opt_roff(out, o->argument);
        text_string(out, "\\fR");
    }
    text_char(out, '\n');
    opt_roff(out, o->help);
    if (opt_default(&value, group, o)) {
        text_string(out, " [");
        opt_roff(out, text_str(&value));
        text_char(out, ']');
    }
    text_char(out, '\n');
    text_free(&value);
}

static void put_preformatted(Text *out, const char *heading, const char *plain)
{
    text_format(out, ".SH %s\n.nf\n", heading);
    opt_roff(out, plain);
    text_string(out, ".fi\n");
}

static void put_head(Text *out, const Manual *manual)
{
    text_string(out, ".TH FATHOM\\-");
    put_upper(out, manual->command);
    text_string(out, " 1 \"\" \"fathom " FATHOM_VERSION "\" \"fathom manual\"\n.SH NAME\nfathom\\-");
    opt_roff(out, manual->command);
    text_string(out, " \\- ");
    opt_roff(out, manual->summary);
    text_string(out, "\n.SH SYNOPSIS\n.B fathom ");
    opt_roff(out, manual->command);
    text_string(out, "\n[options]");
    if (*manual->operands) {
        text_char(out, ' ');
        opt_roff(out, manual->operands);
    }
    text_char(out, '\n');
}

void opt_man(Text *out, const Manual *manual, const OptGroup *groups, size_t n_groups)
{
    Text examples = {0};
    put_head(out, manual);
    for (const char *const *e = manual->examples; *e; e++)
        text_format(&examples, "%s\n", *e);
    put_preformatted(out, "EXAMPLES", text_str(&examples));
    text_free(&examples);
    text_string(out, ".SH OPTIONS\n");
    for (size_t g = 0; g < n_groups; g++) {
        text_string(out, ".SS ");
        opt_roff(out, groups[g].title);
        text_char(out, '\n');
        for (size_t i = 0; i < groups[g].count; i++)
            put_option(out, &groups[g], &groups[g].options[i]);
    }
    text_string(out, ".TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\nprint the options and leave\n");
    if (manual->notes)
        put_preformatted(out, "NOTES", manual->notes);
    text_string(out, ".SH EXIT STATUS\n"
                     "0 done, 1 a check found a disagreement, 2 usage, 65 bad input data, 66 no input there, 69 gnuplot missing,\n"
                     "71 larger than this machine\\(aqs memory, 73 cannot create output, 74 write error, 75 locked or shards missing,\n"
                     "128 + n by signal n.\n"
                     ".SH SEE ALSO\n.BR fathom (1)\n");
}
