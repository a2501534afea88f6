/* What if a driver crashes while it creates an instance? */
#include "driver.h"

static VKAPI_ATTR VkResult VKAPI_CALL create_instance(const VkInstanceCreateInfo* info,
                                                      const VkAllocationCallbacks* allocator,
                                                      VkInstance* instance) {
  (void)info;
  (void)allocator;
  (void)instance;
  volatile int* volatile nothing = 0;
  *nothing = 1;
  return VK_SUCCESS;
}

static const Entry kEntries[] = {
    {"vkCreateInstance", (PFN_vkVoidFunction)create_instance},
    {"vkEnumerateInstanceExtensionProperties", (PFN_vkVoidFunction)no_extensions},
    {"vkEnumerateInstanceVersion", (PFN_vkVoidFunction)version_1_3},
};

EXPORTED VkResult vk_icdNegotiateLoaderICDInterfaceVersion(uint32_t* version) {
  return agree(version);
}
EXPORTED PFN_vkVoidFunction vk_icdGetInstanceProcAddr(VkInstance instance, const char* name) {
  (void)instance;
  return find_entry(kEntries, sizeof kEntries / sizeof kEntries[0], name);
}
