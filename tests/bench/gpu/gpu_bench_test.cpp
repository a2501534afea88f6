// Is whatever a driver does while it is measured a fact, and the rest whole?
//
// Through the real loader and our own program run again as the child: the fake driver of tests/drivers
// with faults, and lavapipe as the device that computes.
#include "bench/gpu/gpu_bench.hpp"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "bench/gpu/gpu_session.hpp"
#include "support/software_gpu.hpp"
#include "support/support.hpp"

namespace weighin::test {
namespace {

using nlohmann::json;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

DeviceProfile profile_of(const std::string& name, const std::string& manifest, bool software) {
  DeviceProfile profile;
  profile.live = true;
  Gpu gpu;
  gpu.name = name;
  gpu.api = "vulkan";
  gpu.software = software;
  gpu.seen_through = {manifest};
  profile.gpus.push_back(gpu);
  return profile;
}

BenchOptions options_of(double seconds, const std::string& only) {
  BenchOptions options;
  options.seconds = seconds;
  options.only = only;
  options.program = WEIGHIN_PROGRAM;
  return options;
}

/// A card of 8 GiB whose memory the CPU sees, too, that computes nothing.
json fake_card() {
  const json device{
      {"name", "Fake GPU"},
      {"vendor_id", 0x1002},
      {"device_id", 0x73bf},
      {"type", "discrete"},
      {"api_version", "1.3.200"},
      {"heaps", {{{"size_bytes", 8 * kGiB}, {"flags", 1}}}},
      {"memory_types", {{{"heap", 0}, {"flags", 1}}, {{"heap", 0}, {"flags", 14}}}},
      {"queues", {{{"flags", 7}, {"count", 1}, {"timestamp_bits", 64}}}},
      {"subgroup",
       {{"size", 64}, {"operations", {"basic", "arithmetic"}}, {"compute", true}}},
      {"limits",
       {{"max_storage_buffer_bytes", 4294967295u},
        {"max_memory_allocation_bytes", 4 * kGiB},
        {"max_shared_memory_bytes", 65536},
        {"max_workgroup_invocations", 1024},
        {"min_storage_buffer_offset_bytes", 16},
        {"timestamp_period_nanoseconds", 10.0}}}};
  return {{"devices", json::array({device})}, {"opens", true}};
}

class FakeGpu : public testing::Test {
 protected:
  void SetUp() override {
    if (::dlopen("libvulkan.so.1", RTLD_LAZY | RTLD_LOCAL) == nullptr)
      GTEST_SKIP() << "no Vulkan loader (libvulkan1) on this machine";
  }

  std::vector<Measurement> measure(const json& machine, const std::string& only = "") {
    const std::string library = std::string(WEIGHIN_BINARY_DIR) + "/drivers/libfake.so";
    folder_.write("fake.json", R"({"file_format_version": "1.0.0", "ICD": {"api_version": "1.3.0",)"
                               R"( "library_path": ")" + library + "\"}}");
    folder_.write("fake.gpu", machine.dump());
    BenchOptions options = options_of(0.6, only);
    options.gpu_drivers = {{"fake.json", (folder_.path() / "fake.json").string(), library}};
    const auto host = live_host();
    return measure_gpus(profile_of("Fake GPU", "fake.json", false), options, *host, {});
  }

  json with_fault(const char* function, const char* what, int after = 0) {
    json machine = fake_card();
    machine["faults"][function] = what;
    machine["after"][function] = after;
    return machine;
  }

  TemporaryFolder folder_;
};

const Measurement& figure(const std::vector<Measurement>& list, const std::string& name) {
  for (const Measurement& m : list) {
    if (m.name == name) return m;
  }
  static const Measurement none;
  ADD_FAILURE() << "no figure " << name;
  return none;
}

void expect_all_without_rate(const std::vector<Measurement>& list) {
  EXPECT_EQ(list.size(), gpu_figures("gpu0", "").size());
  for (const Measurement& m : list) {
    EXPECT_EQ(m.place, "gpu0");
    EXPECT_FALSE(m.bytes_per_second || m.operations_per_second) << m.name;
    EXPECT_TRUE(m.status == BenchStatus::error || m.status == BenchStatus::skipped) << m.name;
    EXPECT_FALSE(m.why.empty()) << m.name;
  }
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "a child is left";
}

TEST_F(FakeGpu, ADriverThatComputesNothingHasNoFigureButCosts) {
  const auto list = measure(fake_card(), "decode");
  ASSERT_EQ(list.size(), 5u);
  for (const Measurement& m : list) {
    EXPECT_EQ(m.status, BenchStatus::error) << m.name;
    EXPECT_EQ(m.why, "the result differed from the reference") << m.name;
  }
}

TEST_F(FakeGpu, ADeviceLostInMidBenchIsAFact) {
  const auto list = measure(with_fault("vkQueueSubmit", "lost", 60));
  expect_all_without_rate(list);
  int lost = 0;
  for (const Measurement& m : list) {
    if (m.status != BenchStatus::error || m.why.find("VK_ERROR_DEVICE_LOST") == std::string::npos)
      continue;
    EXPECT_THAT(m.why, StartsWith("the GPU's driver: "));
    ++lost;
  }
  EXPECT_EQ(lost, 1) << "one figure was under way when the device was lost";
  EXPECT_THAT(list.back().why, HasSubstr("not reached: "));
}

TEST_F(FakeGpu, AHangInSubmitIsEnded) {
  const auto list = measure(with_fault("vkQueueSubmit", "hang", 60));
  expect_all_without_rate(list);
  EXPECT_THAT(list.back().why, HasSubstr("did not answer within"));
}

TEST_F(FakeGpu, ACrashInPipelineCreationIsAFact) {
  const auto list = measure(with_fault("vkCreateComputePipelines", "crash", 2));
  expect_all_without_rate(list);
  EXPECT_THAT(list.back().why, HasSubstr("not reached: crashed (SIGSEGV) while preparing"));
}

TEST_F(FakeGpu, ADriverWithoutMemoryIsAFact) {
  const auto list = measure(with_fault("vkAllocateMemory", "no_memory"));
  expect_all_without_rate(list);
  for (const Measurement& m : list) {
    EXPECT_EQ(m.status, BenchStatus::error);
    EXPECT_THAT(m.why, HasSubstr("of its memory could not be had (VK_ERROR_OUT_OF_HOST_MEMORY)"));
  }
}

TEST_F(FakeGpu, ADeviceThatCannotBeOpenedIsAFact) {
  json machine = fake_card();
  machine["opens"] = false;
  const auto list = measure(machine);
  expect_all_without_rate(list);
  EXPECT_THAT(list.front().why,
              HasSubstr("the device could not be opened (VK_ERROR_INITIALIZATION_FAILED)"));
}

TEST(GpuBench, WithoutAGpuNothingIsMeasured) {
  const auto host = live_host();
  DeviceProfile profile;
  EXPECT_TRUE(measure_gpus(profile, options_of(1.0, ""), *host, {}).empty());
  // A rasterizer is measured where it is asked for, and not otherwise.
  profile = profile_of("llvmpipe", "lvp_icd.x86_64.json", true);
  EXPECT_TRUE(measure_gpus(profile, options_of(1.0, ""), *host, {}).empty());
}

TEST(GpuBench, AGpuThatNoDriverShowsIsSkippedWithAReason) {
  const auto host = live_host();
  const auto list =
      measure_gpus(profile_of("Tesla", "NVML", false), options_of(1.0, "memory"), *host, {});
  ASSERT_EQ(list.size(), 2u);
  for (const Measurement& m : list) {
    EXPECT_EQ(m.status, BenchStatus::skipped);
    EXPECT_THAT(m.why, HasSubstr("no Vulkan driver shows this GPU"));
  }
}

TEST(GpuBench, MeasuresLavapipeInAChild) {
  if (!std::filesystem::exists(kLavapipeManifest) || !std::filesystem::exists(kLavapipeLibrary))
    GTEST_SKIP() << "no lavapipe (mesa-vulkan-drivers)";
  const auto gpu = SoftwareGpu::open();
  ASSERT_TRUE(gpu);
  const std::string name = vulkan::compute_abilities(gpu->instance, gpu->device).name;
  BenchOptions options = options_of(0.6, "memory read");
  options.include_software = true;
  options.gpu_drivers = {{"lvp_icd.x86_64.json", kLavapipeManifest, kLavapipeLibrary}};
  std::vector<std::string> said;
  const auto host = live_host();
  const auto list = measure_gpus(profile_of(name, "lvp_icd.x86_64.json", true), options, *host,
                                 [&](const Event& event) { said.push_back(event.text); });
  ASSERT_EQ(list.size(), 1u);
  const Measurement& m = figure(list, "memory read");
  ASSERT_THAT(to_text(m.status), AnyOf(std::string("ok"), std::string("unstable"))) << m.why;
  EXPECT_TRUE(m.checked);
  EXPECT_TRUE(m.isa.starts_with("vulkan"));
  ASSERT_EQ(said.size(), 2u);
  EXPECT_THAT(said[1], HasSubstr("memory read, gpu0: "));
}

}  // namespace
}  // namespace weighin::test
