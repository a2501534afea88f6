// Are the keys of a GPU the same, however an interface writes them?
#include "probes/gpu/seen.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

TEST(Seen, WritesPciAddressesOneWay) {
  EXPECT_EQ(pci_text("00000000:3B:00.0"), "0000:3b:00.0");  // NVML
  EXPECT_EQ(pci_text("0000:01:00.0"), "0000:01:00.0");      // sysfs
  EXPECT_EQ(pci_text("01:00.1"), "0000:01:00.1");           // lspci
  EXPECT_EQ(pci_text("10000:e1:1f.7"), "10000:e1:1f.7");    // a virtual root complex
  for (const char* none :
       {"", "0000:01:00", "0000:01:00.8", "0000:01:20.0", "0000:100:00.0", "0000:01:00.0 ", "x",
        "::.", "0000:01.00:0", "0000:01:00.0.0", "0123456789:01:00.0"}) {
    EXPECT_EQ(pci_text(none), "") << none;
  }
}

TEST(Seen, WritesUuidsOneWay) {
  const std::string key = "8932f937d72c4106c12f20bd9faed9f6";
  EXPECT_EQ(uuid_key("GPU-8932f937-d72c-4106-c12f-20bd9faed9f6"), key);
  EXPECT_EQ(uuid_key("8932F937D72C4106C12F20BD9FAED9F6"), key);
  EXPECT_EQ(uuid_key("MIG-8932f937-d72c-4106-c12f-20bd9faed9f6"), key);
  EXPECT_EQ(uuid_text(key), "8932f937-d72c-4106-c12f-20bd9faed9f6");
  // All zero is what drivers say that have none.
  EXPECT_EQ(uuid_key("00000000000000000000000000000000"), "");
  EXPECT_EQ(uuid_key("8932f937"), "");
  EXPECT_EQ(uuid_key("GPU-zzzzzzzz-d72c-4106-c12f-20bd9faed9f6"), "");
}

TEST(Seen, NamesVendors) {
  EXPECT_EQ(vendor_text(0x10de), "NVIDIA");
  EXPECT_EQ(vendor_text(0x1002), "AMD");
  EXPECT_EQ(vendor_text(0x8086), "Intel");
  EXPECT_EQ(vendor_text(0x10005), "Mesa");
  EXPECT_EQ(vendor_text(0x1234), "0x1234");
}

}  // namespace
}  // namespace weighin
