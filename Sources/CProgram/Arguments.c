#include "cprogram.h"

// It says which C library this is.
#include <stdlib.h>

static int argument_count;
static char **arguments;

#ifdef __GLIBC__
// glibc gives constructors what `main` gets. Swift reads /proc/self/cmdline instead, and where /proc is not mounted, as in a
// bare chroot, it sees no arguments.
__attribute__((constructor)) static void keep_arguments(int count, char **values) {
    argument_count = count;
    arguments = values;
}
#endif

int cprogram_argument_count(void) { return argument_count; }

const char *cprogram_argument(int index) { return arguments[index]; }
