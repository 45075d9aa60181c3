/* Options: parsing, refusals, help with live defaults, the manual page and completions.
 * The one thing to know: one small command with an option of each kind stands for all. */
#include "base/opt.h"

#include "files.h"

typedef struct {
    const char *activation, *from;
    int64_t width, unset;
    bool force, quiet;
} Args;

static const Option network[] = {
    {.name = "activation", .letter = 'a', .argument = "LIST", .help = "activation's name", .kind = OPT_TEXT,
     .offset = offsetof(Args, activation), .list = "activations"},
    {.name = "width", .letter = 'w', .argument = "N", .help = "units", .kind = OPT_WHOLE, .offset = offsetof(Args, width), .lowest = 1,
     .highest = 1e6},
    {.name = "from", .argument = "RUN.JSON", .help = "an earlier run", .kind = OPT_TEXT, .offset = offsetof(Args, from)},
};
static const Option running[] = {
    {.name = "force", .help = "replace files", .kind = OPT_FLAG, .offset = offsetof(Args, force)},
    {.name = "quiet", .letter = 'q', .help = "say nothing", .kind = OPT_FLAG, .offset = offsetof(Args, quiet)},
    {.name = "progress", .argument = "auto|never", .help = "when", .kind = OPT_TEXT, .offset = offsetof(Args, from), .otherwise = "auto"},
};
static const char *const examples[] = {"fathom try -a relu   # one", ".fathom 'two' \\n", NULL};
static const Manual manual = {.command = "try", .summary = "try out options", .operands = "DIR", .examples = examples,
                              .notes = "Notes stand last.\n", .least = 0, .most = 2};

static Files files;
static Args args;

static int set_up(void **state)
{
    (void)state;
    files = files_make();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    files_remove(&files);
    return 0;
}

static size_t groups(OptGroup out[2])
{
    args = (Args){.activation = "relu", .width = 256};
    out[0] = (OptGroup){"The network", network, sizeof network / sizeof *network, &args};
    out[1] = (OptGroup){"How it runs", running, sizeof running / sizeof *running, &args};
    return 2;
}

/* Parse words separated by blanks; *operands is where the operands went. */
static int parse(const Manual *m, const char *words, char **operands, int *n)
{
    static char copy[256];
    static char *argv[32];
    int argc = 1, first = 0;
    char *rest = copy;
    OptGroup g[2];
    snprintf(copy, sizeof copy, "%s", words);
    argv[0] = (char *)(size_t)(const void *)m->command;
    for (char *word; (word = strtok_r(rest, " ", &rest)) != NULL;)
        argv[argc++] = word;
    argv[argc] = NULL;
    const int result = opt_parse(m, g, groups(g), argc, argv, &first);
    for (*n = 0; result == 0 && first + *n < argc; ++*n)
        operands[*n] = argv[first + *n];
    return result;
}

static void words_reach_the_struct(void **state)
{
    (void)state;
    char *operands[32];
    int n;
    assert_int_equal(parse(&manual, "", operands, &n), 0);
    assert_string_equal(args.activation, "relu");
    assert_int_equal(args.width, 256);
    assert_int_equal(n, 0);
    assert_int_equal(parse(&manual, "one -a tanh,selu -w 1e3 -q two", operands, &n), 0);
    assert_string_equal(args.activation, "tanh,selu");
    assert_int_equal(args.width, 1000);
    assert_true(args.quiet && !args.force);
    assert_int_equal(n, 2);
    assert_string_equal(operands[0], "one");
    assert_string_equal(operands[1], "two");
    assert_int_equal(parse(&manual, "--activation=gelu --width 7 --force -qw9", operands, &n), 0);
    assert_string_equal(args.activation, "gelu");
    assert_int_equal(args.width, 9);
    assert_true(args.quiet && args.force);
    assert_int_equal(parse(&manual, "-a - -- -q", operands, &n), 0);
    assert_string_equal(args.activation, "-");
    assert_string_equal(operands[0], "-q");
    assert_false(args.quiet);
    assert_int_equal(parse(&manual, "-a -1", operands, &n), 0);
    assert_string_equal(args.activation, "-1");
}

static void refusals(void **state)
{
    (void)state;
    static const struct {
        const char *words, *said;
    } cases[] = {
        {"--activtion relu", "try: no option '--activtion'; did you mean '--activation'?"},
        {"--witdh=3", "did you mean '--width'?"},
        {"--completely-other", "'fathom try --help' lists them"},
        {"-x", "try: no option '-x'"},
        {"-qx", "try: no option '-x'"},
        {"-w", "'-w' needs a value"},
        {"--width", "'--width' needs a value"},
        {"--quiet=yes", "'--quiet=yes' takes no value"},
        {"-w 0", "--width '0': not a whole number from 1 to 1000000"},
        {"-w 2.385", "--width '2.385': not a whole number"},
        {"-w 1e7", "--width '1e7': not a whole number"},
        {"-w ten", "--width 'ten'"},
        {"a b c", "'c' is one operand too many"},
    };
    char *operands[32];
    int n;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        FAILS(&files, EXIT_USAGE, cases[i].said, parse(&manual, cases[i].words, operands, &n) < 0);
    Manual needs = manual;
    needs.least = 1;
    FAILS(&files, EXIT_USAGE, "try: DIR is missing", parse(&needs, "-q", operands, &n) < 0);
}

static void help_shows_live_defaults(void **state)
{
    (void)state;
    OptGroup g[2];
    Text text = {0};
    const size_t n = groups(g);
    args.width = 385;
    opt_help(&text, &manual, g, n);
    const char *said = text_str(&text);
    assert_true(strstr(said, "Examples\n  fathom try -a relu   # one") < strstr(said, "Usage"));
    assert_non_null(strstr(said, "  -w, --width N               units [385]\n"));
    assert_non_null(strstr(said, "activation's name [relu]\n"));
    assert_non_null(strstr(said, "when [auto]\n"));
    assert_non_null(strstr(said, "      --force                 replace files\n"));
    assert_non_null(strstr(said, "      --from RUN.JSON         an earlier run\n"));
    assert_string_equal(said + strlen(said) - strlen("\nNotes stand last.\n"), "\nNotes stand last.\n");
    text_free(&text);
}

static void manual_page(void **state)
{
    (void)state;
    OptGroup g[2];
    Text text = {0};
    opt_man(&text, &manual, g, groups(g));
    const char *said = text_str(&text);
    assert_true(strstr(said, ".TH FATHOM\\-TRY 1") == said);
    assert_non_null(strstr(said, ".SH EXAMPLES\n.nf\nfathom try \\-a relu   # one\n\\&.fathom \\(aqtwo\\(aq \\en\n.fi\n"));
    assert_non_null(strstr(said, ".SS How it runs\n"));
    assert_non_null(strstr(said, ".TP\n\\fB\\-w\\fR, \\fB\\-\\-width\\fR \\fIN\\fR\nunits [256]\n"));
    assert_non_null(strstr(said, ".SH NOTES\n.nf\nNotes stand last.\n.fi\n"));
    for (const char *line = said; line; line = strchr(line, '\n'), line = line ? line + 1 : NULL)
        if (*line == '.' && !(line[1] >= 'A' && line[1] <= 'Z') && strncmp(line, ".nf\n", 4) && strncmp(line, ".fi\n", 4))
            fail_msg("a line begins with a dot that is no macro: %.20s", line);
    text_free(&text);
}

static void completions(void **state)
{
    (void)state;
    static const struct {
        const char *shell, *parts[5];
    } cases[] = {
        {"bash", {"    try)", "-a|--activation) COMPREPLY=($(compgen -P", "fathom list activations --names", "--from) COMPREPLY=($(compgen -f",
                  "compgen -W 'auto never'"}},
        {"zsh", {"'(-a --activation)'{-a+,--activation=}'[activation\u2019s name]:LIST:_sequence compadd - $(fathom list activations --names)'",
                 "'--force[replace files]'", ":RUN.JSON:_files'", ":(auto never)'", "'*:DIR:_files -/'"}},
        {"fish", {"-l activation -s a -x -a '(__fish_append , (fathom list activations --names))' -d 'activation\u2019s name'\n",
                  "-l force -d 'replace files'\n", "-l from -r -F", "-x -a 'auto never'", "__fish_complete_directories"}},
    };
    OptGroup g[2];
    const size_t n = groups(g);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Text text = {0};
        assert_int_equal(opt_completions(&text, cases[i].shell, &manual, g, n), 0);
        for (size_t k = 0; k < 5; k++)
            if (!strstr(text_str(&text), cases[i].parts[k]))
                fail_msg("%s: no %s in\n%s", cases[i].shell, cases[i].parts[k], text_str(&text));
        text_free(&text);
    }
    Text text = {0};
    assert_int_equal(opt_completions(&text, "tcsh", &manual, g, n), -1);
    text_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_reach_the_struct), cmocka_unit_test(refusals),    cmocka_unit_test(help_shows_live_defaults),
        cmocka_unit_test(manual_page),            cmocka_unit_test(completions),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
