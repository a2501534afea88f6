/* What if a driver hangs, and cannot be asked to end?  Only SIGKILL ends it. */
#include <signal.h>
#include <unistd.h>

__attribute__((constructor)) static void start(void) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  for (int number = 1; number < NSIG; ++number) signal(number, SIG_IGN);
  for (;;) pause();
}
