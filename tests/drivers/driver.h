/* What do the fake drivers have in common?  The entry points of a Vulkan driver (vk_icd.h), so that
 * the real loader takes each of them for one. */
#ifndef WEIGHIN_TESTS_DRIVERS_DRIVER_H
#define WEIGHIN_TESTS_DRIVERS_DRIVER_H

#define VK_NO_PROTOTYPES
#include <stdint.h>
#include <string.h>
#include <vulkan/vk_icd.h>
#include <vulkan/vulkan.h>

#define EXPORTED __attribute__((visibility("default")))

typedef struct {
  const char* name;
  PFN_vkVoidFunction function;
} Entry;

static inline PFN_vkVoidFunction find_entry(const Entry* entries, size_t count, const char* name) {
  for (size_t i = 0; i < count; ++i) {
    if (strcmp(entries[i].name, name) == 0) return entries[i].function;
  }
  return NULL;
}

/* A driver that agrees to everything asked of it before there is an instance. */
static inline VkResult agree(uint32_t* version) {
  if (*version > 5) *version = 5;
  return VK_SUCCESS;
}

static inline VKAPI_ATTR VkResult VKAPI_CALL no_extensions(const char* layer, uint32_t* count,
                                                           VkExtensionProperties* properties) {
  (void)layer;
  (void)properties;
  *count = 0;
  return VK_SUCCESS;
}

static inline VKAPI_ATTR VkResult VKAPI_CALL version_1_3(uint32_t* version) {
  *version = VK_API_VERSION_1_3;
  return VK_SUCCESS;
}

#endif
