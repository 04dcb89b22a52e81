// What the process knows of itself and Swift does not say.
#ifndef FEEDSPINE_CPROGRAM_H
#define FEEDSPINE_CPROGRAM_H

/// The version that Package.swift was given with FEEDSPINE_VERSION. Never NULL.
const char *cprogram_version(void);

/// How many arguments the process was started with, its name included; 0 where that is not known.
int cprogram_argument_count(void);

/// One of them; lives as long as the process, and is nobody's to change.
const char *cprogram_argument(int index);

#endif
