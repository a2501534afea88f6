/* What if a driver stops its process?  A stopped process hears no SIGTERM. */
#include <signal.h>
#include <unistd.h>

__attribute__((constructor)) static void start(void) {
  for (;;) raise(SIGSTOP);
}
