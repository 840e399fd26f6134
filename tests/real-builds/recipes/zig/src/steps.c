#include <stdio.h>
#include <stdlib.h>

int main(int count, char **arguments) {
    unsigned long blocks = 0, steps = count > 1 ? strtoul(arguments[1], NULL, 10) : 0;
    for (unsigned long step = 1; step <= steps; step++) blocks += step * step;
    printf("%lu blocks\n", blocks);
    return 0;
}
