/* libFuzzer on the reader of CSV files.
 * The one thing to know: tests/fuzz/run.sh csv SECONDS builds and runs it; what it must never do is in targets.h.
 * https://llvm.org/docs/LibFuzzer.html */
#include "targets.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n);

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
    target_csv(bytes, n);
    return 0;
}
