/* fathom --version, and with --verbose what it runs on.
 * The one thing to know: versions are those at run time, which may differ from the ones it was built with. */
#include <jansson.h>
#include <zlib.h>

#include "base/machine.h"
#include "cmd/cmd.h"
#include "num/blas.h"

#ifdef __clang__
#define COMPILER __VERSION__
#else
#define COMPILER "GCC " __VERSION__
#endif

void version_text(Text *out, bool verbose)
{
    char cpu[128];
    text_string(out, "fathom " FATHOM_VERSION "\n");
    if (!verbose)
        return;
    machine_cpu(cpu, sizeof cpu);
    text_format(out, "GSL       %s\n", blas_gsl_version());
    text_format(out, "BLAS      %s\n", blas_config());
    text_format(out, "BLAS core %s\n", blas_core());
    text_format(out, "jansson   %s\n", JANSSON_VERSION);
    text_format(out, "zlib      %s\n", zlibVersion());
    text_format(out, "compiler  %s\n", COMPILER);
    text_format(out, "CPU       %s, %d usable\n", cpu, machine_threads(0));
    text_format(out, "data      %s\n", FATHOM_DATA);
}
