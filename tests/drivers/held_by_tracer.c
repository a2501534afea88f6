/* What if a driver's process cannot be killed, as one that sleeps inside the kernel cannot?
 *
 * A helper in a session of its own traces it and never lets it go: SIGTERM is held back, and of
 * SIGKILL it stops on the way out (PTRACE_O_TRACEEXIT). The helper ends by itself after a few
 * seconds. */
#define _GNU_SOURCE
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <unistd.h>

__attribute__((constructor)) static void start(void) {
  int ready[2];
  if (pipe(ready) != 0) return;
  prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
  const pid_t traced = getpid();
  if (fork() == 0) {
    setsid();
    for (int file = 3; file < 64; ++file) {
      if (file != ready[1]) close(file);
    }
    const char done =
        ptrace(PTRACE_SEIZE, traced, 0, (void*)(long)PTRACE_O_TRACEEXIT) == 0 ? 'y' : 'n';
    if (write(ready[1], &done, 1) != 1) _exit(1);
    alarm(8);
    for (;;) pause();
  }
  char done = 'n';
  if (read(ready[0], &done, 1) == 1 && done == 'y') {
    for (;;) pause();
  }
  /* May not be traced here: leave, so that the test can tell. */
  _exit(42);
}
