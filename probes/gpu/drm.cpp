// Which GPUs does the kernel show under /sys/class/drm, and how much memory do they have?
#include "probes/gpu/drm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "vulkan/clean_text.hpp"

namespace weighin {
namespace {

constexpr std::size_t kMostCards = 64;
constexpr std::array<std::string_view, 6> kDrivers{"amdgpu", "radeon", "i915",
                                                   "xe",     "nvidia", "nouveau"};

std::string read_line(const Host& host, const std::string& path) {
  const auto text = host.read_file(path, 4096);
  return text ? vulkan::clean_text(text->substr(0, text->find('\n'))) : std::string();
}

std::optional<std::uint64_t> read_number(const Host& host, const std::string& path) {
  std::string text = read_line(host, path);
  const int base = text.starts_with("0x") ? 16 : 10;
  if (base == 16) text = text.substr(2);
  std::uint64_t value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Bytes> read_bytes(const Host& host, const std::string& path) {
  const auto value = read_number(host, path);
  return value ? sane_bytes(*value) : std::nullopt;
}

// KEY=VALUE lines.
std::string value_of(const std::string& lines, std::string_view key) {
  std::size_t begin = 0;
  while (begin < lines.size()) {
    const std::size_t end = std::min(lines.find('\n', begin), lines.size());
    const std::string_view line(lines.data() + begin, end - begin);
    if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == '=') {
      return vulkan::clean_text(line.substr(key.size() + 1));
    }
    begin = end + 1;
  }
  return {};
}

bool is_card(const std::string& name) {
  return name.size() > 4 && name.size() < 12 && name.starts_with("card") &&
         name.find_first_not_of("0123456789", 4) == std::string::npos;
}

std::optional<Bytes> less(std::optional<Bytes> total, std::optional<Bytes> used) {
  if (!total || !used) return std::nullopt;
  return std::max<Bytes>(0, *total - *used);
}

}  // namespace

std::vector<SeenCard> read_drm(const Host& host) {
  std::vector<SeenCard> cards;
  const auto names = host.list_directory("/sys/class/drm");
  if (!names) return cards;
  for (const std::string& name : *names) {
    if (!is_card(name) || cards.size() == kMostCards) continue;
    const std::string folder = "/sys/class/drm/" + name + "/device/";
    const auto uevent = host.read_file(folder + "uevent", 65536);
    if (!uevent) continue;
    SeenCard card;
    card.interface = "/sys/class/drm/" + name;
    card.driver = value_of(*uevent, "DRIVER");
    if (std::find(kDrivers.begin(), kDrivers.end(), card.driver) == kDrivers.end()) continue;
    card.pci = pci_text(value_of(*uevent, "PCI_SLOT_NAME"));
    card.vendor_id =
        static_cast<std::uint32_t>(read_number(host, folder + "vendor").value_or(0) & 0xFFFFFFFF);
    card.device_id =
        static_cast<std::uint32_t>(read_number(host, folder + "device").value_or(0) & 0xFFFFFFFF);
    if (card.pci.empty() && card.vendor_id == 0) continue;  // part of a system on a chip
    // Few boards fill in a name.
    card.name = read_line(host, folder + "product_name");
    if (card.name.empty()) {
      card.name = fmt::format("{} GPU 0x{:04x}", vendor_text(card.vendor_id), card.device_id);
    }
    card.total_bytes = read_bytes(host, folder + "mem_info_vram_total");
    card.free_bytes = less(card.total_bytes, read_bytes(host, folder + "mem_info_vram_used"));
    card.gtt_bytes = read_bytes(host, folder + "mem_info_gtt_total");
    card.gtt_free_bytes = less(card.gtt_bytes, read_bytes(host, folder + "mem_info_gtt_used"));
    if (!card.total_bytes) card.memory_why = "the kernel driver " + card.driver + " does not say";
    // Intel's integrated GPU is always this device of the root complex; its discrete cards never
    // are.
    card.shares_memory = card.vendor_id == 0x8086 && card.pci == "0000:00:02.0";
    cards.push_back(std::move(card));
  }
  return cards;
}

}  // namespace weighin
