// Do all probes together give one profile, on this machine, on recorded ones and on none at all?
#include "probes/probe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "probes/chosen_drivers.hpp"
#include "support/fake_host.hpp"
#include "support/support.hpp"

namespace weighin {
namespace {

using test::FakeHost;
using test::TemporaryFolder;

ProbeOptions without_gpu() {
  ProbeOptions options;
  options.gpu = false;
  return options;
}

TEST(Probe, TheListNamesEveryProbeOnce) {
  std::vector<std::string> names;
  for (const ProbeInfo& info : probe_list()) {
    names.push_back(info.name);
    EXPECT_EQ(info.question.back(), '?') << info.name;
  }
  EXPECT_THAT(names, testing::IsSupersetOf({"memory", "container", "storage", "power", "system"}));
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(Probe, ThisMachineIsKnown) {
  const auto host = live_host();
  const DeviceProfile profile = probe(*host, without_gpu());
  EXPECT_TRUE(profile.live);
  ASSERT_TRUE(profile.memory.usable_bytes) << profile.memory.usable_bytes.why;
  EXPECT_GT(*profile.memory.usable_bytes, 0);
  EXPECT_LE(*profile.memory.usable_bytes, *profile.memory.available_bytes);
  EXPECT_TRUE(profile.memory.bound_by);
  EXPECT_GE(*profile.cpu.usable_threads, 1);
  EXPECT_TRUE(profile.system.kernel);
  ASSERT_EQ(profile.storage.size(), 1u);
}

TEST(Probe, AMachineThatAnswersNothingIsUnknownThroughout) {
  const DeviceProfile profile = probe(FakeHost{}, without_gpu());
  EXPECT_FALSE(profile.live);
  EXPECT_FALSE(profile.memory.total_bytes);
  EXPECT_FALSE(profile.memory.usable_bytes);
  EXPECT_FALSE(profile.memory.usable_bytes.why.empty());
  EXPECT_FALSE(profile.cpu.usable_threads);
  EXPECT_FALSE(profile.limits.cgroup);
}

TEST(Probe, AReplayIsTheSameDevice) {
  const auto host = live_host();
  const RecordingHost recorder(*host);
  const DeviceProfile before = probe(recorder, without_gpu());
  TemporaryFolder folder;
  ASSERT_TRUE(recorder.save((folder.path() / "m").string()).ok());
  auto replay = recorded_host((folder.path() / "m").string());
  ASSERT_TRUE(replay.ok()) << replay.error().what;
  const DeviceProfile after = probe(**replay, without_gpu());
  EXPECT_FALSE(after.live);
  EXPECT_EQ(after.memory.total_bytes, before.memory.total_bytes);
  EXPECT_EQ(after.memory.usable_bytes, before.memory.usable_bytes);
  EXPECT_EQ(after.memory.bound_by, before.memory.bound_by);
  EXPECT_EQ(after.memory.ballooned, before.memory.ballooned);
  EXPECT_EQ(after.memory.hugepages_bytes, before.memory.hugepages_bytes);
  EXPECT_EQ(after.limits.cgroup, before.limits.cgroup);
  EXPECT_EQ(after.limits.cpu_quota_cores, before.limits.cpu_quota_cores);
  EXPECT_EQ(after.limits.affinity_cpus, before.limits.affinity_cpus);
  EXPECT_EQ(after.limits.rlimit_memlock_bytes, before.limits.rlimit_memlock_bytes);
  EXPECT_EQ(after.cpu.usable_threads.value, before.cpu.usable_threads.value);
  ASSERT_EQ(after.storage.size(), before.storage.size());
  EXPECT_EQ(after.storage[0].free_bytes, before.storage[0].free_bytes);
  EXPECT_EQ(after.storage[0].filesystem, before.storage[0].filesystem);
  EXPECT_EQ(after.storage[0].rotational.value, before.storage[0].rotational.value);
  EXPECT_EQ(after.power.on_battery.value, before.power.on_battery.value);
  EXPECT_EQ(after.system.os, before.system.os);
  EXPECT_EQ(after.system.kernel, before.system.kernel);
  EXPECT_EQ(after.system.container.value, before.system.container.value);
  EXPECT_EQ(after.system.hypervisor, before.system.hypervisor);
}

// Runs the probes in a child that has set limits on itself first.
int in_a_child(const std::function<void()>& prepare) {
  const pid_t pid = fork();
  if (pid == 0) {
    prepare();
    const auto host = live_host();
    const DeviceProfile profile = probe(*host, without_gpu());
    _exit(profile.memory.total_bytes && profile.memory.bound_by ? 0 : 9);
  }
  int status = -1;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

TEST(Probe, SmallLimitsAreSurvived) {
  if (test::kSanitized) GTEST_SKIP() << "sanitizers need more addresses than the limit leaves";
  EXPECT_EQ(in_a_child([] {
              const rlimit limit{256u << 20, 256u << 20};
              setrlimit(RLIMIT_AS, &limit);
            }),
            0);
  EXPECT_EQ(in_a_child([] {
              const rlimit limit{32u << 20, 32u << 20};
              setrlimit(RLIMIT_DATA, &limit);
            }),
            0);
  EXPECT_EQ(in_a_child([] {
              const rlimit limit{20, 20};
              setrlimit(RLIMIT_NOFILE, &limit);
            }),
            0);
}

// A memory group of our own below the one that we stand in; skipped where we may not make one.
class OwnGroup {
 public:
  explicit OwnGroup(const std::string& limit) {
    std::ifstream groups("/proc/self/cgroup");
    for (std::string line; std::getline(groups, line);) {
      const std::size_t at = line.find(":memory:/");
      if (at == std::string::npos) continue;
      parent_ = "/sys/fs/cgroup/memory" + line.substr(at + 8);
    }
    if (parent_.empty()) return;
    while (parent_.ends_with('/')) parent_.pop_back();
    outer_ = parent_ + "/weighin-test-" + std::to_string(getpid());
    inner_ = outer_ + "/inner";
    std::error_code problem;
    std::filesystem::create_directory(outer_, problem);
    std::filesystem::create_directory(inner_, problem);
    std::ofstream(outer_ + "/memory.limit_in_bytes") << limit;
    made_ = !problem && std::filesystem::exists(inner_ + "/memory.limit_in_bytes", problem);
  }
  ~OwnGroup() {
    if (outer_.empty()) return;
    // A group that was just left may be busy for a moment.
    for (int tries = 0; tries < 100; ++tries) {
      rmdir(inner_.c_str());
      if (rmdir(outer_.c_str()) == 0 || errno == ENOENT) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }
  bool made() const { return made_; }
  bool enter() const {
    std::ofstream file(inner_ + "/cgroup.procs");
    file << getpid();
    file.close();
    return file.good();
  }

 private:
  std::string parent_, outer_, inner_;
  bool made_ = false;
};

TEST(Probe, ARealMemoryGroupAboveOurOwnIsFoundAndNamed) {
  const OwnGroup group("2147483648");
  if (!group.made()) GTEST_SKIP() << "no cgroup v1 memory hierarchy that may be written here";
  const pid_t pid = fork();
  if (pid == 0) {
    if (!group.enter()) _exit(77);
    const auto host = live_host();
    const DeviceProfile profile = probe(*host, without_gpu());
    const Memory& memory = profile.memory;
    if (memory.capacity_bytes !=
        Known<Bytes>::of(2147483648, memory.capacity_bytes.source, KnownBy::computed))
      _exit(1);
    if (memory.bound_by.value != "cgroup") _exit(2);
    if (memory.usable_bytes.value_or(-1) > 2147483648 ||
        memory.usable_bytes.value_or(-1) < 1500000000)
      _exit(3);
    if (memory.usable_bytes.why.find("weighin-test-") == std::string::npos) _exit(4);
    _exit(0);
  }
  int status = -1;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
    GTEST_SKIP() << "the group may not be entered";
  EXPECT_EQ(status, 0) << "exit code " << WEXITSTATUS(status);
}

TEST(Probe, AGroupOf32MegabytesIsSurvived) {
  if (test::kSanitized) GTEST_SKIP() << "sanitizers need more memory than the group has";
  const OwnGroup group("33554432");
  if (!group.made()) GTEST_SKIP() << "no cgroup v1 memory hierarchy that may be written here";
  const int status = in_a_child([&] {
    if (!group.enter()) _exit(77);
  });
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) GTEST_SKIP() << "it may not be entered";
  EXPECT_EQ(status, 0);
}

// Every recorded Linux tree gives a profile without a crash; those with /proc/meminfo know their
// memory.
TEST(Probe, RecordedTrees) {
  const auto shared = test::shared_folder() / "machines/hwloc";
  if (test::shared_folder().empty()) GTEST_SKIP() << "no recorded machines beside the checkout";
  std::size_t trees = 0;
  for (const char* group : {"linux", "x86+linux", "linux/allowed"}) {
    if (!std::filesystem::exists(shared / group)) continue;
    for (const auto& entry : std::filesystem::directory_iterator(shared / group)) {
      const std::string name = entry.path().filename().string();
      if (name.find(".tar.") == std::string::npos) continue;
      TemporaryFolder folder;
      // What these probes ask for; the whole trees take a minute to unpack. Not every tree has all.
      const std::string command =
          "tar -xf '" + entry.path().string() + "' -C '" + folder.path().string() +
          "' --wildcards '*/proc*' '*/sys/fs/cgroup*' '*/dev/c*' '*/sys/devices/system/node*' "
          "2>/dev/null";
      const int ignored =
          std::system(command.c_str());  // NOLINT(concurrency-mt-unsafe,cert-env33-c)
      static_cast<void>(ignored);
      for (const auto& tree : std::filesystem::directory_iterator(folder.path())) {
        auto host = recorded_host(tree.path().string());
        if (!host) continue;
        ++trees;
        const DeviceProfile profile = probe(**host, without_gpu());
        const auto meminfo = (*host)->read_file("/proc/meminfo");
        EXPECT_EQ(profile.memory.total_bytes.value.has_value(), meminfo.ok()) << name;
        if (meminfo) {
          EXPECT_TRUE(profile.memory.usable_bytes) << name;
        }
        if (name.starts_with("nvidiagpunumanodes")) {
          EXPECT_EQ(text_binary(*profile.memory.total_bytes), "252 GiB")
              << "six GPUs are not main memory";
        }
      }
    }
  }
  EXPECT_GE(trees, 28u);
}

}  // namespace
}  // namespace weighin
