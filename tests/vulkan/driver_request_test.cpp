// Does a child get one driver, no layers and its limits?
#include "vulkan/driver_request.hpp"

#include <gtest/gtest.h>

#include <map>

namespace weighin::vulkan {
namespace {

TEST(DriverRequest, NamesOneDriverAndTurnsLayersOff) {
  ChildRequest request = driver_request("/bin/weighin", {"__gpu-probe", "nvml"}, 2.5, 1 << 20);
  EXPECT_EQ(request.program, "/bin/weighin");
  EXPECT_EQ(request.arguments.size(), 2u);
  EXPECT_EQ(request.deadline_seconds, 2.5);
  EXPECT_TRUE(request.memory_limit_bytes == 1 << 20 || request.memory_limit_bytes == 0);
  choose_driver("/usr/share/vulkan/icd.d/x.json", {"DISABLE_LAYER_X"}, request);
  std::map<std::string, std::string> set(request.environment.begin(), request.environment.end());
  EXPECT_EQ(set["VK_DRIVER_FILES"], "/usr/share/vulkan/icd.d/x.json");
  EXPECT_EQ(set["VK_ICD_FILENAMES"], set["VK_DRIVER_FILES"]);
  EXPECT_EQ(set["VK_LOADER_LAYERS_DISABLE"], "~implicit~");
  EXPECT_EQ(set["DISABLE_LAYER_X"], "1");
  EXPECT_TRUE(set.count("VK_INSTANCE_LAYERS") == 1 && set["VK_INSTANCE_LAYERS"].empty());
}

}  // namespace
}  // namespace weighin::vulkan
