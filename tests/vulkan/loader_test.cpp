// Is Vulkan reached rightly, and its absence or nonsense told in words?
#include "vulkan/loader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "vulkan/fake_vulkan.hpp"

namespace weighin::vulkan {
namespace {

using test::fake;
using ::testing::HasSubstr;

TEST(Loader, AbsentIsAFact) {
  const auto loader = open_loader("libno_such_vulkan.so.1");
  ASSERT_FALSE(loader.ok());
  EXPECT_EQ(loader.error().kind, ErrorKind::no_input);
  EXPECT_THAT(to_text(loader.error()), HasSubstr("the Vulkan loader is not installed"));
}

TEST(Loader, AnotherLibraryIsNoLoader) {
  const auto loader = open_loader("libc.so.6");
  ASSERT_FALSE(loader.ok());
  EXPECT_EQ(loader.error().kind, ErrorKind::data);
  EXPECT_THAT(loader.error().what, HasSubstr("no Vulkan loader"));
}

TEST(Loader, TheSystemsOneHasItsEntryPoints) {
  const auto loader = open_loader();
  if (!loader) GTEST_SKIP() << "no Vulkan loader (libvulkan1) on this machine";
  EXPECT_GE(loader->api_version, VK_API_VERSION_1_0);
  EXPECT_NE(loader->create_instance, nullptr);
}

TEST(Instance, AsksForNoMoreThanTheLoaderHas) {
  Loader loader = test::fake_loader();
  loader.api_version = VK_MAKE_API_VERSION(0, 1, 4, 300);
  ASSERT_TRUE(create_instance(loader).ok());
  EXPECT_EQ(fake.application_version, VK_API_VERSION_1_3);
  EXPECT_TRUE(fake.enabled.empty());
  loader = test::fake_loader(VK_API_VERSION_1_0);
  fake.instance_extensions = {VK_KHR_GET_PHYSICAL_DEVICE_PROPERTIES_2_EXTENSION_NAME,
                              VK_KHR_PORTABILITY_ENUMERATION_EXTENSION_NAME, "VK_KHR_surface"};
  const auto old = create_instance(loader);
  ASSERT_TRUE(old.ok());
  EXPECT_EQ(old->api_version, VK_API_VERSION_1_0);
  EXPECT_THAT(fake.enabled,
              testing::ElementsAre(VK_KHR_GET_PHYSICAL_DEVICE_PROPERTIES_2_EXTENSION_NAME,
                                   VK_KHR_PORTABILITY_ENUMERATION_EXTENSION_NAME));
  EXPECT_NE(fake.create_info.flags & VK_INSTANCE_CREATE_ENUMERATE_PORTABILITY_BIT_KHR, 0u);
  EXPECT_EQ(fake.create_info.enabledLayerCount, 0u);
}

TEST(Instance, SaysWhyItCouldNotBeCreated) {
  const Loader loader = test::fake_loader();
  fake.create_result = VK_ERROR_INCOMPATIBLE_DRIVER;
  EXPECT_THAT(create_instance(loader).error().what, HasSubstr("VK_ERROR_INCOMPATIBLE_DRIVER"));
  fake.create_result = static_cast<VkResult>(-77);
  EXPECT_THAT(create_instance(loader).error().what, HasSubstr("VkResult -77"));
  fake.create_result = VK_SUCCESS;
  fake.null_instance = true;
  EXPECT_FALSE(create_instance(loader).ok());
  fake.null_instance = false;
  fake.missing = {"vkGetPhysicalDeviceMemoryProperties"};
  EXPECT_THAT(create_instance(loader).error().what, HasSubstr("lacks functions"));
}

TEST(Devices, AreListedUpToTheLimit) {
  const Loader loader = test::fake_loader();
  const auto instance = create_instance(loader);
  fake.devices = 1000;
  const auto list = list_devices(*instance, 64);
  ASSERT_TRUE(list.ok());
  EXPECT_EQ(list->devices.size(), 64u);
  EXPECT_EQ(list->all, 1000u);
  fake.devices = 0;
  EXPECT_TRUE(list_devices(*instance, 64)->devices.empty());
}

TEST(Devices, MayChangeTheirCountBetweenTheCalls) {
  const auto instance = create_instance(test::fake_loader());
  fake.devices = 4;
  fake.devices_at_second_call = 2;
  EXPECT_EQ(list_devices(*instance, 64)->devices.size(), 2u);
  // A count that grows beyond what was given is not believed; handles never written are left out.
  fake.devices_at_second_call = 4000000000u;
  EXPECT_EQ(list_devices(*instance, 64)->devices.size(), 4u);
  fake.list_result = VK_ERROR_OUT_OF_HOST_MEMORY;
  EXPECT_THAT(list_devices(*instance, 64).error().what, HasSubstr("VK_ERROR_OUT_OF_HOST_MEMORY"));
}

TEST(AskTwice, TrustsNeitherCount) {
  std::uint32_t first = 5, second = 5;
  const auto call = [&](std::uint32_t* count, int* all) {
    if (all == nullptr) {
      *count = first;
    } else {
      for (std::uint32_t i = 0; i < *count; ++i) all[i] = 1;
      *count = second;
    }
    return VK_SUCCESS;
  };
  EXPECT_EQ(ask_twice<int>(call, 10).size(), 5u);
  EXPECT_EQ(ask_twice<int>(call, 3).size(), 3u);
  second = 2;
  EXPECT_EQ(ask_twice<int>(call, 10).size(), 2u);
  second = 4000000000u;
  EXPECT_EQ(ask_twice<int>(call, 10).size(), 5u);
  first = 0;
  EXPECT_TRUE(ask_twice<int>(call, 10).empty());
}

TEST(Versions, AreWrittenInThreeParts) {
  EXPECT_EQ(version_text(VK_MAKE_API_VERSION(0, 1, 3, 239)), "1.3.239");
}

}  // namespace
}  // namespace weighin::vulkan
