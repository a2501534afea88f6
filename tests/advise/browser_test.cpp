// Is what a page would be offered computed from what the device has?
#include "advise/browser.hpp"

#include <gtest/gtest.h>

#include "advise/devices.hpp"

namespace weighin {
namespace {

using test::device;
using test::with_gpu;

DeviceProfile with_features(DeviceProfile made, std::vector<std::string> features) {
  made.gpus.back().features = Known<std::vector<std::string>>::of(std::move(features), "Vulkan");
  return made;
}

AdviseOptions in_page(const char* runtime, const char* format = "") {
  AdviseOptions options;
  options.plan.runtime = runtime;
  options.plan.format = format;
  return options;
}

TEST(Browser, LimitsAreTheStepsThatThePageSees) {
  DeviceProfile profile = with_gpu(device(12, 16), 7, 8);
  const BrowserOffer nvidia = browser_offer(profile, true);
  EXPECT_EQ(nvidia.gpu, 0);
  // 4 GiB by its driver: above the step of 2 GiB, below the last; a binding is kept below 2 GiB.
  EXPECT_EQ(nvidia.max_buffer_bytes, 4 * kGiB - 4);
  EXPECT_EQ(nvidia.max_storage_binding_bytes, 2 * kGiB - 4);
  profile.gpus[0].vendor = "AMD";
  profile.gpus[0].limits.max_storage_buffer_bytes = Known<Bytes>::of(200 * kMiB, "limits");
  const BrowserOffer amd = browser_offer(profile, true);
  EXPECT_EQ(amd.max_buffer_bytes, 4 * kGiB - 4);
  EXPECT_EQ(amd.max_storage_binding_bytes, 128 * kMiB);
}

TEST(Browser, NoGpuIsSaidAndIsNoFailure) {
  const BrowserOffer none = browser_offer(device(12, 16), true);
  EXPECT_EQ(none.gpu, -1);
  EXPECT_FALSE(none.why_no_gpu.empty());
  EXPECT_FALSE(none.shader_f16);
  const BrowserOffer software = browser_offer(test::with_software_gpu(device(12, 16)), true);
  EXPECT_EQ(software.gpu, -1);
  EXPECT_TRUE(browser_offer(device(12, 16), true).wasm_simd.value_or(false));
  EXPECT_EQ(browser_offer(with_gpu(device(12, 16), 7, 8), false).gpu, -1);
}

TEST(Browser, ShaderF16IsAskedOfVulkan) {
  const DeviceProfile gpu = with_gpu(device(12, 16), 7, 8);
  EXPECT_FALSE(browser_offer(gpu, true).shader_f16) << "not known";
  const auto both = with_features(gpu, {"shader_float16", "storage_buffer_16bit"});
  EXPECT_TRUE(browser_offer(both, true).shader_f16.value_or(false));
  const auto one = with_features(gpu, {"shader_float16"});
  EXPECT_FALSE(browser_offer(one, true).shader_f16.value_or(true));
  const AdviseOptions half = in_page("webllm", "q4f16_1");
  EXPECT_TRUE(place_in_browser(both, test::model("llama-3.2-1b"), half, half.plan));
  EXPECT_FALSE(place_in_browser(one, test::model("llama-3.2-1b"), half, half.plan));
  const AdviseOptions whole = in_page("webllm", "q4f32_1");
  EXPECT_TRUE(place_in_browser(one, test::model("llama-3.2-1b"), whole, whole.plan));
}

TEST(Browser, WebLlmNeedsAGpuAndTransformersJsDoesNot) {
  const DeviceProfile plain = device(12, 16);
  const AdviseOptions webllm = in_page("webllm");
  EXPECT_FALSE(choose_place(plain, test::model("llama-3.2-1b"), webllm, webllm.plan));
  const AdviseOptions onnx = in_page("onnx-web");
  const auto small = choose_place(plain, test::model("distilbert-base-uncased"), onnx, onnx.plan);
  ASSERT_TRUE(small);
  EXPECT_EQ(small->place, "browser");
  EXPECT_EQ(small->fit(), Fit::fits);
}

TEST(Browser, WebAssemblyEndsAtFourGibibytes) {
  const AdviseOptions onnx = in_page("onnx-web", "q4");
  const auto large = choose_place(device(60, 64), test::model("llama-3.1-8b"), onnx, onnx.plan);
  ASSERT_TRUE(large);
  EXPECT_EQ(large->fit(), Fit::too_big);
  EXPECT_EQ(large->rooms.front().available_bytes.value_or(0), 4 * kGiB);
}

TEST(Browser, OneTensorMustFitOneBinding) {
  DeviceProfile profile = with_gpu(device(12, 16), 7, 8);
  profile.gpus[0].limits.max_storage_buffer_bytes = Known<Bytes>::of(128 * kMiB, "limits");
  const AdviseOptions webllm = in_page("webllm", "q4f16_1");
  // Gemma's table of 256000 words takes 281 MiB.
  const auto placed = choose_place(profile, test::model("gemma-2b"), webllm, webllm.plan);
  ASSERT_TRUE(placed);
  EXPECT_TRUE(placed->allocation_too_small);
  EXPECT_EQ(placed->fit(), Fit::too_big);
}

}  // namespace
}  // namespace weighin
