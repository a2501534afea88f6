// What does a real driver let us do, and is a failure told with its name?
#include "vulkan/compute_device.hpp"

#include <gtest/gtest.h>

#include "support/software_gpu.hpp"

namespace weighin::vulkan {
namespace {

TEST(ComputeDevice, OpensLavapipeAndKnowsWhatItCan) {
  if (const auto none = test::no_software_gpu(); !none.empty()) GTEST_SKIP() << none;
  const auto gpu = test::SoftwareGpu::open();
  ASSERT_TRUE(gpu);
  const auto device = open_compute_device(gpu->loader, gpu->instance, gpu->device);
  ASSERT_TRUE(device.ok()) << to_text(device.error());
  const ComputeAbilities& able = device->able;
  EXPECT_TRUE(able.name.starts_with("llvmpipe")) << able.name;
  EXPECT_EQ(able.type, "cpu");
  EXPECT_TRUE(able.software);
  EXPECT_GE(able.subgroup_size, 4u);
  EXPECT_GE(able.max_invocations, 128u);
  EXPECT_GE(able.shared_bytes, 16384);
  EXPECT_GE(able.max_storage_bytes, 128 * kMiB);
  EXPECT_NE(device->handle, nullptr);
  EXPECT_NE(device->compute_queue, nullptr);
  EXPECT_FALSE(device->own_transfer_queue);
  EXPECT_EQ(device->transfer.index, device->compute.index);
}

TEST(ComputeDevice, ALostDeviceIsKnownByItsError) {
  const Error lost = vulkan_failure("the work was refused", VK_ERROR_DEVICE_LOST);
  EXPECT_EQ(lost.what, "the work was refused (VK_ERROR_DEVICE_LOST)");
  EXPECT_TRUE(is_lost(lost));
  EXPECT_FALSE(is_lost(vulkan_failure("no fence", VK_ERROR_OUT_OF_HOST_MEMORY)));
}

}  // namespace
}  // namespace weighin::vulkan
