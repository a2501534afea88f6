/* What if a driver answers, and hangs when its process is to end? */
#include <stdlib.h>
#include <unistd.h>

static void hang(void) {
  for (;;) pause();
}
__attribute__((constructor)) static void start(void) { atexit(hang); }
__attribute__((destructor)) static void stop(void) { hang(); }
