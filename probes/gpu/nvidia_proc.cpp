// Which GPUs does NVIDIA's kernel driver know, when no library of NVIDIA can be asked?
#include "probes/gpu/nvidia_proc.hpp"

#include <algorithm>

#include "vulkan/clean_text.hpp"

namespace weighin {
namespace {

constexpr std::size_t kMostCards = 64;

// The value of a line "Key: \t value".
std::string value_of(const std::string& lines, std::string_view key) {
  std::size_t begin = 0;
  while (begin < lines.size()) {
    const std::size_t end = std::min(lines.find('\n', begin), lines.size());
    const std::string_view line(lines.data() + begin, end - begin);
    if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ':') {
      return vulkan::clean_text(line.substr(key.size() + 1));
    }
    begin = end + 1;
  }
  return {};
}

// "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug …": the first word that is a
// version.
std::string driver_version(const Host& host) {
  const auto text = host.read_file("/proc/driver/nvidia/version", 65536);
  if (!text) return {};
  const std::string line = value_of(*text, "NVRM version");
  std::size_t begin = 0;
  while (begin < line.size()) {
    const std::size_t end = std::min(line.find(' ', begin), line.size());
    const std::string word = line.substr(begin, end - begin);
    if (word.find('.') != std::string::npos &&
        word.find_first_not_of("0123456789.") == std::string::npos) {
      return word;
    }
    begin = end + 1;
  }
  return {};
}

}  // namespace

std::vector<SeenCard> read_nvidia_proc(const Host& host) {
  std::vector<SeenCard> cards;
  const auto folders = host.list_directory("/proc/driver/nvidia/gpus");
  if (!folders) return cards;
  const std::string version = driver_version(host);
  for (const std::string& folder : *folders) {
    if (cards.size() == kMostCards) break;
    const auto text = host.read_file("/proc/driver/nvidia/gpus/" + folder + "/information", 65536);
    if (!text) continue;
    SeenCard card;
    card.interface = "/proc/driver/nvidia";
    card.name = value_of(*text, "Model");
    card.driver = version;
    card.vendor_id = 0x10de;
    card.uuid = uuid_key(value_of(*text, "GPU UUID"));
    card.pci = pci_text(value_of(*text, "Bus Location"));
    if (card.pci.empty()) card.pci = pci_text(folder);
    card.memory_why = "/proc/driver/nvidia does not say";
    if (!card.name.empty() || !card.pci.empty()) cards.push_back(std::move(card));
  }
  return cards;
}

}  // namespace weighin
