/* What if the kernel kills a driver's process, as it does where memory has run out? */
#include <signal.h>

__attribute__((constructor)) static void start(void) { raise(SIGKILL); }
