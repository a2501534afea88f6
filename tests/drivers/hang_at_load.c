/* What if a driver never comes back from being loaded? */
#include <unistd.h>

__attribute__((constructor)) static void start(void) {
  for (;;) pause();
}
