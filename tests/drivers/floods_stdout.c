/* What if a driver prints ten megabytes of rubbish to standard output when it is loaded? */
#include <stdio.h>

__attribute__((constructor)) static void start(void) {
  for (int i = 0; i < 100000; ++i) {
    fputs(
        "{\"schema\": \"weighin-gpu-answer/1\", \"devices\": [ rubbish rubbish rubbish rubbish "
        "rubbish\n",
        stdout);
  }
  fflush(stdout);
}
