// Does exactly the GPU that was named stay, and is a name that is none refused with the list?
#include "session/choose_gpus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weighin {
namespace {

using ::testing::HasSubstr;

DeviceProfile three() {
  DeviceProfile profile;
  for (const char* uuid :
       {"11111111-aaaa-bbbb-cccc-000000000000", "22222222-aaaa-bbbb-cccc-000000000000", ""}) {
    Gpu gpu;
    gpu.name = "GPU number " + std::to_string(profile.gpus.size());
    if (*uuid != '\0') gpu.uuid = Known<std::string>::of(uuid, "Vulkan");
    profile.gpus.push_back(std::move(gpu));
  }
  return profile;
}

std::vector<std::string> names_of(const std::vector<std::string>& chosen) {
  DeviceProfile profile = three();
  const Result<Done> done = choose_gpus(profile, chosen);
  if (!done) return {to_text(done.error())};
  std::vector<std::string> names;
  for (const Gpu& gpu : profile.gpus) names.push_back(gpu.name.substr(11));
  return names;
}

TEST(ChooseGpus, ByIndexAndByUuid) {
  using List = std::vector<std::string>;
  EXPECT_EQ(names_of({}), (List{"0", "1", "2"}));
  EXPECT_EQ(names_of({"2"}), List{"2"});
  EXPECT_EQ(names_of({"2", "0"}), (List{"0", "2"}));
  EXPECT_EQ(names_of({"1", "1"}), List{"1"});
  EXPECT_EQ(names_of({"22222222-aaaa-bbbb-cccc-000000000000"}), List{"1"});
  EXPECT_EQ(names_of({"GPU-11111111-AAAA-BBBB-CCCC-000000000000"}), List{"0"});
  EXPECT_EQ(names_of({"22222222"}), List{"1"}) << "the first group of a UUID, and no index";
}

TEST(ChooseGpus, WhatIsLeftOutIsSaid) {
  DeviceProfile profile = three();
  ASSERT_TRUE(choose_gpus(profile, {"1"}));
  ASSERT_EQ(profile.gpu_faults.size(), 2u);
  EXPECT_EQ(profile.gpu_faults[0].driver, "GPU 0: GPU number 0");
  EXPECT_EQ(profile.gpu_faults[1].status, Status::skipped);
  EXPECT_THAT(profile.gpu_faults[1].why, HasSubstr("--gpu"));
}

TEST(ChooseGpus, ANameThatIsNoneIsRefusedWithTheList) {
  for (const char* name : {"3", "99999999999999999999", "-1", "", "GPU-", "2222", "xyz", "1.0",
                           "33333333-aaaa-bbbb-cccc-000000000000", "0x1", " 1", "1111111"}) {
    DeviceProfile profile = three();
    const Result<Done> done = choose_gpus(profile, {"1", name});
    ASSERT_FALSE(done) << name;
    EXPECT_EQ(done.error().kind, ErrorKind::usage);
    EXPECT_EQ(done.error().where, "--gpu");
    EXPECT_THAT(done.error().hint, HasSubstr("1 GPU number 1 (22222222-aaaa")) << name;
    EXPECT_EQ(profile.gpus.size(), 3u) << "nothing is changed";
  }
  DeviceProfile none;
  EXPECT_THAT(choose_gpus(none, {"0"}).error().hint, HasSubstr("no GPU was found"));
}

TEST(ChooseGpus, TwoThatBeginAlikeAreNotGuessedBetween) {
  DeviceProfile profile = three();
  profile.gpus[1].uuid = profile.gpus[0].uuid;
  EXPECT_FALSE(choose_gpus(profile, {"11111111"}));
}

}  // namespace
}  // namespace weighin
