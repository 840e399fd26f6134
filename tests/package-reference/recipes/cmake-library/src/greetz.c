#include <zlib.h>
#include "greetz/greetz.h"
const char *greetz_version(void) { return zlibVersion(); }
