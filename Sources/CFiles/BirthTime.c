#define _GNU_SOURCE
#include "CFiles.h"

#include <fcntl.h>
#include <sys/stat.h>

int64_t cfiles_birth_time(int descriptor, const char *path) {
#ifdef STATX_BTIME
    struct statx status;
    int failed = descriptor >= 0 ? statx(descriptor, "", AT_EMPTY_PATH, STATX_BTIME, &status)
                                 : statx(AT_FDCWD, path, 0, STATX_BTIME, &status);
    int64_t time;
    if (failed || !(status.stx_mask & STATX_BTIME) ||
        __builtin_mul_overflow(status.stx_btime.tv_sec, 1000000000, &time) ||
        __builtin_add_overflow(time, status.stx_btime.tv_nsec, &time))
        return -1;
    return time;
#else
    return -1;
#endif
}
