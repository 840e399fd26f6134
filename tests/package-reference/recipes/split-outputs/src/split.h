int split(void);
