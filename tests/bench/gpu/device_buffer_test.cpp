// Does each kind of memory come, and is what is too large refused?
#include "vulkan/device_buffer.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "support/software_gpu.hpp"

namespace weighin::vulkan {
namespace {

TEST(DeviceBuffer, HostMemoryIsMappedAndDeviceMemoryIsThere) {
  if (const auto none = test::no_software_gpu(); !none.empty()) GTEST_SKIP() << none;
  const auto gpu = test::SoftwareGpu::open();
  ASSERT_TRUE(gpu);
  const auto device = open_compute_device(gpu->loader, gpu->instance, gpu->device);
  ASSERT_TRUE(device.ok());
  auto host = make_buffer(*device, 1000, Where::host);
  ASSERT_TRUE(host.ok()) << to_text(host.error());
  EXPECT_EQ(host->bytes, 1008);  // whole units
  ASSERT_NE(host->data, nullptr);
  std::memset(host->data, 7, 1008);
  auto local = make_buffer(*device, 1 << 20, Where::device);
  ASSERT_TRUE(local.ok());
  EXPECT_EQ(local->data, nullptr);
  free_buffer(*device, *host);
  free_buffer(*device, *local);
  EXPECT_EQ(host->handle, nullptr);
  const auto huge = make_buffer(*device, Bytes{1} << 46, Where::device);
  EXPECT_FALSE(huge.ok());
}

}  // namespace
}  // namespace weighin::vulkan
