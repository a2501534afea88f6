/* What if a driver calls itself until the stack is full? */
#include "driver.h"

static int sink(volatile char* above) {
  volatile char mine[4096];
  mine[0] = above != NULL ? (char)(above[0] + 1) : 0;
  return sink(mine) + mine[0];
}

EXPORTED VkResult vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t* version) {
  return sink((volatile char*)version) != 0 ? VK_SUCCESS : agree(version);
}
EXPORTED PFN_vkVoidFunction vk_icdGetInstanceProcAddr(VkInstance instance, const char* name) {
  (void)instance;
  (void)name;
  return NULL;
}
