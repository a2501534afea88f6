/* What does a fake of NVML answer?  It knows three GPUs: one plain, one cut into two MIG
 * instances, one that shares the memory of the system. */
#include <stdio.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))
#define NOT_SUPPORTED 3
#define NOT_FOUND 6

typedef struct {
  unsigned long long total, free, used;
} Memory;
typedef struct {
  char legacy[16];
  unsigned domain, bus, device, id, subsystem;
  char bus_id[32];
} Pci;

/* Handles: 1, 2, 3 are the GPUs, 21 and 22 the slices of the second. */
static long handle(void* device) { return (long)device; }

EXPORTED int nvmlInit_v2(void) { return 0; }
EXPORTED int nvmlDeviceGetCount_v2(unsigned* count) {
  *count = 3;
  return 0;
}
EXPORTED int nvmlDeviceGetHandleByIndex_v2(unsigned index, void** device) {
  *device = (void*)(long)(index + 1);
  return 0;
}
EXPORTED int nvmlDeviceGetMemoryInfo(void* device, Memory* memory) {
  const unsigned long long gib = 1ull << 30;
  switch (handle(device)) {
    case 1:
      *memory = (Memory){24 * gib, 20 * gib, 4 * gib};
      return 0;
    case 2:
      *memory = (Memory){80 * gib, 79 * gib, 1 * gib};
      return 0;
    case 21:
      *memory = (Memory){20 * gib, 19 * gib, 1 * gib};
      return 0;
    case 22:
      *memory = (Memory){40 * gib, 40 * gib, 0};
      return 0;
    default:
      return NOT_SUPPORTED;
  }
}
EXPORTED int nvmlDeviceGetName(void* device, char* name, unsigned length) {
  snprintf(name, length, "NVIDIA Fake %ld\xff", handle(device));
  return 0;
}
EXPORTED int nvmlDeviceGetUUID(void* device, char* uuid, unsigned length) {
  snprintf(uuid, length, "%s-%08lx-0000-0000-0000-000000000001", handle(device) > 9 ? "MIG" : "GPU",
           handle(device));
  return 0;
}
EXPORTED int nvmlDeviceGetPciInfo_v3(void* device, Pci* pci) {
  memset(pci, 0, sizeof *pci);
  snprintf(pci->bus_id, sizeof pci->bus_id, "00000000:%02lX:00.0", handle(device));
  pci->id = 0x233010de;
  return 0;
}
EXPORTED int nvmlSystemGetDriverVersion(char* version, unsigned length) {
  snprintf(version, length, "550.54.15");
  return 0;
}
EXPORTED int nvmlDeviceGetMigMode(void* device, unsigned* now, unsigned* pending) {
  if (handle(device) == 3) return NOT_SUPPORTED;
  *now = *pending = handle(device) == 2;
  return 0;
}
EXPORTED int nvmlDeviceGetMigDeviceHandleByIndex(void* device, unsigned index, void** slice) {
  if (handle(device) != 2 || index > 1) return NOT_FOUND;
  *slice = (void*)(long)(21 + index);
  return 0;
}
EXPORTED const char* nvmlErrorString(int code) {
  return code == NOT_SUPPORTED ? "Not Supported" : "Some Error";
}
