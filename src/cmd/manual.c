/* The manual: fathom(1), and the frame of the completion scripts around each command's part.
 * The one thing to know: nothing is written twice; names, summaries and options come from the tables. */
#include <string.h>

#include "cmd/cmd.h"

static void front_page(Text *out)
{
    text_string(out, ".TH FATHOM 1 \"\" \"fathom " FATHOM_VERSION "\" \"fathom manual\"\n.SH NAME\n"
                     "fathom \\- measures why deep networks are hard to train\n"
                     ".SH SYNOPSIS\n.B fathom\n.I command\n[options]\n.br\n.B fathom\n\\-\\-version [\\-\\-verbose]\n.SH EXAMPLES\n.nf\n");
    for (size_t i = 0; i < n_commands; i++) {
        opt_roff(out, commands[i]->manual.examples[0]);
        text_char(out, '\n');
    }
    text_string(out, ".fi\n.SH COMMANDS\n");
    for (size_t i = 0; i < n_commands; i++) {
        text_format(out, ".TP\n.BR fathom\\-%s (1)\n", commands[i]->manual.command);
        opt_roff(out, commands[i]->manual.summary);
        text_char(out, '\n');
    }
}

void manual_page(Text *out, const Command *command)
{
    if (!command) {
        front_page(out);
        return;
    }
    Arguments a;
    arguments_open(&a, command);
    opt_man(out, &command->manual, a.groups, a.n_groups);
    arguments_close(&a);
}

static void names(Text *out)
{
    for (size_t i = 0; i < n_commands; i++)
        text_format(out, "%s%s", i ? " " : "", commands[i]->manual.command);
}

static void bash_head(Text *out)
{
    text_string(out, "# bash completion for fathom, from its option tables (fathom --completions bash).\n"
                     "_fathom() {\n"
                     "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} commands='");
    names(out);
    text_string(out, "'\n"
                     "    COMPREPLY=()\n"
                     "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
                     "        COMPREPLY=($(compgen -W \"$commands help --help --version\" -- \"$cur\"))\n"
                     "        return\n"
                     "    fi\n"
                     "    case ${COMP_WORDS[1]} in\n"
                     "    help) COMPREPLY=($(compgen -W \"$commands\" -- \"$cur\")) ;;\n"
                     "    --version) COMPREPLY=($(compgen -W --verbose -- \"$cur\")) ;;\n");
}

/* A summary inside single quotes: none of the shells' own characters may stay. */
static void quoted(Text *out, const char *summary)
{
    for (const char *c = summary; *c; c++)
        text_string(out, *c == '\'' ? "\u2019" : (char[]){*c, '\0'});
}

static void zsh_head(Text *out)
{
    text_string(out, "#compdef fathom\n"
                     "# zsh completion for fathom, from its option tables (fathom --completions zsh).\n"
                     "_fathom() {\n"
                     "    local -a commands=(\n");
    for (size_t i = 0; i < n_commands; i++) {
        text_format(out, "        '%s:", commands[i]->manual.command);
        quoted(out, commands[i]->manual.summary);
        text_string(out, "'\n");
    }
    text_string(out, "    )\n"
                     "    if (( CURRENT == 2 )); then\n"
                     "        _describe command commands\n"
                     "        compadd -- help --help --version\n"
                     "        return\n"
                     "    fi\n"
                     "    local command=$words[2]\n"
                     "    shift words\n"
                     "    (( CURRENT-- ))\n"
                     "    case $command in\n"
                     "    help) _describe command commands ;;\n"
                     "    --version) compadd -- --verbose ;;\n");
}

static void fish_head(Text *out)
{
    text_string(out, "# fish completion for fathom, from its option tables (fathom --completions fish).\n"
                     "complete -c fathom -f\n"
                     "complete -c fathom -n __fish_use_subcommand -l help -d 'examples and commands'\n"
                     "complete -c fathom -n __fish_use_subcommand -l version -d 'print the version'\n"
                     "complete -c fathom -n __fish_use_subcommand -a help -d 'help for a command'\n"
                     "complete -c fathom -n '__fish_seen_subcommand_from help' -a '");
    names(out);
    text_string(out, "'\n");
    for (size_t i = 0; i < n_commands; i++) {
        text_format(out, "complete -c fathom -n __fish_use_subcommand -a %s -d '", commands[i]->manual.command);
        quoted(out, commands[i]->manual.summary);
        text_string(out, "'\n");
    }
}

int manual_completions(Text *out, const char *shell)
{
    static const struct {
        const char *shell;
        void (*head)(Text *out);
        const char *tail;
    } scripts[] = {
        {"bash", bash_head, "    esac\n}\ncomplete -F _fathom fathom\n"},
        {"zsh", zsh_head, "    esac\n}\nif [[ $funcstack[1] == _fathom ]]; then _fathom \"$@\"; else compdef _fathom fathom; fi\n"},
        {"fish", fish_head, ""},
    };
    for (size_t s = 0; s < sizeof scripts / sizeof *scripts; s++) {
        if (strcmp(shell, scripts[s].shell))
            continue;
        scripts[s].head(out);
        for (size_t i = 0; i < n_commands; i++) {
            Arguments a;
            arguments_open(&a, commands[i]);
            if (opt_completions(out, shell, &commands[i]->manual, a.groups, a.n_groups))
                BUG("a shell that opt_completions does not know");
            arguments_close(&a);
        }
        text_string(out, scripts[s].tail);
        return 0;
    }
    return error(EXIT_USAGE, "--completions '%s': there are: bash, zsh, fish", shell);
}
