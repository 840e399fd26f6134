#ifndef LENGTH_H
#define LENGTH_H

/* The number of bytes that zlib makes of these; 0 when it cannot. */
unsigned long squeezed_length(const unsigned char *bytes, unsigned long count);

#endif
