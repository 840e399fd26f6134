const char *greetz_version(void);
