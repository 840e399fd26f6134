#include "greet.h"

#include <stdio.h>

int greet(const char *name, char *out, unsigned long size) {
    return snprintf(out, size, "Hello, %s, from libgreet %s!", name, GREET_VERSION);
}
