#include "lantern.h"

const char *lantern_color(void) { return "amber"; }
