const char *lantern_color(void);
