/* What if a driver writes ten megabytes to every file that it finds open? */
#include <string.h>
#include <unistd.h>

__attribute__((constructor)) static void start(void) {
  char rubbish[4096];
  memset(rubbish, 'x', sizeof rubbish);
  for (int file = 0; file < 64; ++file) {
    for (int i = 0; i < 2560; ++i) {
      if (write(file, rubbish, sizeof rubbish) <= 0) break;
    }
  }
}
