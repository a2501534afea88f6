// What has one interface shown of one GPU, before the answers of all are put together?
#include "probes/gpu/seen.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <utility>

namespace weighin {

std::string pci_text(const std::string& written) {
  // domain:bus:device.function, each in hexadecimal; the domain may have 4 or 8 digits, or be left
  // out.
  std::array<std::uint64_t, 4> parts{};
  std::string order;
  std::size_t digits = 0;
  std::array<std::uint64_t, 4> read{};
  std::size_t count = 0;
  for (const char c : written) {
    if (std::isxdigit(static_cast<unsigned char>(c)) != 0) {
      if (++digits > 8) return {};
      const auto digit = static_cast<std::uint64_t>(
          c <= '9' ? c - '0' : std::tolower(static_cast<unsigned char>(c)) - 'a' + 10);
      read[count] = read[count] * 16 + digit;
    } else if ((c == ':' || c == '.') && digits > 0 && count < 3) {
      order += c;
      ++count;
      digits = 0;
    } else {
      return {};
    }
  }
  if (digits == 0 || (order != "::." && order != ":.")) return {};
  const std::size_t shift = order.size() == 3 ? 0 : 1;  // no domain
  for (std::size_t i = shift; i < 4; ++i) parts[i] = read[i - shift];
  if (parts[0] > 0xFFFFFFFF || parts[1] > 0xFF || parts[2] > 0x1F || parts[3] > 7) return {};
  return fmt::format("{:04x}:{:02x}:{:02x}.{:x}", parts[0], parts[1], parts[2], parts[3]);
}

std::string uuid_key(const std::string& written) {
  std::string rest = written;
  for (const char* prefix : {"GPU-", "MIG-"}) {
    if (rest.starts_with(prefix)) rest = rest.substr(4);
  }
  std::string key;
  bool other_than_zero = false;
  for (const char c : rest) {
    if (c == '-') continue;
    if (std::isxdigit(static_cast<unsigned char>(c)) == 0) return {};
    key += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    other_than_zero = other_than_zero || c != '0';
  }
  return key.size() == 32 && other_than_zero ? key : std::string();
}

std::string uuid_text(const std::string& key) {
  if (key.size() != 32) return key;
  return key.substr(0, 8) + "-" + key.substr(8, 4) + "-" + key.substr(12, 4) + "-" +
         key.substr(16, 4) + "-" + key.substr(20);
}

std::string vendor_text(std::uint32_t vendor_id) {
  // PCI vendor ids (pci-ids.ucw.cz), and VkVendorId from 0x10001 on.
  static constexpr std::array<std::pair<std::uint32_t, const char*>, 23> kVendors{{
      {0x10de, "NVIDIA"},       {0x1002, "AMD"},       {0x1022, "AMD"},
      {0x8086, "Intel"},        {0x106b, "Apple"},     {0x5143, "Qualcomm"},
      {0x13b5, "Arm"},          {0x14e4, "Broadcom"},  {0x1010, "Imagination"},
      {0x144d, "Samsung"},      {0x1414, "Microsoft"}, {0x15ad, "VMware"},
      {0x1ae0, "Google"},       {0x1af4, "Red Hat"},   {0x1ed5, "Moore Threads"},
      {0x19e5, "Huawei"},       {0x1d17, "Zhaoxin"},   {0x10001, "Vivante"},
      {0x10002, "VeriSilicon"}, {0x10003, "Kazan"},    {0x10004, "Codeplay"},
      {0x10005, "Mesa"},        {0x10006, "PoCL"},
  }};
  for (const auto& [id, name] : kVendors) {
    if (id == vendor_id) return name;
  }
  return fmt::format("0x{:04x}", vendor_id);
}

}  // namespace weighin
