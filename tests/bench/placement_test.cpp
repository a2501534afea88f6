// Do threads get physical performance cores first?
#include "bench/placement.hpp"

#include <gtest/gtest.h>

#include "support/support.hpp"

namespace weighin {
namespace {

TEST(Placement, OneOfEachCoreThenTheSiblings) {
  const std::vector<CpuPlace> places{{0, 0, 0}, {1, 0, 0}, {2, 2, 0}, {3, 2, 0}};
  EXPECT_EQ(place_threads(places, 2), (std::vector<int>{0, 2}));
  EXPECT_EQ(place_threads(places, 3), (std::vector<int>{0, 2, 1}));
  EXPECT_EQ(place_threads(places, 9), (std::vector<int>{0, 2, 1, 3}));
  EXPECT_TRUE(place_threads(places, 0).empty());
}

TEST(Placement, PerformanceCoresBeforeEfficiencyCores) {
  // Two efficiency cores first by number; the better of two equal cores gives no order.
  const std::vector<CpuPlace> places{
      {0, 0, 3900}, {1, 1, 3900}, {2, 2, 5000}, {3, 2, 5000}, {4, 4, 5200}};
  EXPECT_EQ(place_threads(places, 2), (std::vector<int>{2, 4}));
  EXPECT_EQ(place_threads(places, 5), (std::vector<int>{2, 4, 0, 1, 3}));
}

TEST(Placement, ReadsTheSystemsWords) {
  test::TemporaryFolder folder;
  const std::string cpu = "root/sys/devices/system/cpu/cpu";
  folder.write(cpu + "4/topology/thread_siblings_list", "0,4\n");
  folder.write(cpu + "4/cpufreq/cpuinfo_max_freq", "5000000\n");
  folder.write(cpu + "5/topology/thread_siblings_list", "rubbish");
  folder.write(cpu + "5/cpu_capacity", "446\n");
  folder.write("root/proc/stat", "");
  const auto host = recorded_host(folder.path().string());
  ASSERT_TRUE(host.ok()) << to_text(host.error());
  const auto places = describe_cpus(**host, {4, 5, 6});
  ASSERT_EQ(places.size(), 3u);
  EXPECT_EQ(places[0].core, 0);
  EXPECT_EQ(places[0].strength, 5e6);
  EXPECT_EQ(places[1].core, 5);
  EXPECT_EQ(places[1].strength, 446);
  EXPECT_EQ(places[2].core, 6);
  EXPECT_EQ(places[2].strength, 0);
}

TEST(Placement, CpuLists) {
  EXPECT_EQ(first_of_cpu_list("3,7\n"), 3);
  EXPECT_EQ(first_of_cpu_list("0-1"), 0);
  EXPECT_FALSE(first_of_cpu_list(""));
  EXPECT_FALSE(first_of_cpu_list("-5"));
  EXPECT_FALSE(first_of_cpu_list("99999999999"));
  EXPECT_FALSE(first_of_cpu_list("123456"));
}

}  // namespace
}  // namespace weighin
