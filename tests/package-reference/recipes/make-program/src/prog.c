#include <stdio.h>
#include <string.h>
int main(int c, char **v) {
  if (c > 1) { puts(PREFIX); return 0; }
  puts("broken");
  return 0;
}
