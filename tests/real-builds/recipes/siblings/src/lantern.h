const char *lantern_colour(void);
