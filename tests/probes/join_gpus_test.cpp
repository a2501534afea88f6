// Is one GPU one row, whoever shows it, and is the truth of its memory chosen rightly?
#include "probes/gpu/join_gpus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weighin {
namespace {

using ::testing::ElementsAre;

constexpr const char* kUuid = "8932f937d72c4106c12f20bd9faed9f6";

SeenGpu gpu(std::size_t driver, const std::string& through, std::uint32_t driver_id,
            const std::string& type = "discrete", Bytes vram = 8 * kGiB) {
  SeenGpu seen;
  seen.driver = driver;
  seen.driver_id = driver_id;
  seen.vendor_id = 0x1002;
  seen.device_id = 0x73bf;
  seen.gpu.name = "GPU through " + through;
  seen.gpu.type = type;
  seen.gpu.api = "vulkan";
  seen.gpu.seen_through = {through};
  seen.memory.vendor_id = seen.vendor_id;
  seen.memory.driver_id = driver_id;
  seen.memory.type = type;
  const auto bytes = static_cast<std::uint64_t>(vram);
  seen.memory.heaps = {{bytes, true, bytes, 0}};
  return seen;
}

SeenCard card(const std::string& interface, const std::string& pci) {
  SeenCard one;
  one.interface = interface;
  one.name = "card of " + interface;
  one.pci = pci;
  one.vendor_id = 0x1002;
  one.device_id = 0x73bf;
  return one;
}

TEST(JoinGpus, OneGpuThroughTwoDriversIsOne) {
  for (const int key : {0, 1, 2}) {
    SeenGpu amdvlk = gpu(0, "amd_icd64.json", 2), radv = gpu(1, "radeon_icd.json", 3);
    for (SeenGpu* one : {&amdvlk, &radv}) {
      if (key == 0) one->uuid = kUuid;
      if (key == 1) one->luid = "0102030405060708";
      if (key == 2) one->pci = "0000:03:00.0";
    }
    const auto all = join_gpus({amdvlk, radv}, {}, {});
    ASSERT_EQ(all.size(), 1u) << key;
    EXPECT_EQ(all[0].name, "GPU through radeon_icd.json");  // the one that runtimes choose
    EXPECT_THAT(all[0].seen_through, ElementsAre("radeon_icd.json", "amd_icd64.json"));
  }
}

TEST(JoinGpus, ANativeDriverComesBeforeATranslation) {
  EXPECT_LT(driver_rank(3), driver_rank(2));
  EXPECT_LT(driver_rank(2), driver_rank(1));
  EXPECT_LT(driver_rank(4), driver_rank(24));
  for (const std::uint32_t id : {0u, 1u, 2u, 3u, 4u, 5u, 6u, 8u, 9u, 14u, 18u, 22u, 24u}) {
    EXPECT_LT(driver_rank(id), driver_rank(23)) << id;  // dozen
  }
}

TEST(JoinGpus, TwoGpusOfOneDriverAreTwo) {
  // Some drivers make the UUID from the model: two equal cards, two equal UUIDs.
  SeenGpu a = gpu(0, "x.json", 3), b = gpu(0, "x.json", 3), c = gpu(1, "y.json", 2),
          d = gpu(1, "y.json", 2);
  for (SeenGpu* one : {&a, &b, &c, &d}) one->uuid = kUuid;
  const auto all = join_gpus({a, b, c, d}, {}, {});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_THAT(all[0].seen_through, ElementsAre("x.json", "y.json"));
  EXPECT_THAT(all[1].seen_through, ElementsAre("x.json", "y.json"));
}

TEST(JoinGpus, GpusThatSayNothingStayApart) {
  EXPECT_EQ(join_gpus({gpu(0, "x.json", 3), gpu(1, "y.json", 2)}, {}, {}).size(), 2u);
}

TEST(JoinGpus, SoftwareIsNeverTheSameAsAGpu) {
  SeenGpu real = gpu(0, "x.json", 3), software = gpu(1, "lvp.json", 13, "cpu");
  software.gpu.software = true;
  real.uuid = software.uuid = kUuid;
  const auto all = join_gpus({software, real}, {}, {});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_FALSE(all[0].software);
  EXPECT_TRUE(all[1].software);
  EXPECT_FALSE(all[1].vram_bytes);
  EXPECT_EQ(all[1].vram_bytes.status, Status::unsupported);
}

TEST(JoinGpus, ASecondSourceAddsWhatVulkanDoesNotKnow) {
  SeenGpu seen = gpu(0, "x.json", 4);
  seen.uuid = kUuid;
  seen.memory.heaps[0].budget_bytes = std::nullopt;
  SeenCard nvml = card("NVML", "0000:3b:00.0");
  nvml.uuid = kUuid;
  nvml.total_bytes = 8 * kGiB;
  nvml.free_bytes = 5 * kGiB;
  const auto all = join_gpus({seen}, {nvml}, {});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(*all[0].pci, "0000:3b:00.0");
  EXPECT_EQ(all[0].pci.source, "NVML");
  EXPECT_EQ(*all[0].vram_bytes, 8 * kGiB);
  EXPECT_TRUE(all[0].vram_bytes.others.empty());  // they agree
  EXPECT_EQ(*all[0].vram_free_bytes, 5 * kGiB);
  EXPECT_EQ(all[0].vram_free_bytes.source, "NVML");
}

TEST(JoinGpus, ADisagreementIsReportedAsOne) {
  SeenGpu seen = gpu(0, "x.json", 3);
  seen.pci = "0000:03:00.0";
  SeenCard drm = card("/sys/class/drm/card0", seen.pci);
  drm.total_bytes = 16 * kGiB;
  drm.free_bytes = 1 * kGiB;
  const auto all = join_gpus({seen}, {drm}, {});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(*all[0].vram_bytes, 8 * kGiB);
  ASSERT_EQ(all[0].vram_bytes.others.size(), 1u);
  EXPECT_EQ(all[0].vram_bytes.others[0].source, "/sys/class/drm/card0");
  EXPECT_EQ(all[0].vram_bytes.others[0].value, "17179869184 bytes");
  // Of free memory the least counts, and the other stands beside it.
  EXPECT_EQ(*all[0].vram_free_bytes, 1 * kGiB);
  EXPECT_EQ(all[0].vram_free_bytes.source, "/sys/class/drm/card0");
  ASSERT_EQ(all[0].vram_free_bytes.others.size(), 1u);
  EXPECT_EQ(all[0].vram_free_bytes.others[0].value, "8589934592 bytes");
}

TEST(JoinGpus, AnIntegratedGpuPointsAtTheRam) {
  SeenGpu seen = gpu(0, "intel_icd.json", 6, "integrated", 24 * kGiB);
  seen.vendor_id = seen.memory.vendor_id = 0x8086;
  const auto all = join_gpus({seen}, {}, {16 * kGiB, 9 * kGiB});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(*all[0].unified, true);
  EXPECT_EQ(*all[0].vram_bytes, 16 * kGiB);
  EXPECT_EQ(*all[0].vram_free_bytes, 9 * kGiB);
}

TEST(JoinGpus, ACardWithoutAVulkanDriverIsShown) {
  SeenCard proc = card("/proc/driver/nvidia", "0000:3b:00.0"), nvml = card("NVML", "0000:3b:00.0"),
           drm = card("/sys/class/drm/card0", "0000:3b:00.0");
  proc.vendor_id = nvml.vendor_id = drm.vendor_id = 0x10de;
  nvml.total_bytes = 24 * kGiB;
  nvml.free_bytes = 23 * kGiB;
  nvml.driver = "550.54";
  proc.memory_why = "/proc/driver/nvidia does not say";
  const auto all = join_gpus({}, {nvml, proc, drm}, {});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].api, "none");
  EXPECT_EQ(all[0].vendor, "NVIDIA");
  EXPECT_EQ(all[0].type, "discrete");
  EXPECT_EQ(*all[0].vram_bytes, 24 * kGiB);
  EXPECT_EQ(*all[0].vram_free_bytes, 23 * kGiB);
  EXPECT_EQ(*all[0].unified, false);
  EXPECT_EQ(*all[0].driver, "550.54");
  EXPECT_FALSE(all[0].features);
  EXPECT_THAT(all[0].seen_through,
              ElementsAre("NVML", "/proc/driver/nvidia", "/sys/class/drm/card0"));
}

TEST(JoinGpus, WhereNvmlKnowsNoMemoryTheRamIsIt) {
  // A GB10, without a Vulkan driver and with one that calls it a card of its own.
  SystemRam ram;
  ram.total_bytes = 120 * kGiB;
  ram.available_bytes = 100 * kGiB;
  SeenCard nvml = card("NVML", "000f:01:00.0");
  nvml.shares_memory = true;
  nvml.memory_why = "Not Supported";
  auto all = join_gpus({}, {nvml}, ram);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(*all[0].unified);
  EXPECT_EQ(*all[0].vram_bytes, 120 * kGiB);
  EXPECT_EQ(*all[0].vram_free_bytes, 100 * kGiB);
  EXPECT_EQ(*all[0].carve_out_bytes, 0);
  SeenGpu seen = gpu(0, "x.json", 4);
  seen.pci = nvml.pci;
  all = join_gpus({seen}, {nvml}, ram);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_TRUE(*all[0].unified);
  EXPECT_EQ(all[0].type, "integrated");
  EXPECT_EQ(*all[0].vram_bytes, 8 * kGiB);
  // Intel's integrated GPUs without a driver are left as they are: nothing could use them.
  SeenCard intel = card("/sys/class/drm/card0", "0000:00:02.0");
  intel.shares_memory = true;
  intel.memory_why = "does not say";
  EXPECT_FALSE(join_gpus({}, {intel}, ram)[0].vram_bytes);
}

TEST(JoinGpus, UnknownMemoryOfACardIsNotZero) {
  SeenCard proc = card("/proc/driver/nvidia", "0000:3b:00.0");
  proc.memory_why = "/proc/driver/nvidia does not say";
  const auto all = join_gpus({}, {proc}, {});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_FALSE(all[0].vram_bytes);
  EXPECT_FALSE(all[0].unified);
  EXPECT_EQ(all[0].type, "other");
  EXPECT_FALSE(all[0].vram_bytes.why.empty());
}

TEST(JoinGpus, OfACutBoardTheSlicesCount) {
  SeenCard board = card("NVML", "0000:3b:00.0");
  board.vendor_id = 0x10de;
  board.uuid = kUuid;
  board.cut = true;
  board.total_bytes = 80 * kGiB;
  SeenCard one = board, two = board;
  one.cut = two.cut = false;
  one.slice = two.slice = true;
  one.uuid = "1" + std::string(kUuid).substr(1);
  two.uuid = "2" + std::string(kUuid).substr(1);
  one.total_bytes = 20 * kGiB;
  two.total_bytes = 40 * kGiB;
  SeenCard proc = card("/proc/driver/nvidia", "0000:3b:00.0");
  const auto all = join_gpus({}, {board, one, two, proc}, {});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(*all[0].vram_bytes, 40 * kGiB);
  EXPECT_EQ(*all[1].vram_bytes, 20 * kGiB);
  EXPECT_EQ(all[0].type, "virtual");
  EXPECT_EQ(*all[0].pci, *all[1].pci);
}

TEST(JoinGpus, AnOldDriversOnlyCardOfThatModelIsIt) {
  const SeenCard drm = card("/sys/class/drm/card0", "0000:03:00.0");
  EXPECT_EQ(join_gpus({gpu(0, "x.json", 3)}, {drm}, {}).size(), 1u);
  // With two of the model nobody knows which: no guess.
  EXPECT_EQ(join_gpus({gpu(0, "x.json", 3), gpu(0, "x.json", 3)}, {drm}, {}).size(), 3u);
}

TEST(JoinGpus, TheStrongestComesFirst) {
  SeenGpu small = gpu(0, "a", 3, "discrete", 4 * kGiB),
          large = gpu(0, "b", 3, "discrete", 8 * kGiB),
          integrated = gpu(0, "c", 6, "integrated", 30 * kGiB);
  SeenGpu software = gpu(1, "d", 13, "cpu");
  software.gpu.software = true;
  std::vector<std::string> names;
  for (const Gpu& one : join_gpus({software, integrated, small, large}, {}, {})) {
    names.push_back(one.seen_through[0]);
  }
  EXPECT_THAT(names, ElementsAre("b", "a", "c", "d"));
}

}  // namespace
}  // namespace weighin
