// Is the good GPU always found, and is each broken driver named with what it did?
//
// The whole way: manifests, child processes of the real program, the system's Vulkan loader, the
// fake drivers of tests/drivers, and Mesa's lavapipe as the good device.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "probes/chosen_drivers.hpp"
#include "probes/gpu/driver_manifests.hpp"
#include "support/fake_host.hpp"

namespace weighin {
namespace {

using test::ask_gpus;
using test::child_left;
using test::has_loader;
using test::kSanitized;
using test::manifest_of;
using test::Outcome;
using test::TemporaryFolder;
using ::testing::HasSubstr;

const Gpu* lavapipe_of(const Outcome& outcome) {
  const auto& gpus = outcome.profile.gpus;
  const auto found = std::find_if(gpus.begin(), gpus.end(), [](const Gpu& gpu) {
    return gpu.software && gpu.name.find("llvmpipe") != std::string::npos;
  });
  return found == gpus.end() ? nullptr : &*found;
}

// One broken driver, or broken manifest, and what is to be said of it.
struct Broken {
  const char* name;
  const char* manifest;  ///< null: one that names the driver of this name
  const char* why;       ///< part of what is to be said; null: it does no harm that is seen
  bool runs = true;      ///< a child is started for it
};

void PrintTo(const Broken& broken, std::ostream* out) { *out << broken.name; }

const Broken kBroken[] = {
    {"crash_at_load", nullptr, "crashed (SIGSEGV) while loading the driver"},
    {"hang_at_load", nullptr, "while loading the driver"},
    {"exit_at_load", nullptr, "while loading the driver"},
    {"greedy_at_load", nullptr, "while loading the driver"},
    {"closes_streams", nullptr, "its library is no Vulkan driver"},
    {"closes_everything", nullptr, "closed the pipe of its answer"},
    {"floods_stdout", nullptr, "its library is no Vulkan driver"},
    {"floods_everything", nullptr, "flooded the pipe of its answer"},
    {"rubbish_in_pipe", nullptr, "while loading the driver"},
    {"forges_answer", nullptr, "answered rubbish while loading the driver"},
    {"no_driver", nullptr, "its library is no Vulkan driver"},
    {"null_entry_points", nullptr, "no instance could be created"},
    {"abort_in_negotiation", nullptr, "crashed (SIGABRT) while creating an instance"},
    {"crash_in_instance", nullptr, "crashed (SIGSEGV) while creating an instance"},
    {"hang_in_instance", nullptr, "while creating an instance"},
    {"library_missing", R"({"ICD": {"library_path": "/nonexistent/libvulkan_none.so"}})",
     "its library cannot be opened: /nonexistent/libvulkan_none.so"},
    {"malformed", R"({"ICD": {"library_path": )", "its manifest is not JSON", false},
    {"empty", "", "its manifest is empty", false},
    {"no_library", R"({"ICD": {"library_path": 7}})", "its manifest names no library", false},
    {"array", "[]", "its manifest has no \"ICD\"", false},
    {"ignores_sigterm", nullptr, "while loading the driver"},
    {"stops_itself", nullptr, "while loading the driver"},
    {"spins_at_load", nullptr, "while loading the driver"},
    {"trickles_rubbish", nullptr, "while loading the driver"},
    {"leaves_grandchildren", nullptr, "crashed (SIGABRT) while loading the driver"},
    {"leaves_daemon", nullptr, "its library is no Vulkan driver"},
    {"killed_at_load", nullptr, "crashed (SIGKILL) while loading the driver"},
    {"hangs_at_end", nullptr, "its library is no Vulkan driver"},
    {"overflows_stack", nullptr, "crashed (SIGSEGV) while creating an instance"},
    {"wild_entry_points", nullptr, "crashed (SIGSEGV) while creating an instance"},
    {"throws", nullptr, "a driver that throws"},
};

// Of these, those that are ended at the deadline.
const char* const kHang[] = {"hang_at_load",    "hang_in_instance", "exit_at_load",
                             "ignores_sigterm", "stops_itself",     "spins_at_load",
                             "trickles_rubbish"};

class BrokenDriver : public testing::TestWithParam<Broken> {
 protected:
  void SetUp() override {
    if (!has_loader()) GTEST_SKIP() << "no Vulkan loader (libvulkan1) on this machine";
    if (kSanitized && std::string(GetParam().name) == "greedy_at_load") {
      GTEST_SKIP() << "no memory limit can be set under a sanitizer";
    }
    const Broken& broken = GetParam();
    folder_.write(std::string(broken.name) + ".json",
                  broken.manifest != nullptr ? std::string(broken.manifest)
                                             : manifest_of(std::string(WEIGHIN_BINARY_DIR) +
                                                           "/drivers/lib" + broken.name + ".so"));
    path_ = (folder_.path() / (std::string(broken.name) + ".json")).string();
  }
  TemporaryFolder folder_;
  std::string path_;
};

// True where a child is left that no later call reaps, either: one that has taken gigabytes may
// need longer to die on a busy machine than it is waited for.
bool child_stays() {
  for (int i = 0; i < 50; ++i) {
    if (!child_left()) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return true;
}

TEST_P(BrokenDriver, AloneIsNamedWithWhatItDid) {
  // Those that hang are not waited for long; the others get the time that a busy machine needs.
  const std::string name = GetParam().name;
  const bool hangs =
      std::any_of(std::begin(kHang), std::end(kHang), [&](const char* one) { return name == one; });
  const double deadline = hangs ? 1.0 : 10.0;
  const Outcome outcome = ask_gpus(path_, deadline);
  EXPECT_TRUE(outcome.profile.gpus.empty());
  EXPECT_THAT(outcome.fault(file_name(path_)), HasSubstr(GetParam().why)) << outcome.document;
  EXPECT_EQ(outcome.children, GetParam().runs ? 1u : 0u);
  EXPECT_LT(outcome.seconds, deadline + 2.0);
  EXPECT_FALSE(GetParam().name == std::string("greedy_at_load") ? child_stays() : child_left());
}

TEST_P(BrokenDriver, BesideAGoodOneHidesNothing) {
  if (!test::has_lavapipe()) GTEST_SKIP() << "no lavapipe (mesa-vulkan-drivers) on this machine";
  const Outcome outcome = ask_gpus(path_ + ":" + test::kLavapipe);
  ASSERT_NE(lavapipe_of(outcome), nullptr) << outcome.document;
  EXPECT_THAT(outcome.fault(file_name(path_)), HasSubstr(GetParam().why)) << outcome.document;
  EXPECT_LT(outcome.seconds, 5.0);
  EXPECT_FALSE(GetParam().name == std::string("greedy_at_load") ? child_stays() : child_left());
}

INSTANTIATE_TEST_SUITE_P(All, BrokenDriver, testing::ValuesIn(kBroken),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(GpuProbe, AllBrokenDriversAtOnceDoNotHideTheGoodOne) {
  if (!has_loader()) GTEST_SKIP() << "no Vulkan loader (libvulkan1) on this machine";
  if (!test::has_lavapipe()) GTEST_SKIP() << "no lavapipe (mesa-vulkan-drivers) on this machine";
  TemporaryFolder folder;
  std::string files;
  std::size_t count = 0;
  for (const Broken& broken : kBroken) {
    if (kSanitized && std::string(broken.name) == "greedy_at_load") continue;
    ++count;
    const std::string file = std::string(broken.name) + ".json";
    folder.write(file, broken.manifest != nullptr
                           ? std::string(broken.manifest)
                           : manifest_of(std::string(WEIGHIN_BINARY_DIR) + "/drivers/lib" +
                                         broken.name + ".so"));
    files += (folder.path() / file).string() + ":";
  }
  folder.write("bomb.json", std::string(200000, '['));
  files += (folder.path() / "bomb.json").string() + ":";
  files += (folder.path() / "absent.json").string() + ":" + test::kLavapipe;
  const Outcome outcome = ask_gpus(files);
  ASSERT_NE(lavapipe_of(outcome), nullptr) << outcome.document;
  EXPECT_EQ(outcome.profile.gpu_faults.size(), count + 2);
  EXPECT_THAT(outcome.fault("bomb.json"), HasSubstr("nested too deep"));
  EXPECT_THAT(outcome.fault("absent.json"), HasSubstr("its manifest cannot be read"));
  EXPECT_LT(outcome.seconds, 5.0);
  EXPECT_FALSE(child_left());
}

// Files that are open in this process, and processes that are its children or of its children's
// groups, as /proc has them.
std::size_t open_files() {
  std::size_t count = 0;
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator("/proc/self/fd")) {
    ++count;
  }
  return count;
}

TEST(GpuProbe, ManyRunsLeaveNoProcessAndNoFileBehind) {
  if (!has_loader()) GTEST_SKIP() << "no Vulkan loader (libvulkan1) on this machine";
  TemporaryFolder folder;
  std::string files;
  for (const char* name : {"crash_at_load", "leaves_grandchildren", "killed_at_load", "no_driver",
                           "ignores_sigterm", "closes_everything"}) {
    const std::string file = std::string(name) + ".json";
    folder.write(file,
                 manifest_of(std::string(WEIGHIN_BINARY_DIR) + "/drivers/lib" + name + ".so"));
    files += (folder.path() / file).string() + ":";
  }
  // 1000 of them by hand: WEIGHIN_RUNS=1000.
  const char* const asked = std::getenv("WEIGHIN_RUNS");
  const int runs = asked != nullptr ? std::atoi(asked) : 10;
  const std::size_t before = open_files();
  for (int i = 0; i < runs; ++i) {
    const Outcome outcome = ask_gpus(files, 0.2);
    ASSERT_EQ(outcome.profile.gpu_faults.size(), 6u) << outcome.document;
    ASSERT_FALSE(child_left()) << "after run " << i;
    ASSERT_EQ(open_files(), before) << "after run " << i;
  }
}

TEST(GpuProbe, AnyNumberOfHungDriversTakesOneDeadline) {
  if (!has_loader()) GTEST_SKIP() << "no Vulkan loader (libvulkan1) on this machine";
  if (!test::has_lavapipe()) GTEST_SKIP() << "no lavapipe (mesa-vulkan-drivers) on this machine";
  // As many as are asked; the good one comes last but for one that is too many.
  TemporaryFolder folder;
  std::string files;
  for (int i = 0; i < static_cast<int>(kMostManifests) - 1; ++i) {
    const std::string name = "hung" + std::to_string(i), library = "lib" + name + ".so";
    std::filesystem::create_symlink(std::string(WEIGHIN_BINARY_DIR) + "/drivers/lib" +
                                        (i % 2 == 0 ? "hang_at_load" : "ignores_sigterm") + ".so",
                                    folder.path() / library);
    folder.write(name + ".json", manifest_of("./" + library));
    files += (folder.path() / (name + ".json")).string() + ":";
  }
  const Outcome outcome = ask_gpus(files + test::kLavapipe);
  EXPECT_NE(lavapipe_of(outcome), nullptr) << outcome.document;
  EXPECT_EQ(outcome.profile.gpu_faults.size(), kMostManifests - 1);
  EXPECT_LT(outcome.seconds, 5.0);
  EXPECT_FALSE(child_left());
}

// As one that sleeps inside the kernel: a helper traces it and lets it go neither at SIGTERM nor at
// SIGKILL (tests/drivers/held_by_tracer.c).
TEST(GpuProbe, AChildThatCannotBeKilledIsGivenUpInTime) {
  if (!has_loader()) GTEST_SKIP() << "no Vulkan loader (libvulkan1) on this machine";
  if (!test::has_lavapipe()) GTEST_SKIP() << "no lavapipe (mesa-vulkan-drivers) on this machine";
  TemporaryFolder folder;
  folder.write("held.json",
               manifest_of(std::string(WEIGHIN_BINARY_DIR) + "/drivers/libheld_by_tracer.so"));
  folder.write("none.json",
               manifest_of(std::string(WEIGHIN_BINARY_DIR) + "/drivers/libno_driver.so"));
  const Outcome outcome = ask_gpus((folder.path() / "held.json").string() + ":" + test::kLavapipe);
  if (outcome.fault("held.json").find("exit code 42") != std::string::npos)
    GTEST_SKIP() << "no process may be traced here";
  ASSERT_NE(lavapipe_of(outcome), nullptr) << outcome.document;
  EXPECT_THAT(outcome.fault("held.json"),
              testing::AllOf(HasSubstr("did not answer within 3"),
                             HasSubstr("could not be ended: the kernel holds it")));
  EXPECT_LT(outcome.seconds, 5.0);
  EXPECT_TRUE(child_left()) << "it lives on: nothing was tested";
  // Once the kernel lets go of it, the next call reaps it.
  bool left = true;
  for (int i = 0; i < 200 && left; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    ask_gpus((folder.path() / "none.json").string(), 10.0);
    left = child_left();
  }
  EXPECT_FALSE(left);
}

TEST(GpuProbe, LavapipeIsListedAndNeverCounted) {
  if (!has_loader()) GTEST_SKIP() << "no Vulkan loader (libvulkan1) on this machine";
  if (!test::has_lavapipe()) GTEST_SKIP() << "no lavapipe (mesa-vulkan-drivers) on this machine";
  const Outcome outcome = ask_gpus(test::kLavapipe, 20.0);
  ASSERT_NE(lavapipe_of(outcome), nullptr) << outcome.document;
  const Gpu& gpu = *lavapipe_of(outcome);
  EXPECT_EQ(gpu.vendor, "Mesa");
  EXPECT_EQ(gpu.type, "cpu");
  EXPECT_EQ(gpu.api, "vulkan");
  EXPECT_FALSE(gpu.vram_bytes);
  EXPECT_TRUE(gpu.subgroup.size);
  EXPECT_TRUE(gpu.limits.max_storage_buffer_bytes);
  EXPECT_THAT(*gpu.features, testing::Contains("storage_buffer_16bit"));
  EXPECT_TRUE(outcome.profile.gpu_faults.empty());
}

TEST(GpuProbe, NotAskedIsSkipped) {
  test::FakeHost host;
  ProbeOptions options;
  options.gpu = false;
  DeviceProfile profile;
  gpu_probe.run(host, options, profile);
  EXPECT_TRUE(profile.gpus.empty());
  ASSERT_EQ(profile.gpu_faults.size(), 1u);
  EXPECT_EQ(profile.gpu_faults[0].status, Status::skipped);
}

TEST(GpuProbe, ARecordedMachineAnswersAsItDid) {
  test::FakeHost host;
  host.files["/proc/meminfo"] = "MemTotal:       16000000 kB\nMemAvailable:    9000000 kB\n";
  host.answers["vulkan.json"] =
      test::slurp(test::source_folder() / "tests/fuzz/corpus/gpu_answers_fuzz/lavapipe.json");
  DeviceProfile profile;
  gpu_probe.run(host, {}, profile);
  ASSERT_EQ(profile.gpus.size(), 1u);
  EXPECT_TRUE(profile.gpus[0].software);
  // A machine that was recorded without the answer says so, and shows what the kernel shows.
  host.answers.clear();
  host.files["/sys/class/drm/card0/device/uevent"] = "DRIVER=i915\nPCI_SLOT_NAME=0000:00:02.0\n";
  host.files["/sys/class/drm/card0/device/vendor"] = "0x8086\n";
  gpu_probe.run(host, {}, profile);
  ASSERT_EQ(profile.gpus.size(), 1u);
  EXPECT_EQ(profile.gpus[0].api, "none");
  EXPECT_EQ(*profile.gpus[0].unified, true);
  ASSERT_EQ(profile.gpu_faults.size(), 1u);
  EXPECT_EQ(profile.gpu_faults[0].status, Status::unsupported);
}

}  // namespace
}  // namespace weighin
