#include <greet.h>
#include <stdio.h>

int main(void) {
    char greeting[100];
    greet("world", greeting, sizeof greeting);
    puts(greeting);
    return 0;
}
