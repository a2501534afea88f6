/* What if all entry points of a driver are addresses where nothing is? */
#include "driver.h"

EXPORTED VkResult vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t* version) {
  return agree(version);
}
EXPORTED PFN_vkVoidFunction vk_icdGetInstanceProcAddr(VkInstance instance, const char* name) {
  (void)instance;
  (void)name;
  return (PFN_vkVoidFunction)(uintptr_t)8;
}
