/* Processes: fork, exec, two pipes, one deadline.
 * The one thing to know: between fork and exec the child calls only async-signal-safe functions.
 * The environment is a list of what passes, not of what is dropped: GNUTERM, GNUPLOT_LIB and LC_NUMERIC never arrive. */
#include "base/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/mem.h"

/* Names that pass; one that ends in '_' is a prefix. */
static const char *const passes[] = {"PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "SOURCE_DATE_EPOCH", "DYLD_", "NIX_", "XDG_", "FONTCONFIG_"};

static bool variable_passes(const char *variable)
{
    for (size_t i = 0; i < sizeof passes / sizeof *passes; i++) {
        const size_t n = strlen(passes[i]);
        if (!strncmp(variable, passes[i], n) && (passes[i][n - 1] == '_' || variable[n] == '='))
            return true;
    }
    return false;
}

static const char **clean_environment(void)
{
    size_t n = 0;
    for (char **e = environ; e && *e; e++)
        n++;
    const char **clean = mem_alloc(n + 2, sizeof *clean);
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (variable_passes(environ[i]))
            clean[kept++] = environ[i];
    clean[kept] = "LC_ALL=C.UTF-8";
    return clean;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* A descriptor above the three standard ones, closed on exec, so that dup2 in the child never meets its own target. */
static int raise_descriptor(int fd)
{
    const int high = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    close(fd);
    return high;
}

static int open_pipe(int ends[2])
{
    if (pipe(ends))
        return -1;
    ends[0] = raise_descriptor(ends[0]);
    ends[1] = raise_descriptor(ends[1]);
    return ends[0] < 0 || ends[1] < 0 ? -1 : 0;
}

_Noreturn static void child(const ProcJob *job, char *const *environment, int nothing, int out, int err)
{
    setpgid(0, 0);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    if (dup2(nothing, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0 || (job->directory && chdir(job->directory)))
        _exit(126);
    /* execve wants char *const[], and changes nothing. */
    union {
        const char *const *given;
        char *const *wanted;
    } argv = {job->argv};
    execve(job->argv[0], argv.wanted, environment);
    _exit(errno == ENOENT ? 127 : 126);
}

/* Read one stream once: false at its end. */
static bool drain(int fd, Text *into, size_t most)
{
    char buffer[4096];
    const ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0)
        return errno == EINTR || errno == EAGAIN;
    if (n == 0)
        return false;
    const size_t room = most > into->length ? most - into->length : 0;
    text_bytes(into, buffer, (size_t)n < room ? (size_t)n : room);
    return true;
}

static void collect(int out, int err, double deadline, size_t most, ProcResult *result)
{
    struct pollfd ends[2] = {{.fd = out, .events = POLLIN}, {.fd = err, .events = POLLIN}};
    Text *const texts[2] = {&result->out, &result->err};
    while (ends[0].fd >= 0 || ends[1].fd >= 0) {
        const double left = deadline - now();
        if (left <= 0) {
            result->timed_out = true;
            return;
        }
        if (poll(ends, 2, (int)(left * 1000) + 1) <= 0)
            continue;
        for (size_t i = 0; i < 2; i++)
            if (ends[i].fd >= 0 && ends[i].revents && !drain(ends[i].fd, texts[i], most))
                ends[i].fd = -1;
    }
}

/* Wait for the child, kill what is left of its group while its number is still taken, then let it go. */
static void reap(pid_t pid, double deadline, ProcResult *result)
{
    while (!result->timed_out) {
        siginfo_t info = {0};
        if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid)
            break;
        if (now() >= deadline)
            result->timed_out = true;
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    kill(-pid, SIGKILL);
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    result->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int proc_run(const ProcJob *job, ProcResult *result)
{
    *result = (ProcResult){0};
    int out[2] = {-1, -1}, err[2] = {-1, -1};
    const char **environment = clean_environment();
    union {
        const char **made;
        char *const *wanted;
    } variables = {environment};
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing >= 0)
        nothing = raise_descriptor(nothing);
    const bool ready = nothing >= 0 && !open_pipe(out) && !open_pipe(err);
    const pid_t pid = ready ? fork() : -1;
    if (pid == 0)
        child(job, variables.wanted, nothing, out[1], err[1]);
    const int trouble = errno;
    free(environment);
    close(nothing);
    close(out[1]);
    close(err[1]);
    if (pid > 0) {
        setpgid(pid, pid);
        const double deadline = now() + job->seconds;
        collect(out[0], err[0], deadline, job->most, result);
        reap(pid, deadline, result);
    }
    close(out[0]);
    close(err[0]);
    return pid > 0 ? 0 : error(EXIT_TOOBIG, "cannot start '%s': %s; close some programs and try again", job->argv[0], strerror(trouble));
}

void proc_done(ProcResult *result)
{
    text_free(&result->out);
    text_free(&result->err);
}

/* An absolute path to an executable file, or NULL; symbolic links stay, because some programs ask what they were called. */
static char *executable(const char *path)
{
    struct stat s;
    if (stat(path, &s) || !S_ISREG(s.st_mode) || access(path, X_OK))
        return NULL;
    if (*path == '/')
        return mem_string(path);
    char *here = realpath(".", NULL);
    Text whole = {0};
    text_format(&whole, "%s/%s", here ? here : ".", path);
    free(here);
    return whole.data;
}

char *proc_find(const char *program)
{
    if (strchr(program, '/'))
        return executable(program);
    const char *path = getenv("PATH");
    for (const char *p = path ? path : "/usr/local/bin:/usr/bin:/bin"; *program;) {
        const size_t n = strcspn(p, ":");
        Text candidate = {0};
        text_bytes(&candidate, p, n);
        text_format(&candidate, "%s%s", n ? "/" : "./", program);
        char *found = executable(candidate.data);
        text_free(&candidate);
        if (found || !p[n])
            return found;
        p += n + 1;
    }
    return NULL;
}
