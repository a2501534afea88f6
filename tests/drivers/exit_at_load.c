/* What if a driver ends the process, as if all were well, when it is loaded? */
#include <stdlib.h>

__attribute__((constructor)) static void start(void) { exit(0); }
