/* What if a driver aborts when the loader asks which interface it speaks? */
#include <stdlib.h>

#include "driver.h"

EXPORTED VkResult vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t* version) {
  (void)version;
  abort();
}
EXPORTED PFN_vkVoidFunction vk_icdGetInstanceProcAddr(VkInstance instance, const char* name) {
  (void)instance;
  (void)name;
  return NULL;
}
