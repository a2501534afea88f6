// Is the process's group found in every way that systems mount their hierarchies?
#include "probes/read/cgroup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_host.hpp"
#include "support/support.hpp"

namespace weighin {
namespace {

using test::FakeHost;
using testing::ElementsAre;

std::vector<std::string> folders(const std::optional<CgroupChain>& chain) {
  std::vector<std::string> found;
  if (!chain) return found;
  for (const CgroupLevel& level : chain->levels) found.push_back(level.folder);
  return found;
}

FakeHost machine(const std::string& cgroup, const std::string& mountinfo) {
  FakeHost host;
  host.files["/proc/self/cgroup"] = cgroup;
  host.files["/proc/self/mountinfo"] = mountinfo;
  return host;
}

constexpr const char* kV2 = "34 33 0:29 / /sys/fs/cgroup rw - cgroup2 cgroup rw,nsdelegate\n";
constexpr const char* kV1 =
    "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
    "36 31 0:33 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
    "37 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n";

TEST(Cgroup, LinesOfBothVersions) {
  const auto lines = read_cgroup_lines(
      "4:memory:/a\n2:cpu,cpuacct:/b:c\n1:name=systemd:/\n0::/d "
      "(deleted)\ninvalid-line:\n0\\using\\colons\\/\n"
      "x:cpu:/a\n5:cpu:relative\n");
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_THAT(lines[0].controllers, ElementsAre("memory"));
  EXPECT_THAT(lines[1].controllers, ElementsAre("cpu", "cpuacct"));
  EXPECT_EQ(lines[1].path, "/b:c");
  EXPECT_TRUE(lines[3].controllers.empty());
  EXPECT_EQ(lines[3].path, "/d");
}

TEST(Cgroup, VersionsByTheirMounts) {
  EXPECT_EQ(*cgroups_of(machine("", kV2)).version, "v2");
  EXPECT_EQ(*cgroups_of(machine("", kV1)).version, "v1");
  EXPECT_EQ(*cgroups_of(machine("", std::string(kV1) + kV2)).version, "hybrid");
  EXPECT_EQ(*cgroups_of(machine("", "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n")).version, "none");
  EXPECT_FALSE(cgroups_of(FakeHost{}).version);
  EXPECT_FALSE(cgroups_of(FakeHost{}).version.why.empty());
}

TEST(Cgroup, V2WalksUpToTheRoot) {
  FakeHost host = machine("0::/user.slice/a.scope\n", kV2);
  host.files["/sys/fs/cgroup/user.slice/a.scope/memory.max"] = "max\n";
  const auto chain = chain_of(host, cgroups_of(host), "memory");
  EXPECT_THAT(folders(chain), ElementsAre("/sys/fs/cgroup/user.slice/a.scope",
                                          "/sys/fs/cgroup/user.slice", "/sys/fs/cgroup"));
  EXPECT_EQ(chain->version, 2);
  EXPECT_TRUE(chain->exact);
  EXPECT_EQ(chain->levels[2].path, "/");
}

TEST(Cgroup, V1EachControllerHasItsOwnPath) {
  FakeHost host = machine("3:memory:/docker/large\n2:cpu,cpuacct:/docker\n1:cpuset:/\n", kV1);
  host.folders.insert("/sys/fs/cgroup/memory/docker/large");
  host.folders.insert("/sys/fs/cgroup/cpu,cpuacct/docker");
  const Cgroups cgroups = cgroups_of(host);
  EXPECT_THAT(folders(chain_of(host, cgroups, "memory")),
              ElementsAre("/sys/fs/cgroup/memory/docker/large", "/sys/fs/cgroup/memory/docker",
                          "/sys/fs/cgroup/memory"));
  EXPECT_THAT(folders(chain_of(host, cgroups, "cpu")),
              ElementsAre("/sys/fs/cgroup/cpu,cpuacct/docker", "/sys/fs/cgroup/cpu,cpuacct"));
  EXPECT_FALSE(chain_of(host, cgroups, "cpuset").has_value()) << "no mount holds it";
}

TEST(Cgroup, HybridTakesTheControllerWhereItIs) {
  FakeHost host =
      machine("4:memory:/m\n0::/u\n",
              std::string(kV1) + "40 31 0:40 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
  host.folders.insert("/sys/fs/cgroup/memory/m");
  host.folders.insert("/sys/fs/cgroup/unified/u");
  const Cgroups cgroups = cgroups_of(host);
  EXPECT_EQ(chain_of(host, cgroups, "memory")->version, 1);
  EXPECT_EQ(chain_of(host, cgroups, "io")->version, 2);
}

TEST(Cgroup, AMountOfAPartOfTheHierarchy) {
  // As in Docker without a namespace for control groups: the mount's root is the container's group.
  FakeHost host =
      machine("2:memory:/docker/0123/sub\n",
              "36 31 0:33 /docker/0123 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
  host.folders.insert("/sys/fs/cgroup/memory/sub");
  const auto chain = chain_of(host, cgroups_of(host), "memory");
  EXPECT_THAT(folders(chain), ElementsAre("/sys/fs/cgroup/memory/sub", "/sys/fs/cgroup/memory"));
  EXPECT_EQ(chain->levels[0].path, "/docker/0123/sub");
  EXPECT_EQ(chain->levels[1].path, "/docker/0123");
}

TEST(Cgroup, APathThatCannotBeSeenFallsBackToTheRoot) {
  const char* part = "36 31 0:33 /docker/0123 /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n";
  for (const auto& [cgroup, mount] :
       {std::pair{"1:cpu:/docker\n", part}, std::pair{"1:cpu:/docker/0123456\n", part},
        std::pair{"1:cpu:/docker/0123/not/there\n", part}, std::pair{"1:cpu:/../../x\n", part},
        std::pair{"1:cpu:/docker/0123/../x\n", part}, std::pair{"", part}}) {
    const FakeHost host = machine(cgroup, mount);
    const auto chain = chain_of(host, cgroups_of(host), "cpu");
    EXPECT_THAT(folders(chain), ElementsAre("/sys/fs/cgroup/cpu")) << cgroup;
    EXPECT_FALSE(chain->exact) << cgroup;
  }
}

TEST(Cgroup, OfSeveralMountsTheOneThatShowsUsCounts) {
  FakeHost host = machine("0::/a/b\n",
                          "30 1 0:29 /x /host/cgroup rw - cgroup2 cgroup2 rw\n"
                          "31 1 0:29 /a /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
                          "32 1 0:29 /y /other rw - cgroup2 cgroup2 rw\n");
  host.folders.insert("/sys/fs/cgroup/b");
  const auto chain = chain_of(host, cgroups_of(host), "memory");
  EXPECT_THAT(folders(chain), ElementsAre("/sys/fs/cgroup/b", "/sys/fs/cgroup"));
}

TEST(Cgroup, OldCpusetMountsHaveNoPrefix) {
  FakeHost host;
  host.files["/proc/mounts"] = "none /dev/cpuset cpuset rw 0 0\n";
  host.files["/proc/self/cpuset"] = "/jobs/1\n";
  host.files["/dev/cpuset/jobs/1/cpus"] = "0-3\n";
  const auto chain = chain_of(host, cgroups_of(host), "cpuset");
  ASSERT_TRUE(chain.has_value());
  EXPECT_TRUE(chain->no_prefix);
  EXPECT_THAT(folders(chain), ElementsAre("/dev/cpuset/jobs/1", "/dev/cpuset/jobs", "/dev/cpuset"));
}

TEST(Cgroup, AVeryDeepPathIsCutShort) {
  std::string path;
  for (int i = 0; i < 500; ++i) path += "/x";
  FakeHost host = machine("0::" + path + "\n", kV2);
  host.folders.insert("/sys/fs/cgroup" + path);
  const auto chain = chain_of(host, cgroups_of(host), "memory");
  EXPECT_LE(chain->levels.size(), 64u);
}

// Recorded by automaxprocs (MIT) and num_cpus (MIT or Apache-2.0).
TEST(Cgroup, RecordedMountTables) {
  const auto shared = test::shared_folder() / "machines/cgroup";
  if (test::shared_folder().empty()) GTEST_SKIP() << "no recorded machines beside the checkout";
  const auto read = [&](const char* file) { return test::slurp(shared / file); };
  FakeHost large = machine(read("automaxprocs/proc/cgroups/cgroup"),
                           read("automaxprocs/proc/cgroups/mountinfo"));
  large.folders.insert("/sys/fs/cgroup/memory/large");
  EXPECT_EQ(folders(chain_of(large, cgroups_of(large), "memory")).front(),
            "/sys/fs/cgroup/memory/large");
  EXPECT_THAT(folders(chain_of(large, cgroups_of(large), "cpu")),
              ElementsAre("/sys/fs/cgroup/cpu,cpuacct"));
  const FakeHost untold = machine(read("automaxprocs/proc/untranslatable/cgroup"),
                                  read("automaxprocs/proc/untranslatable/mountinfo"));
  EXPECT_FALSE(chain_of(untold, cgroups_of(untold), "cpuacct")->exact);
  const FakeHost both = machine("0::/\n", read("automaxprocs/proc/v2/mountinfo-v1-v2"));
  EXPECT_EQ(*cgroups_of(both).version, "hybrid");
  const FakeHost two = machine(read("num_cpus/cgroups2/proc/cgroups/cgroup"),
                               read("num_cpus/cgroups2/proc/cgroups/mountinfo"));
  EXPECT_THAT(folders(chain_of(two, cgroups_of(two), "cpu")), ElementsAre("/sys/fs/cgroup"));
  for (const char* file : {"mountinfo", "mountinfo_multi_opt", "mountinfo_zero_opt"}) {
    const FakeHost host =
        machine(read("num_cpus/cgroups/proc/cgroups/cgroup"),
                read((std::string("num_cpus/cgroups/proc/cgroups/") + file).c_str()));
    EXPECT_THAT(folders(chain_of(host, cgroups_of(host), "cpu")),
                ElementsAre("/sys/fs/cgroup/cpu,cpuacct"))
        << file;
  }
  const FakeHost cut =
      machine("1:cpu:/cpu\ninvalid-line:\n", read("automaxprocs/proc/invalid-mountinfo/mountinfo"));
  EXPECT_EQ(*cgroups_of(cut).version, "none");
}

}  // namespace
}  // namespace weighin
