/* What if a driver takes 16 GiB when it is loaded, and touches all of it? */
#include <stdlib.h>
#include <string.h>

__attribute__((constructor)) static void start(void) {
  const size_t part = (size_t)64 << 20;
  for (size_t taken = 0; taken < (size_t)16 << 30; taken += part) {
    void* memory = malloc(part);
    if (memory == NULL) abort();
    memset(memory, 1, part);
  }
}
