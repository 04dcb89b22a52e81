#ifndef FEEDSPINE_CLIBXML2_SHIM_H
#define FEEDSPINE_CLIBXML2_SHIM_H

// Debian builds libxml2 with ICU, and ICU's headers do not compile beside Foundation's; nothing here uses them.
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/relaxng.h>
#include <libxml/tree.h>

#endif
