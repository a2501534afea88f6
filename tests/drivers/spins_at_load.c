/* What if a driver computes for ever, with every processor that it finds? */
#include <pthread.h>

static void* spin(void* nothing) {
  for (volatile unsigned long turns = 0;; ++turns) {
  }
  return nothing;
}

__attribute__((constructor)) static void start(void) {
  for (int i = 0; i < 4; ++i) {
    pthread_t thread;
    pthread_create(&thread, NULL, spin, NULL);
  }
  spin(NULL);
}
