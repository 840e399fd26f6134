#include <stdio.h>

unsigned long checksum(const char *text);

int main(int count, char **arguments) {
    if (count != 2) return 2;
    printf("%08lx\n", checksum(arguments[1]));
    return 0;
}
