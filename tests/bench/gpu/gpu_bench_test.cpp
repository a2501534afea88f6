// Is whatever a driver does while it is measured a fact, and the rest whole?
//
// Through the real loader and our own program run again as the child: the fake driver of
// tests/drivers with faults, and lavapipe as the device that computes.
#include "bench/gpu/gpu_bench.hpp"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "bench/gpu/gpu_session.hpp"
#include "support/fake_card.hpp"
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

class FakeGpu : public testing::Test {
 protected:
  void SetUp() override {
    if (::dlopen("libvulkan.so.1", RTLD_LAZY | RTLD_LOCAL) == nullptr)
      GTEST_SKIP() << "no Vulkan loader (libvulkan1) on this machine";
  }

  std::vector<Measurement> measure(const json& machine, const std::string& only = "") {
    return measure_all(machine, only).list;
  }

  GpuFigures measure_all(const json& machine, const std::string& only = "") {
    const std::string library = std::string(WEIGHIN_BINARY_DIR) + "/drivers/libfake.so";
    folder_.write("fake.json", R"({"file_format_version": "1.0.0", "ICD": {"api_version": "1.3.0",)"
                               R"( "library_path": ")" +
                                   library + "\"}}");
    folder_.write("fake.gpu", machine.dump());
    BenchOptions options = options_of(seconds_, only);
    options.gpu_seconds = gpu_seconds_;
    options.gpu_drivers = {{"fake.json", (folder_.path() / "fake.json").string(), library}};
    const auto host = live_host();
    DeviceProfile profile = profile_of("Fake GPU", "fake.json", false);
    if (two_) profile.gpus.push_back(profile.gpus.front());
    return measure_gpus(profile, options, *host,
                        [this](const Event& event) { said_.push_back(event); });
  }

  /// The fault comes after so many calls of the function, counted from when decode is prepared:
  /// reading and copying have three shaders each for their three ways, the transfers none.
  json with_fault_in_decode(const char* function, const char* what, int after) {
    json machine = with_fault(function, what, after);
    machine["when"][function] = {{"function", "vkCreateComputePipelines"}, {"calls", 7}};
    return machine;
  }

  json with_fault(const char* function, const char* what, int after = 0) {
    json machine = fake_card();
    machine["faults"][function] = what;
    machine["after"][function] = after;
    return machine;
  }

  TemporaryFolder folder_;
  std::vector<Event> said_;
  bool two_ = false;  // the driver shows the same GPU twice
  double seconds_ = 0.6, gpu_seconds_ = 0.0;
};

const Measurement& figure(const std::vector<Measurement>& list, const std::string& name) {
  for (const Measurement& m : list) {
    if (m.name == name) return m;
  }
  static const Measurement none;
  ADD_FAILURE() << "no figure " << name;
  return none;
}

/// The fake device copies, and that alone.
bool is_copied(const Measurement& m) { return m.name.starts_with("transfer"); }

void expect_all_without_rate(const std::vector<Measurement>& list, bool but_transfers = false) {
  EXPECT_EQ(list.size(), gpu_figures("gpu0", "").size());
  for (const Measurement& m : list) {
    EXPECT_EQ(m.place, "gpu0");
    if (but_transfers && is_copied(m)) {
      EXPECT_TRUE(m.status == BenchStatus::ok || m.status == BenchStatus::unstable) << m.why;
      EXPECT_TRUE(m.bytes_per_second && m.checked) << m.name;
      continue;
    }
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

TEST_F(FakeGpu, ADeviceLostInMidBenchIsAFactBesideWhatWasMeasured) {
  seconds_ = 20.0;
  const auto all = measure_all(with_fault_in_decode("vkQueueSubmit", "lost", 3));
  const auto& list = all.list;
  expect_all_without_rate(list, true);
  ASSERT_EQ(all.warnings.size(), 1u);
  EXPECT_THAT(all.warnings[0], StartsWith("gpu0 (Fake GPU) "));
  EXPECT_THAT(all.warnings[0], HasSubstr("VK_ERROR_DEVICE_LOST"));
  EXPECT_THAT(all.warnings[0], HasSubstr("; 2 of 15 figures had been measured by then"));
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

TEST_F(FakeGpu, AHangInSubmitIsEndedByItsSilence) {
  seconds_ = 20.0;  // all its time is much longer than the silence
  const auto all = measure_all(with_fault_in_decode("vkQueueSubmit", "hang", 3));
  expect_all_without_rate(all.list, true);
  EXPECT_THAT(all.list.back().why, HasSubstr("stood still for 1.5 s while measuring decode"));
  ASSERT_EQ(all.warnings.size(), 1u);
}

TEST_F(FakeGpu, AHangBeforeTheFirstFigureIsEndedByItsSilence) {
  seconds_ = 20.0;  // all its time is much longer than the silence
  for (const char* function : {"vkCreateDevice", "vkCreateComputePipelines", "vkAllocateMemory"}) {
    const auto all = measure_all(with_fault(function, "hang"), "decode q4_0");
    ASSERT_EQ(all.list.size(), 1u) << function;
    EXPECT_THAT(all.list[0].why, HasSubstr("stood still for 2.0 s while ")) << function;
    ASSERT_EQ(all.warnings.size(), 1u);
    EXPECT_THAT(all.warnings[0], HasSubstr("nothing of it was measured"));
  }
}

TEST_F(FakeGpu, ADriverThatHungIsNotTriedWithItsNextGpu) {
  two_ = true;
  seconds_ = 20.0;
  const auto all = measure_all(with_fault("vkCreateComputePipelines", "hang"), "decode q4_0");
  ASSERT_EQ(all.list.size(), 2u);
  EXPECT_THAT(all.list[0].why, HasSubstr("stood still"));
  EXPECT_EQ(all.list[1].status, BenchStatus::skipped);
  EXPECT_THAT(all.list[1].why, HasSubstr("its driver hung while another of its GPUs"));
}

TEST_F(FakeGpu, ADriverThatIsTooSlowLeavesTheLastFiguresOut) {
  json machine = fake_card();
  machine["slow"] = {{"vkCreateComputePipelines", 60}};
  gpu_seconds_ = 1.5;
  const auto list = measure(machine);
  EXPECT_EQ(list.back().status, BenchStatus::skipped) << list.back().why;
  // The child ends by itself; on a machine that is held up its parent may be the first.
  EXPECT_THAT(list.back().why, AnyOf(HasSubstr("no time was left"), HasSubstr("within 1.7 s")));
  EXPECT_EQ(list.back().format, "Q4_K");
}

TEST_F(FakeGpu, FiguresAreToldWhileTheChildRuns) {
  seconds_ = 20.0;
  measure_all(with_fault_in_decode("vkQueueSubmit", "crash", 3));
  double done = 0.0;
  int transfers = 0;
  for (const Event& event : said_) {
    EXPECT_GE(event.done, done);
    EXPECT_LE(event.done, 1.0);
    done = event.done;
    transfers +=
        event.text.starts_with("gpu0: transfer to ") && event.text.find("B/s") != std::string::npos;
  }
  EXPECT_GE(transfers, 2);
}

TEST_F(FakeGpu, ACrashInPipelineCreationIsAFact) {
  const auto list = measure(with_fault("vkCreateComputePipelines", "crash", 2));
  expect_all_without_rate(list);
  EXPECT_THAT(list.back().why,
              HasSubstr("not reached: crashed (SIGSEGV) while measuring memory read"));
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
  EXPECT_TRUE(measure_gpus(profile, options_of(1.0, ""), *host, {}).list.empty());
  // A rasterizer is measured where it is asked for, and not otherwise.
  profile = profile_of("llvmpipe", "lvp_icd.x86_64.json", true);
  EXPECT_TRUE(measure_gpus(profile, options_of(1.0, ""), *host, {}).list.empty());
}

TEST(GpuBench, AGpuThatNoDriverShowsIsSkippedWithAReason) {
  const auto host = live_host();
  const auto list =
      measure_gpus(profile_of("Tesla", "NVML", false), options_of(1.0, "memory"), *host, {}).list;
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
                                 [&](const Event& event) { said.push_back(event.text); })
                        .list;
  ASSERT_EQ(list.size(), 1u);
  const Measurement& m = figure(list, "memory read");
  ASSERT_THAT(to_text(m.status), AnyOf(std::string("ok"), std::string("unstable"))) << m.why;
  EXPECT_TRUE(m.checked);
  EXPECT_TRUE(m.isa.starts_with("vulkan"));
  ASSERT_GE(said.size(), 2u);
  EXPECT_THAT(said[1], HasSubstr("gpu0: memory read: "));
}

}  // namespace
}  // namespace weighin::test
