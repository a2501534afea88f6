/* What if a manifest names a library that is no driver? */
int something_else(void);
int something_else(void) { return 42; }
