#include "cprogram.h"

// Alone in a C file, and reached by a call, so that another version compiles this file and links, and nothing else.
const char *cprogram_version(void) { return FEEDSPINE_VERSION; }
