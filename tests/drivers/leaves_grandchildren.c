/* What if a driver starts processes that keep its pipe open, hear no SIGTERM, and outlive it? */
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

__attribute__((constructor)) static void start(void) {
  for (int i = 0; i < 4; ++i) {
    if (fork() == 0) {
      signal(SIGTERM, SIG_IGN);
      for (;;) pause();
    }
  }
  abort();
}
