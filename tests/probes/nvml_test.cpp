// Is NVML asked rightly, through a library with its interface?
#include "probes/gpu/nvml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/support.hpp"

namespace weighin {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const std::string kDrivers = std::string(WEIGHIN_BINARY_DIR) + "/drivers/";

struct Asked {
  std::vector<std::string> stages;
  std::vector<json> devices;
  std::optional<std::string> why;
};

Asked ask(const std::string& library) {
  Asked asked;
  asked.why =
      nvml::describe_devices([&](const std::string& stage) { asked.stages.push_back(stage); },
                             [&](const json& one) { asked.devices.push_back(one); }, library);
  return asked;
}

TEST(Nvml, DescribesEachGpu) {
  const Asked asked = ask(kDrivers + "libnvml.so");
  EXPECT_EQ(asked.why, std::nullopt);
  ASSERT_EQ(asked.devices.size(), 3u);
  const json& plain = asked.devices[0];
  EXPECT_EQ(plain["name"], "NVIDIA Fake 1\xEF\xBF\xBD");  // a byte that is no UTF-8
  EXPECT_EQ(plain["uuid"], "GPU-00000001-0000-0000-0000-000000000001");
  EXPECT_EQ(plain["pci"], "00000000:01:00.0");
  EXPECT_EQ(plain["driver"], "550.54.15");
  EXPECT_EQ(plain["vendor_id"], 0x10de);
  EXPECT_EQ(plain["device_id"], 0x2330);
  EXPECT_EQ(plain["memory"]["total_bytes"], 24ull << 30);
  EXPECT_EQ(plain["memory"]["free_bytes"], 20ull << 30);
  EXPECT_FALSE(plain.contains("mig"));
}

TEST(Nvml, ListsTheSlicesOfAGpuThatIsCut) {
  const Asked asked = ask(kDrivers + "libnvml.so");
  ASSERT_EQ(asked.devices.size(), 3u);
  const json& cut = asked.devices[1];
  EXPECT_EQ(cut["mig"], true);
  ASSERT_EQ(cut["slices"].size(), 2u);
  EXPECT_EQ(cut["slices"][0]["memory"]["total_bytes"], 20ull << 30);
  EXPECT_EQ(cut["slices"][1]["uuid"], "MIG-00000016-0000-0000-0000-000000000001");
}

TEST(Nvml, SaysWhyAGpuHasNoMemoryOfItsOwn) {
  const Asked asked = ask(kDrivers + "libnvml.so");
  ASSERT_EQ(asked.devices.size(), 3u);
  EXPECT_FALSE(asked.devices[2].contains("memory"));
  EXPECT_EQ(asked.devices[2]["memory_why"], "Not Supported");
  EXPECT_EQ(asked.devices[2]["memory_not_supported"], true);
}

TEST(Nvml, TellsItsStagesBeforeEachStep) {
  const Asked asked = ask(kDrivers + "libnvml.so");
  EXPECT_THAT(asked.stages, testing::ElementsAre("opening NVML", "starting NVML",
                                                 "listing its devices", "describing device 0",
                                                 "describing device 1", "describing device 2"));
}

TEST(Nvml, SaysWhatIsWrongWithALibrary) {
  EXPECT_THAT(ask("/nonexistent/libnvidia-ml.so.1").why.value_or(""),
              HasSubstr("cannot be opened"));
  EXPECT_THAT(ask(kDrivers + "libno_driver.so").why.value_or(""),
              HasSubstr("lacks the entry points"));
}

}  // namespace
}  // namespace weighin
