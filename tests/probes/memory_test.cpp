// Is memory told as the kernel tells it, less what is not main memory?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/probe.hpp"
#include "probes/read/kernel_text.hpp"
#include "support/fake_host.hpp"
#include "support/support.hpp"

namespace weighin {
extern const Probe memory_probe;
namespace {

using test::FakeHost;
using testing::HasSubstr;

Memory memory_of(const Host& host) {
  DeviceProfile profile;
  memory_probe.run(host, {}, profile);
  return profile.memory;
}

FakeHost machine(const std::string& meminfo) {
  FakeHost host;
  host.files["/proc/meminfo"] = meminfo;
  host.files["/sys/bus/cpu/uevent"] = "";
  return host;
}

constexpr const char* kModern =
    "MemTotal:       24684084 kB\nMemFree:        24418656 kB\nMemAvailable:   24384524 kB\n"
    "SwapTotal:       8000000 kB\nSwapFree:        6000000 kB\n"
    "HugePages_Total:      4\nHugepagesize:       2048 kB\nHugetlb:         2105344 kB\n";

TEST(Memory, AModernKernel) {
  FakeHost host = machine(kModern);
  host.files["/proc/swaps"] =
      "Filename\tType\tSize\tUsed\tPriority\n/dev/nvme0n1p3 partition 8000000 2000000 -2\n";
  const Memory memory = memory_of(host);
  EXPECT_EQ(*memory.total_bytes, 24684084LL * 1024);
  EXPECT_EQ(memory.total_bytes.source, "/proc/meminfo");
  EXPECT_EQ(*memory.available_bytes, 24384524LL * 1024);
  EXPECT_EQ(memory.available_bytes.known_by, KnownBy::reported);
  EXPECT_EQ(*memory.swap_bytes, 8000000LL * 1024);
  EXPECT_EQ(*memory.swap_free_bytes, 6000000LL * 1024);
  EXPECT_EQ(*memory.zram_bytes, 0);
  EXPECT_EQ(*memory.hugepages_bytes, 2105344LL * 1024) << "of all sizes";
  EXPECT_EQ(*memory.ballooned, false);
  EXPECT_EQ(memory.reclaimable_cache_bytes.status, Status::unsupported);
  EXPECT_FALSE(memory.usable_bytes) << "is settled later";
}

TEST(Memory, BeforeMemAvailableItIsComputedAndSaysSo) {
  const Memory memory = memory_of(
      machine("MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 20 kB\nCached: 300 kB\nShmem: 50 kB\n"
              "SReclaimable: 30 kB\n"));
  EXPECT_EQ(*memory.available_bytes, (100 + 20 + 300 - 50 + 30) * 1024);
  EXPECT_EQ(memory.available_bytes.known_by, KnownBy::computed);
  EXPECT_THAT(memory.available_bytes.why, HasSubstr("no MemAvailable"));
}

TEST(Memory, CompressedSwapIsToldApart) {
  FakeHost host = machine(kModern);
  host.files["/proc/swaps"] =
      "Filename Type Size Used Priority\n/dev/zram0 partition 5000000 1500000 100\n"
      "/swapfile file 3000000 500000 -2\n";
  const Memory memory = memory_of(host);
  EXPECT_EQ(*memory.zram_bytes, 5000000LL * 1024);
  EXPECT_EQ(*memory.swap_bytes, 3000000LL * 1024);
  EXPECT_EQ(*memory.swap_free_bytes, 2500000LL * 1024);
}

TEST(Memory, SwapWithoutItsListMayBeInMemory) {
  const Memory memory = memory_of(machine(kModern));
  EXPECT_EQ(*memory.swap_bytes, 8000000LL * 1024);
  EXPECT_EQ(memory.swap_bytes.confidence, Confidence::medium);
  EXPECT_FALSE(memory.zram_bytes);
  EXPECT_FALSE(memory_of(machine("MemTotal: 1 kB\n")).swap_bytes) << "no line is not 0";
}

TEST(Memory, HugePagesOfOlderKernelsAndOfNone) {
  EXPECT_EQ(*memory_of(machine("HugePages_Total: 513\nHugepagesize: 2048 kB\n")).hugepages_bytes,
            513LL * 2048 * 1024);
  EXPECT_EQ(memory_of(machine("MemTotal: 1 kB\n")).hugepages_bytes.status, Status::unsupported);
}

TEST(Memory, NothingReadableIsAnErrorWithItsReason) {
  const Memory none = memory_of(FakeHost{});
  EXPECT_FALSE(none.total_bytes);
  EXPECT_EQ(none.total_bytes.status, Status::error);
  EXPECT_THAT(none.total_bytes.why, HasSubstr("/proc/meminfo"));
  EXPECT_FALSE(none.ballooned);
  for (const char* text : {"", "MemTotal: kB", "MemTotal: x kB\n", "MemTotal: 0 kB\n",
                           "MemTotal: -1 kB\n", "MemTotal: 99999999999999999999 kB\n"}) {
    EXPECT_FALSE(memory_of(machine(text)).total_bytes) << text;
  }
}

TEST(Memory, AvailableIsNeverMoreThanThereIs) {
  EXPECT_EQ(*memory_of(machine("MemTotal: 100 kB\nMemAvailable: 900 kB\n")).available_bytes,
            100 * 1024);
  EXPECT_EQ(
      *memory_of(machine("MemTotal: 100 kB\nMemFree: 90 kB\nCached: 80 kB\n")).available_bytes,
      100 * 1024);
}

TEST(Memory, ZfsGivesBackDownToItsFloor) {
  FakeHost host = machine(kModern);
  host.files["/proc/spl/kstat/zfs/arcstats"] =
      "13 1 0x01 123 33456 1 2\nname type data\nc_min 4 1000\nc_max 4 9000\nsize 4 8000\n";
  EXPECT_EQ(*memory_of(host).reclaimable_cache_bytes, 7000);
  host.files["/proc/spl/kstat/zfs/arcstats"] = "c_min 4 1000\nsize 4 10\n";
  EXPECT_EQ(*memory_of(host).reclaimable_cache_bytes, 0);
  host.files["/proc/spl/kstat/zfs/arcstats"] = "rubbish";
  EXPECT_EQ(memory_of(host).reclaimable_cache_bytes.status, Status::error);
}

TEST(Memory, BalloonsOfEachKind) {
  const auto sees = [](const char* file) {
    FakeHost host = machine(kModern);
    host.files[file] = "";
    return memory_of(host).ballooned.value;
  };
  EXPECT_EQ(sees("/sys/bus/virtio/drivers/virtio_balloon/bind"), false)
      << "a driver without a device";
  EXPECT_EQ(sees("/sys/bus/virtio/drivers/virtio_balloon/virtio3/x"), true);
  EXPECT_EQ(sees("/sys/bus/virtio/drivers/virtio_mem/virtio1/x"), true);
  EXPECT_EQ(sees("/sys/bus/vmbus/drivers/hv_balloon/1eccfd72-4b41-45ef-b73a-4a6e44c12924/x"), true);
  EXPECT_EQ(sees("/sys/bus/vmbus/drivers/hv_balloon/uevent"), false);
  EXPECT_EQ(sees("/sys/devices/system/xen_memory/xen_memory0/info/x"), true);
  EXPECT_EQ(sees("/sys/bus/acpi/devices/PNP0C80:00/x"), true);
  FakeHost host = machine(std::string(kModern) + "Balloon: 1048576 kB\n");
  host.folders.insert("/sys/bus/virtio/drivers/virtio_balloon/virtio3");
  EXPECT_THAT(memory_of(host).ballooned.why, HasSubstr("holds 1.0 GiB now"));
}

// Figures of hwloc's tree nvidiagpunumanodes (POWER9, six V100; hwloc, BSD-3-Clause).
TEST(Memory, GpuMemoryOnLinedAsNodesIsNotMainMemory) {
  FakeHost host =
      machine("MemTotal: 358162944 kB\nMemFree: 345012672 kB\nMemAvailable: 346254144 kB\n");
  for (int gpu = 0; gpu < 6; ++gpu) {
    const std::string node = std::to_string(250 + gpu);
    host.files["/proc/driver/nvidia/gpus/000" + std::to_string(gpu) + ":00:00.0/numa_status"] =
        "Node:      " + node + "\nStatus:    online\nSize: 3f0000000\n";
    host.files["/sys/devices/system/node/node" + node + "/meminfo"] =
        "Node " + node + " MemTotal:       15597568 kB\nNode " + node +
        " MemFree:        15580160 kB\n";
  }
  host.files["/proc/driver/nvidia/gpus/0009:00:00.0/numa_status"] = "Node: 9\nStatus: offline\n";
  const Memory memory = memory_of(host);
  EXPECT_EQ(*memory.total_bytes, (358162944LL - 6 * 15597568LL) * 1024);
  EXPECT_EQ(*memory.available_bytes, (346254144LL - 6 * 15580160LL) * 1024);
  EXPECT_EQ(memory.total_bytes.known_by, KnownBy::computed);
  EXPECT_THAT(memory.total_bytes.why, HasSubstr("6 GPUs"));
  ASSERT_EQ(memory.total_bytes.others.size(), 1u);
  EXPECT_EQ(memory.total_bytes.others[0].source, "/proc/meminfo");
}

TEST(Memory, ThisMachineAgreesWithItsKernel) {
  const auto host = live_host();
  const Memory memory = memory_of(*host);
  const std::string text = test::slurp("/proc/meminfo");
  ASSERT_TRUE(memory.total_bytes) << memory.total_bytes.why;
  if (memory.total_bytes.known_by == KnownBy::reported) {
    EXPECT_EQ(memory.total_bytes.value, kernel_text::kilobytes(text, "MemTotal"));
  }
  EXPECT_LE(*memory.available_bytes, *memory.total_bytes);
  EXPECT_GT(*memory.available_bytes, 0);
}

}  // namespace
}  // namespace weighin
