// Are NVIDIA's cards read from /proc/driver/nvidia?
#include "probes/gpu/nvidia_proc.hpp"

#include <gtest/gtest.h>

#include "support/fake_host.hpp"

namespace weighin {
namespace {

using test::FakeHost;

TEST(NvidiaProc, ReadsModelUuidAndAddress) {
  FakeHost host;
  host.files["/proc/driver/nvidia/version"] =
      "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19 01:15:15 UTC 2023\n"
      "GCC version:  gcc version 11.4.0\n";
  host.files["/proc/driver/nvidia/gpus/0000:3b:00.0/information"] =
      "Model: \t\t NVIDIA GeForce RTX 3080\nIRQ:   \t\t 173\n"
      "GPU UUID: \t GPU-8932f937-d72c-4106-c12f-20bd9faed9f6\nVideo BIOS: \t 94.02.42.00.b4\n"
      "Bus Type: \t PCIe\nBus Location: \t 0000:3b:00.0\nDevice Minor: \t 0\n";
  const auto cards = read_nvidia_proc(host);
  ASSERT_EQ(cards.size(), 1u);
  EXPECT_EQ(cards[0].name, "NVIDIA GeForce RTX 3080");
  EXPECT_EQ(cards[0].driver, "535.104.05");
  EXPECT_EQ(cards[0].uuid, "8932f937d72c4106c12f20bd9faed9f6");
  EXPECT_EQ(cards[0].pci, "0000:3b:00.0");
  EXPECT_EQ(cards[0].vendor_id, 0x10deu);
  EXPECT_FALSE(cards[0].total_bytes);
  EXPECT_FALSE(cards[0].memory_why.empty());
}

TEST(NvidiaProc, ReadsTheVersionOfTheOpenModule) {
  FakeHost host;
  host.files["/proc/driver/nvidia/version"] =
      "NVRM version: NVIDIA UNIX Open Kernel Module for aarch64  580.95.05  Release Build\n";
  host.files["/proc/driver/nvidia/gpus/000f:01:00.0/information"] = "Model: NVIDIA GB10\n";
  const auto cards = read_nvidia_proc(host);
  ASSERT_EQ(cards.size(), 1u);
  EXPECT_EQ(cards[0].driver, "580.95.05");
  EXPECT_EQ(cards[0].pci, "000f:01:00.0");  // from the folder's name
  EXPECT_EQ(cards[0].uuid, "");
}

TEST(NvidiaProc, TakesNothingFromRubbish) {
  FakeHost host;
  EXPECT_TRUE(read_nvidia_proc(host).empty());
  host.files["/proc/driver/nvidia/gpus/x/information"] = std::string(3000, '\0') + "\xFF:\n:\n";
  EXPECT_TRUE(read_nvidia_proc(host).empty());
  host.unreadable["/proc/driver/nvidia/gpus/0000:01:00.0/information"] = "Permission denied";
  EXPECT_TRUE(read_nvidia_proc(host).empty());
}

}  // namespace
}  // namespace weighin
