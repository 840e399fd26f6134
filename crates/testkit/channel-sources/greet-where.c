/* Prints the prefix it is installed to, which an installer patches into this program. */
#include <stdio.h>

/* Volatile, so that no compiler knows the length beforehand. */
static const volatile char prefix[] = GREET_PREFIX "/share/greet";

int main(void) {
    for (unsigned long i = 0; prefix[i] != '\0'; i++) putchar(prefix[i]);
    putchar('\n');
    return 0;
}
