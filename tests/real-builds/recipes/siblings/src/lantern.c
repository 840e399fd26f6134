#include "lantern.h"

const char *lantern_colour(void) { return "amber"; }
