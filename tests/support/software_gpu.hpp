// How does a test get a device to compute on where there is no GPU?  Mesa's lavapipe.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "bench/gpu/gpu_lab.hpp"

namespace weighin::test {

inline const char* const kLavapipeManifest = "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json";
inline const char* const kLavapipeLibrary = "/usr/lib/x86_64-linux-gnu/libvulkan_lvp.so";

/// Why there is none here; empty where there is one.
inline std::string no_software_gpu() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  return "lavapipe leaks and races by itself: not run in a process with a sanitizer";
#else
  if (!std::filesystem::exists(kLavapipeManifest)) return "no lavapipe (mesa-vulkan-drivers)";
  return "";
#endif
}

/// An open driver in this very process, which ends with the test.
struct SoftwareGpu {
  vulkan::Loader loader;
  vulkan::Instance instance;
  VkPhysicalDevice device = nullptr;

  /// Fails the test where lavapipe is there and does not answer.
  static std::optional<SoftwareGpu> open() {
    setenv("VK_DRIVER_FILES", kLavapipeManifest, 1);
    setenv("VK_ICD_FILENAMES", kLavapipeManifest, 1);
    setenv("VK_LOADER_LAYERS_DISABLE", "~implicit~", 1);
    const auto loader = vulkan::open_loader();
    if (!loader) {
      ADD_FAILURE() << to_text(loader.error());
      return std::nullopt;
    }
    const auto instance = vulkan::create_instance(*loader);
    if (!instance) {
      ADD_FAILURE() << to_text(instance.error());
      return std::nullopt;
    }
    const auto list = vulkan::list_devices(*instance, 8);
    if (!list || list->devices.empty()) {
      ADD_FAILURE() << "lavapipe shows no device";
      return std::nullopt;
    }
    return SoftwareGpu{*loader, *instance, list->devices.front()};
  }
};

/// The device with its buffers, small.
inline std::unique_ptr<GpuLab> open_lab() {
  const auto gpu = SoftwareGpu::open();
  if (!gpu) return nullptr;
  GpuSizes sizes;
  sizes.small = true;
  auto lab = GpuLab::open(gpu->loader, gpu->instance, gpu->device, sizes);
  if (!lab) {
    ADD_FAILURE() << to_text(lab.error());
    return nullptr;
  }
  return std::make_unique<GpuLab>(std::move(*lab));
}

}  // namespace weighin::test
