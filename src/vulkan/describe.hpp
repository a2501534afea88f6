// What does a Vulkan driver say about one of its devices?
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "vulkan/loader.hpp"

namespace weighin::vulkan {

/// Appends structures to a pNext chain.
class Chain {
 public:
  explicit Chain(void* head) : tail_(static_cast<VkBaseOutStructure*>(head)) {}
  template <class S>
  void add(S& part, VkStructureType type) {
    part.sType = type;
    part.pNext = nullptr;
    auto* const next = reinterpret_cast<VkBaseOutStructure*>(&part);
    tail_->pNext = next;
    tail_ = next;
  }

 private:
  VkBaseOutStructure* tail_;
};

/// What decides whether a structure may be asked for: the device's version and its extensions.
struct Abilities {
  std::uint32_t api_version = 0;  ///< the lesser of the device's and the instance's
  std::vector<VkExtensionProperties> extensions;

  bool has(std::string_view extension) const;
  /// True from that version of Vulkan on, or with the extension that it grew out of.
  bool has(std::uint32_t since, std::string_view extension) const {
    return api_version >= since || has(extension);
  }
};
Abilities abilities(const Instance& instance, VkPhysicalDevice device);

/// The device as JSON: `name`, `vendor_id`, `device_id`, `type`, `api_version`, `driver_*`, `uuid`,
/// `luid`, `pci`, `heaps`, `memory_types`, `features`, `limits`, `subgroup`,
/// `cooperative_matrices`, `queues`. What the driver cannot say is left out. Figures are the
/// driver's own, unchecked; texts are clean (clean_text).
nlohmann::json describe_device(const Instance& instance, VkPhysicalDevice device);

/// The names of the features that inference uses, in the words of `Gpu::features`.
std::vector<std::string> describe_features(const Instance& instance, VkPhysicalDevice device,
                                           const Abilities& abilities);
/// The shapes that the cooperative matrix extension multiplies in a subgroup.
nlohmann::json describe_matrices(const Instance& instance, VkPhysicalDevice device,
                                 const Abilities& abilities);
/// "f16", "s8", "bf16", … by VkComponentTypeKHR; "type 99" for one we do not know.
std::string component_text(std::uint32_t type);

/// Hexadecimal digits, two for each byte.
std::string hex_text(std::span<const std::uint8_t> bytes);

}  // namespace weighin::vulkan
