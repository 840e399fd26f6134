#include <lantern.h>
#include <stdio.h>

int main(void) {
    printf("The lantern is %s\n", lantern_color());
    return 0;
}
