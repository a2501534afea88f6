// Are GPUs read from /sys/class/drm, and mere display adapters left out?
#include "probes/gpu/drm.hpp"

#include <gtest/gtest.h>

#include "support/fake_host.hpp"

namespace weighin {
namespace {

using test::FakeHost;

void add_card(FakeHost& host, const std::string& name, const std::string& driver,
              const std::string& vendor, const std::string& device, const std::string& pci) {
  const std::string folder = "/sys/class/drm/" + name + "/device/";
  host.files[folder + "uevent"] = "DRIVER=" + driver +
                                  "\nPCI_CLASS=30000\nPCI_ID=X\nPCI_SLOT_NAME=" + pci +
                                  "\nMODALIAS=pci:v\n";
  host.files[folder + "vendor"] = vendor + "\n";
  host.files[folder + "device"] = device + "\n";
}

TEST(Drm, ReadsAmdgpusMemory) {
  FakeHost host;
  add_card(host, "card1", "amdgpu", "0x1002", "0x73bf", "0000:2d:00.0");
  const std::string folder = "/sys/class/drm/card1/device/";
  host.files[folder + "mem_info_vram_total"] = "17163091968\n";
  host.files[folder + "mem_info_vram_used"] = "1163091968\n";
  host.files[folder + "mem_info_gtt_total"] = "33588043776\n";
  host.files[folder + "mem_info_gtt_used"] = "88043776\n";
  const auto cards = read_drm(host);
  ASSERT_EQ(cards.size(), 1u);
  EXPECT_EQ(cards[0].name, "AMD GPU 0x73bf");
  EXPECT_EQ(cards[0].driver, "amdgpu");
  EXPECT_EQ(cards[0].pci, "0000:2d:00.0");
  EXPECT_EQ(cards[0].total_bytes, 17163091968);
  EXPECT_EQ(cards[0].free_bytes, 16000000000);
  EXPECT_EQ(cards[0].gtt_bytes, 33588043776);
  EXPECT_EQ(cards[0].gtt_free_bytes, 33500000000);
  EXPECT_FALSE(cards[0].shares_memory);
}

TEST(Drm, TellsIntelsIntegratedFromItsDiscreteCards) {
  FakeHost host;
  add_card(host, "card0", "i915", "0x8086", "0x9a49", "0000:00:02.0");
  add_card(host, "card1", "xe", "0x8086", "0xe20b", "0000:03:00.0");
  host.files["/sys/class/drm/card1/device/product_name"] = "Intel Arc B580\n";
  const auto cards = read_drm(host);
  ASSERT_EQ(cards.size(), 2u);
  EXPECT_TRUE(cards[0].shares_memory);
  EXPECT_FALSE(cards[1].shares_memory);
  EXPECT_EQ(cards[1].name, "Intel Arc B580");
  EXPECT_FALSE(cards[1].total_bytes);
  EXPECT_FALSE(cards[1].memory_why.empty());
}

TEST(Drm, LeavesOutWhatIsNoGpu) {
  FakeHost host;
  add_card(host, "card0", "bochs-drm", "0x1234", "0x1111", "0000:00:01.0");
  add_card(host, "card1", "virtio-pci", "0x1af4", "0x1050", "0000:00:02.0");
  add_card(host, "card2", "ast", "0x1a03", "0x2000", "0000:00:03.0");
  add_card(host, "renderD128", "amdgpu", "0x1002", "0x73bf", "0000:2d:00.0");
  add_card(host, "card3-HDMI-A-1", "amdgpu", "0x1002", "0x73bf", "0000:2d:00.0");
  EXPECT_TRUE(read_drm(host).empty());
}

TEST(Drm, ClampsWhatMakesNoSense) {
  FakeHost host;
  EXPECT_TRUE(read_drm(host).empty());  // no such folder
  add_card(host, "card0", "amdgpu", "rubbish", "0xffffffffffffffffffff", "rubbish");
  EXPECT_TRUE(read_drm(host).empty());  // neither vendor nor address
  add_card(host, "card0", "amdgpu", "0x1002", "", "0000:2d:00.0");
  const std::string folder = "/sys/class/drm/card0/device/";
  host.files[folder + "mem_info_vram_total"] = "18446744073709551615\n";
  host.files[folder + "mem_info_gtt_total"] = "1000\n";
  host.files[folder + "mem_info_gtt_used"] = "2000\n";
  const auto cards = read_drm(host);
  ASSERT_EQ(cards.size(), 1u);
  EXPECT_FALSE(cards[0].total_bytes);
  EXPECT_EQ(cards[0].gtt_free_bytes, 0);
  EXPECT_EQ(cards[0].device_id, 0u);
}

}  // namespace
}  // namespace weighin
