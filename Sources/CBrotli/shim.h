#ifndef FEEDSPINE_CBROTLI_H
#define FEEDSPINE_CBROTLI_H

#include <brotli/decode.h>

#endif
