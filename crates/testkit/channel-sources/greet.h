#ifndef GREET_H
#define GREET_H

#define GREET_VERSION "1.2.0"

/* Writes a greeting for `name` into `out`, at most `size` bytes with the NUL; returns the length it would have had. */
int greet(const char *name, char *out, unsigned long size);

#endif
