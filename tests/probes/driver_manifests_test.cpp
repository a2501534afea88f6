// Are the drivers found where the Vulkan loader finds them, each once, and broken manifests named?
#include "probes/gpu/driver_manifests.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_host.hpp"

namespace weighin {
namespace {

using test::FakeHost;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string manifest(const std::string& library, const std::string& more = "") {
  return R"({"file_format_version": "1.0.0", "ICD": {"api_version": "1.3.0", "library_path": ")" +
         library + "\"" + more + "}}";
}

std::vector<std::string> libraries(const FakeHost& host) {
  std::vector<std::string> all;
  for (const DriverManifest& one : find_drivers(host).manifests) all.push_back(one.library);
  return all;
}

TEST(DriverManifests, AreFoundInTheLoadersFoldersInItsOrder) {
  FakeHost host;
  host.variables["HOME"] = "/home/me";
  host.files["/home/me/.config/vulkan/icd.d/a.json"] = manifest("/lib/a.so");
  host.files["/etc/xdg/vulkan/icd.d/b.json"] = manifest("/lib/b.so");
  host.files["/etc/vulkan/icd.d/c.json"] = manifest("/lib/c.so");
  host.files["/home/me/.local/share/vulkan/icd.d/d.json"] = manifest("/lib/d.so");
  host.files["/usr/local/share/vulkan/icd.d/e.json"] = manifest("/lib/e.so");
  host.files["/usr/share/vulkan/icd.d/f.json"] = manifest("/lib/f.so");
  host.files["/usr/share/vulkan/icd.d/README"] = "no manifest";
  EXPECT_THAT(libraries(host), ElementsAre("/lib/a.so", "/lib/b.so", "/lib/c.so", "/lib/d.so",
                                           "/lib/e.so", "/lib/f.so"));
}

TEST(DriverManifests, AreChosenByTheEnvironment) {
  FakeHost host;
  host.variables["HOME"] = "/home/me";
  host.files["/usr/share/vulkan/icd.d/f.json"] = manifest("/lib/f.so");
  host.files["/opt/x.json"] = manifest("/lib/x.so");
  host.files["/opt/more/y.json"] = manifest("/lib/y.so");
  host.files["/run/data/vulkan/icd.d/z.json"] = manifest("/lib/z.so");
  host.files["/here/w.json"] = manifest("./w.so");
  host.variables["VK_ADD_DRIVER_FILES"] = "/opt/x.json";
  EXPECT_THAT(libraries(host), ElementsAre("/lib/x.so", "/lib/f.so"));
  host.variables["XDG_DATA_DIRS"] = "/run/data:relative:/run/data";
  EXPECT_THAT(libraries(host), ElementsAre("/lib/x.so", "/lib/z.so"));
  // Only what is listed counts, a folder stands for its manifests, and the newer name comes first.
  host.variables["VK_ICD_FILENAMES"] = "/opt/more";
  EXPECT_THAT(libraries(host), ElementsAre("/lib/y.so"));
  host.variables["PWD"] = "/here";
  host.variables["VK_DRIVER_FILES"] = "/opt/x.json:w.json";
  EXPECT_THAT(libraries(host), ElementsAre("/lib/x.so", "/here/./w.so"));
}

TEST(DriverManifests, TellPathsFromNames) {
  FakeHost host;
  host.files["/etc/vulkan/icd.d/a.json"] = manifest("libGLX_nvidia.so.0");
  host.files["/etc/vulkan/icd.d/b.json"] = manifest("../../../lib/b.so");
  EXPECT_THAT(libraries(host),
              ElementsAre("libGLX_nvidia.so.0", "/etc/vulkan/icd.d/../../../lib/b.so"));
}

TEST(DriverManifests, NameEachDriverOnce) {
  FakeHost host;
  host.files["/etc/vulkan/icd.d/a.json"] = manifest("/lib/a.so");
  host.files["/usr/share/vulkan/icd.d/a.json"] = manifest("/lib/a.so");
  host.variables["XDG_CONFIG_DIRS"] = "/etc:/etc/";
  EXPECT_THAT(libraries(host), ElementsAre("/lib/a.so"));
}

TEST(DriverManifests, AreTakenAsTolerantlyAsTheLoaderDoes) {
  FakeHost host;
  host.files["/etc/vulkan/icd.d/a.json"] = "\xEF\xBB\xBF" + manifest("/lib/a.so") + "\n\n}";
  host.files["/etc/vulkan/icd.d/b.json"] =
      R"({"ICD": {"library_path": "/lib/[[[[{{\"[.so", "list": [[1], [2]]}})";
  EXPECT_THAT(libraries(host), ElementsAre("/lib/a.so", "/lib/[[[[{{\"[.so"));
}

TEST(DriverManifests, SayWhatIsWrongWithThem) {
  FakeHost host;
  const std::string folder = "/etc/vulkan/icd.d/";
  host.files[folder + "a.json"] = "";
  host.files[folder + "b.json"] = "{\"ICD\": ";
  host.files[folder + "c.json"] = std::string(200000, '[');
  host.files[folder + "d.json"] = "[]";
  host.files[folder + "e.json"] = "{\"ICD\": {\"library_path\": []}}";
  host.files[folder + "f.json"] = manifest(std::string(5u << 20, 'x'));
  host.files[folder + "g.json"] = manifest(std::string(5000, 'x'));
  host.files[folder + "h.json"] = manifest("a\\u0000b");
  host.files[folder + "i.json"] = "null";
  const DriverSearch search = find_drivers(host);
  std::vector<std::string> faults;
  for (const DriverManifest& one : search.manifests) faults.push_back(one.fault);
  EXPECT_THAT(faults, ElementsAre("its manifest is empty", HasSubstr("not JSON"),
                                  HasSubstr("nested too deep"), "its manifest has no \"ICD\"",
                                  HasSubstr("names no library"), HasSubstr("cannot be read"),
                                  HasSubstr("is no path"), HasSubstr("is no path"),
                                  "its manifest has no \"ICD\""));
}

TEST(DriverManifests, OfAnotherProcessorAreSkipped) {
  FakeHost host;
  host.files["/etc/vulkan/icd.d/a.json"] = manifest("/lib/a.so", R"(, "library_arch": "32")");
  host.files["/etc/vulkan/icd.d/b.json"] = manifest("/lib/b.so", R"(, "library_arch": "64")");
  const DriverSearch search = find_drivers(host);
  ASSERT_EQ(search.manifests.size(), 2u);
  EXPECT_EQ(search.manifests[0].skipped, sizeof(void*) == 8);
  EXPECT_EQ(search.manifests[1].skipped, sizeof(void*) != 8);
}

TEST(DriverManifests, BeyondTheLimitAreCounted) {
  FakeHost host;
  for (int i = 0; i < 80; ++i) {
    host.files["/etc/vulkan/icd.d/" + std::to_string(100 + i) + ".json"] =
        manifest("/lib/" + std::to_string(i) + ".so");
  }
  const DriverSearch search = find_drivers(host);
  EXPECT_EQ(search.manifests.size(), kMostManifests);
  EXPECT_EQ(search.left_out, 80 - kMostManifests);
}

TEST(DriverManifests, BrokenOnesDoNotCrowdOutAGoodOne) {
  FakeHost host;
  for (int i = 0; i < 200; ++i) {
    host.files["/etc/vulkan/icd.d/" + std::to_string(100 + i) + ".json"] = "{";
  }
  host.files["/etc/vulkan/icd.d/099.json"] = manifest("/lib/good.so");
  DriverSearch search = find_drivers(host);
  EXPECT_EQ(search.manifests.size(), kMostFiles);
  EXPECT_EQ(search.left_out, 201 - kMostFiles);
  EXPECT_EQ(search.manifests.front().library, "/lib/good.so");
  host.files.clear();
  for (int i = 0; i < 70; ++i) {
    host.files["/etc/vulkan/icd.d/" + std::to_string(100 + i) + ".json"] = "{";
  }
  host.files["/etc/vulkan/icd.d/900.json"] = manifest("/lib/good.so");
  search = find_drivers(host);
  EXPECT_EQ(search.left_out, 0u);
  EXPECT_EQ(search.manifests.back().library, "/lib/good.so");
}

TEST(DriverManifests, NoneIsNoFault) {
  FakeHost host;
  const DriverSearch search = find_drivers(host);
  EXPECT_TRUE(search.manifests.empty());
  EXPECT_THAT(search.searched, testing::Contains("/usr/share/vulkan/icd.d"));
}

TEST(DriverManifests, ComeWithTheSwitchesOfImplicitLayers) {
  FakeHost host;
  host.files["/etc/vulkan/icd.d/a.json"] = manifest("/lib/a.so");
  host.files["/usr/share/vulkan/implicit_layer.d/one.json"] =
      R"({"layer": {"name": "A", "disable_environment": {"NODEVICE_SELECT": "1"}}})";
  host.files["/usr/share/vulkan/implicit_layer.d/two.json"] =
      R"({"layers": [{"disable_environment": {"DISABLE_B": "1", "LD_PRELOAD": "1", "PATH": "1",
          "A B": "1", "": "1"}}, {"disable_environment": []}, 7]})";
  host.files["/usr/share/vulkan/implicit_layer.d/three.json"] = "{";
  EXPECT_THAT(find_drivers(host).layer_switches,
              testing::UnorderedElementsAre("NODEVICE_SELECT", "DISABLE_B"));
}

TEST(DriverManifests, AreNamedByTheirFile) {
  EXPECT_EQ(file_name("/usr/share/vulkan/icd.d/lvp_icd.x86_64.json"), "lvp_icd.x86_64.json");
  EXPECT_EQ(file_name("plain.json"), "plain.json");
}

}  // namespace
}  // namespace weighin
