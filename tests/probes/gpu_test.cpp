// Is the good GPU always found, and is each broken driver named with what it did?
//
// The whole way: manifests, child processes of the real program, the system's Vulkan loader, the
// fake drivers of tests/drivers, and Mesa's lavapipe as the good device.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "probes/gpu/driver_manifests.hpp"
#include "probes/probe.hpp"
#include "support/fake_host.hpp"
#include "support/support.hpp"
#include "weighin/device.hpp"

namespace weighin {
extern const Probe gpu_probe;
namespace {

using test::FakeHost;
using test::TemporaryFolder;
using ::testing::HasSubstr;

constexpr bool kSanitized =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    true;
#else
    false;
#endif

const std::string kGood = "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json";

bool has_good() { return std::filesystem::exists(kGood); }
bool has_loader() {
  static const bool there = ::dlopen("libvulkan.so.1", RTLD_LAZY | RTLD_LOCAL) != nullptr;
  return there;
}

// The real machine's children and files, with the drivers that the test chooses.
class ChosenDrivers final : public Host {
 public:
  explicit ChosenDrivers(std::string files) : files_(std::move(files)) {}
  bool live() const override { return true; }
  std::string name() const override { return "this machine"; }
  Result<std::string> read_file(std::string_view path, std::size_t most) const override {
    return live_->read_file(path, most);
  }
  Result<std::vector<std::string>> list_directory(std::string_view path) const override {
    return live_->list_directory(path);
  }
  Result<std::string> read_link(std::string_view path) const override {
    return live_->read_link(path);
  }
  std::optional<std::string> environment(std::string_view name) const override {
    if (name == "VK_DRIVER_FILES") return files_;
    return live_->environment(name);
  }
  std::optional<CpuidRegisters> cpuid(std::uint32_t, std::uint32_t) const override { return {}; }
  std::optional<std::uint64_t> xcr0() const override { return {}; }
  Result<std::string> ask(std::string_view, const Producer& produce) const override {
    auto answer = produce();
    if (answer) answered = *answer;
    return answer;
  }
  double now_seconds() const override { return live_->now_seconds(); }
  ChildAnswer run_child(const ChildRequest& request) const override {
    return live_->run_child(request);
  }
  std::vector<ChildAnswer> run_children(const std::vector<ChildRequest>& all) const override {
    children = all.size();
    return live_->run_children(all);
  }
  std::string root() const override { return {}; }

  mutable std::string answered;
  mutable std::size_t children = 0;

 private:
  std::string files_;
  std::unique_ptr<Host> live_ = live_host();
};

struct Outcome {
  DeviceProfile profile;
  std::string document;
  double seconds = 0.0;
  std::size_t children = 0;

  const Gpu* good() const {
    const auto found = std::find_if(profile.gpus.begin(), profile.gpus.end(), [](const Gpu& gpu) {
      return gpu.software && gpu.name.find("llvmpipe") != std::string::npos;
    });
    return found == profile.gpus.end() ? nullptr : &*found;
  }
  std::string fault(const std::string& driver) const {
    for (const GpuFault& fault : profile.gpu_faults) {
      if (fault.driver == driver) return fault.why;
    }
    return "no fault of " + driver;
  }
};

Outcome ask(const std::string& files, double deadline = 3.0) {
  const ChosenDrivers host(files);
  ProbeOptions options;
  options.program = WEIGHIN_PROGRAM;
  options.driver_deadline_seconds = deadline;
  Outcome outcome;
  const auto begin = std::chrono::steady_clock::now();
  gpu_probe.run(host, options, outcome.profile);
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  outcome.document = host.answered;
  outcome.children = host.children;
  return outcome;
}

bool child_left() {
  return ::waitpid(-1, nullptr, WNOHANG) != -1;  // -1: no child, not even a dead one
}

std::string manifest_of(const std::string& library) {
  return R"({"file_format_version": "1.0.0", "ICD": {"api_version": "1.3.0", "library_path": ")" +
         library + "\"}}";
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
};

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

TEST_P(BrokenDriver, AloneIsNamedWithWhatItDid) {
  // Those that hang are not waited for long; the others get the time that a busy machine needs.
  const std::string name = GetParam().name;
  const double deadline = name.starts_with("hang") || name.starts_with("exit") ? 1.0 : 10.0;
  const Outcome outcome = ask(path_, deadline);
  EXPECT_TRUE(outcome.profile.gpus.empty());
  EXPECT_THAT(outcome.fault(file_name(path_)), HasSubstr(GetParam().why)) << outcome.document;
  EXPECT_EQ(outcome.children, GetParam().runs ? 1u : 0u);
  EXPECT_LT(outcome.seconds, deadline + 2.0);
  EXPECT_FALSE(child_left());
}

TEST_P(BrokenDriver, BesideAGoodOneHidesNothing) {
  if (!has_good()) GTEST_SKIP() << "no lavapipe (mesa-vulkan-drivers) on this machine";
  const Outcome outcome = ask(path_ + ":" + kGood);
  ASSERT_NE(outcome.good(), nullptr) << outcome.document;
  EXPECT_THAT(outcome.fault(file_name(path_)), HasSubstr(GetParam().why)) << outcome.document;
  EXPECT_LT(outcome.seconds, 5.0);
  EXPECT_FALSE(child_left());
}

INSTANTIATE_TEST_SUITE_P(All, BrokenDriver, testing::ValuesIn(kBroken),
                         [](const auto& one) { return std::string(one.param.name); });

TEST(GpuProbe, AllBrokenDriversAtOnceDoNotHideTheGoodOne) {
  if (!has_loader()) GTEST_SKIP() << "no Vulkan loader (libvulkan1) on this machine";
  if (!has_good()) GTEST_SKIP() << "no lavapipe (mesa-vulkan-drivers) on this machine";
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
  files += (folder.path() / "absent.json").string() + ":" + kGood;
  const Outcome outcome = ask(files);
  ASSERT_NE(outcome.good(), nullptr) << outcome.document;
  EXPECT_EQ(outcome.profile.gpu_faults.size(), count + 2);
  EXPECT_THAT(outcome.fault("bomb.json"), HasSubstr("nested too deep"));
  EXPECT_THAT(outcome.fault("absent.json"), HasSubstr("its manifest cannot be read"));
  EXPECT_LT(outcome.seconds, 5.0);
  EXPECT_FALSE(child_left());
}

}  // namespace
}  // namespace weighin
