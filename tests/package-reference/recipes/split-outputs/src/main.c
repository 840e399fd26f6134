#include <split.h>
int main(void) { return split(); }
