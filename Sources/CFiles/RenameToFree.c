#define _GNU_SOURCE
#include "CFiles.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int cfiles_rename_to_free(const char *path, const char *new_path) {
#ifdef RENAME_NOREPLACE
    if (renameat2(AT_FDCWD, path, AT_FDCWD, new_path, RENAME_NOREPLACE) == 0) return 0;
    // Some file systems know no flags.
    if (errno != EINVAL && errno != ENOSYS) return -1;
#endif
    if (link(path, new_path) != 0) return -1;
    return unlink(path);
}
