#include <stdio.h>
#include <zlib.h>

#include "length.h"

static unsigned char input[1 << 16];

int main(void) {
    unsigned long count = fread(input, 1, sizeof input, stdin);
    unsigned long squeezed = squeezed_length(input, count);
    printf("zlib %s: %lu -> %lu\n", zlibVersion(), count, squeezed);
    return squeezed == 0 || squeezed >= count;
}
