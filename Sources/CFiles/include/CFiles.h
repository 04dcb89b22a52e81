// What the headers of the C library keep from Swift.
#ifndef CFILES_H
#define CFILES_H

#include <stdint.h>

// When a file was made, in nanoseconds since 1970; -1 where the system does not say. It stays when the file is renamed,
// and tells it from a later one that was given the same inode.
//
// Asks about the open file `descriptor`, or where that is negative about `path`.
int64_t cfiles_birth_time(int descriptor, const char *path);

// Renames a file unless something has the new name; 0, or -1 with an `errno`.
int cfiles_rename_to_free(const char *path, const char *new_path);

#endif
