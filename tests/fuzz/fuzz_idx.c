/* libFuzzer on the reader of IDX files.
 * The one thing to know: tests/fuzz/run.sh idx SECONDS builds and runs it; what it must never do is in targets.h.
 * https://llvm.org/docs/LibFuzzer.html */
#include "targets.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n);

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
    target_idx(bytes, n);
    return 0;
}
