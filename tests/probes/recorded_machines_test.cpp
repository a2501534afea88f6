// Do the probes bear the recorded machines of others, and name them?
#include <gtest/gtest.h>

#include <cstdlib>

#include "probes/probe.hpp"
#include "support/support.hpp"

namespace weighin {
namespace {

namespace fs = std::filesystem;

std::string quoted(const fs::path& path) { return "'" + path.string() + "'"; }

// The folder that an archive of one machine holds; empty where tar fails.
fs::path unpacked(const fs::path& archive, const fs::path& into) {
  fs::create_directories(into);
  const std::string command = "tar -xf " + quoted(archive) + " -C " + quoted(into) + " 2>/dev/null";
  if (std::system(command.c_str()) != 0) return {};
  for (const auto& entry : fs::directory_iterator(into)) {
    if (entry.is_directory()) return entry.path();
  }
  return {};
}

// Every probe but those of GPUs, whose drivers no folder holds.
DeviceProfile probed(const Host& host) {
  DeviceProfile profile;
  for (const Probe* probe : probe_table()) {
    if (probe->name != "gpu") probe->run(host, {}, profile);
  }
  return profile;
}

std::string stem_of(const fs::path& archive) {
  const std::string name = archive.filename().string();
  return name.substr(0, name.find(".tar"));
}

fs::path machines() {
  const fs::path shared = test::shared_folder();
  return shared.empty() ? fs::path() : shared / "machines";
}

TEST(RecordedMachines, CpuidDumpsNameTheirDesign) {
  const fs::path folder = machines() / "hwloc" / "x86";
  if (!fs::is_directory(folder)) GTEST_SKIP() << "no recorded machines beside the checkout";
  int seen = 0, named = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().string().find(".tar.") == std::string::npos) continue;
    const std::string stem = stem_of(entry.path());
    const test::TemporaryFolder place;
    const fs::path tree = unpacked(entry.path(), place.path());
    ASSERT_FALSE(tree.empty()) << stem;
    const auto host = recorded_host(tree.string());
    ASSERT_TRUE(host) << stem << ": " << host.error().what;
    const DeviceProfile profile = probed(**host);
    EXPECT_TRUE(profile.cpu.vendor) << stem;
    EXPECT_TRUE(profile.cpu.model) << stem;
    EXPECT_TRUE(profile.cpu.simd) << stem;
    if (profile.cpu.microarchitecture) ++named;
    ++seen;
  }
  EXPECT_GT(seen, 15);
  EXPECT_GE(named * 10, seen * 9);
}

TEST(RecordedMachines, PhonesTellTheSameIn32BitButForHalfFloats) {
  const fs::path folder = machines() / "phones" / "cpuinfo";
  if (!fs::is_directory(folder)) GTEST_SKIP() << "no recorded machines beside the checkout";
  int seen = 0, pairs = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto profile_of = [](const fs::path& log) {
      const test::TemporaryFolder place;
      place.write("proc/cpuinfo", test::slurp(log));
      const auto host = recorded_host(place.path().string());
      return host ? probed(**host) : DeviceProfile{};
    };
    const std::string path = entry.path().string();
    const DeviceProfile profile = profile_of(entry.path());
    EXPECT_TRUE(profile.cpu.architecture) << path;
    EXPECT_TRUE(profile.cpu.logical_cores) << path;
    EXPECT_TRUE(profile.cpu.simd) << path;
    ++seen;
    const std::size_t cut = path.find(".armeabi.log");
    if (cut == std::string::npos || !fs::exists(path.substr(0, cut) + ".log")) continue;
    const DeviceProfile wide = profile_of(path.substr(0, cut) + ".log");
    EXPECT_EQ(*profile.cpu.architecture, *wide.cpu.architecture) << path;
    // The kernels of these phones have no 32-bit word for half floats (Galaxy S9, Mate 20): a
    // 32-bit program is told less, but nothing else.
    std::vector<std::string> told = *wide.cpu.simd;
    std::erase(told, "fp16");
    EXPECT_EQ(*profile.cpu.simd, told) << path;
    ++pairs;
  }
  EXPECT_GT(seen, 80);
  EXPECT_GT(pairs, 10);
}

TEST(RecordedMachines, OurOwnFolders) {
  const fs::path folder = test::source_folder() / "tests" / "machines";
  int seen = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (!entry.is_directory()) continue;
    const std::string name = entry.path().filename().string();
    EXPECT_TRUE(fs::exists(entry.path() / "about.md")) << name;
    const auto host = recorded_host(entry.path().string());
    ASSERT_TRUE(host) << name << ": " << host.error().what;
    const Cpu cpu = probed(**host).cpu;
    EXPECT_TRUE(cpu.vendor) << name;
    EXPECT_TRUE(cpu.logical_cores) << name;
    ASSERT_TRUE(cpu.simd) << name;
    if (name == "phone-snapdragon-835") {
      EXPECT_EQ(*cpu.logical_cores, 8);
      EXPECT_EQ(cpu.core_kinds.at(0).kind, "performance");
      EXPECT_EQ(cpu.simd->at(0), "neon");
      ++seen;
    }
    if (name == "laptop-intel-lakefield") {
      EXPECT_EQ(*cpu.physical_cores, 5);
      EXPECT_EQ(cpu.simd->back(), "sse4_2");
      ++seen;
    }
    if (name == "server-xeon-e5345") {
      EXPECT_EQ(*cpu.sockets, 2);
      EXPECT_EQ(*cpu.physical_cores, 8);
      EXPECT_TRUE(cpu.simd->empty());
      ++seen;
    }
  }
  EXPECT_EQ(seen, 3);
}

}  // namespace
}  // namespace weighin
