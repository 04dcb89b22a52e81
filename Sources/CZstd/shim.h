#ifndef FEEDSPINE_CZSTD_H
#define FEEDSPINE_CZSTD_H

#include <zstd.h>

#endif
