// Which of the GPUs that were found did the user choose?
#include "session/choose_gpus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace weighin {
namespace {

constexpr std::size_t kLeastDigits = 8;  // of a UUID: the first group

// The hexadecimal digits of a UUID or of its beginning, in small letters; empty where it is none.
std::string digits_of(std::string text) {
  for (const char* prefix : {"GPU-", "MIG-"}) {
    if (text.starts_with(prefix)) text = text.substr(4);
  }
  std::string digits;
  for (const char c : text) {
    if (c == '-') continue;
    if (c >= '0' && c <= '9') {
      digits += c;
    } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
      digits += static_cast<char>(c | 0x20);
    } else {
      return {};
    }
  }
  return digits;
}

std::optional<std::size_t> index_of(const std::vector<Gpu>& gpus, const std::string& name) {
  std::size_t index = 0;
  const auto [end, fault] = std::from_chars(name.data(), name.data() + name.size(), index);
  // Eight digits are the beginning of a UUID; no machine has so many GPUs.
  const bool is_index =
      fault == std::errc() && end == name.data() + name.size() && name.size() < kLeastDigits;
  if (is_index) return index < gpus.size() ? std::optional(index) : std::nullopt;
  const std::string digits = digits_of(name);
  if (digits.size() < kLeastDigits) return std::nullopt;
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < gpus.size(); ++i) {
    if (!gpus[i].uuid || !digits_of(*gpus[i].uuid).starts_with(digits)) continue;
    if (found) return std::nullopt;  // two that begin so
    found = i;
  }
  return found;
}

std::string list_of(const DeviceProfile& profile) {
  if (profile.gpus.empty()) return "no GPU was found (`weighin doctor` shows what was asked)";
  std::string list = "the GPUs are";
  for (std::size_t i = 0; i < profile.gpus.size(); ++i) {
    const Gpu& gpu = profile.gpus[i];
    list += fmt::format("{} {} {}{}", i == 0 ? "" : ",", i, gpu.name,
                        gpu.uuid ? " (" + *gpu.uuid + ")" : "");
  }
  return list;
}

}  // namespace

Result<Done> choose_gpus(DeviceProfile& profile, const std::vector<std::string>& chosen) {
  if (chosen.empty()) return Done{};
  std::vector<bool> keep(profile.gpus.size(), false);
  for (const std::string& name : chosen) {
    const auto index = index_of(profile.gpus, name);
    if (!index) {
      return Error{ErrorKind::usage, fmt::format("there is no GPU \"{}\"", name), "--gpu",
                   list_of(profile)};
    }
    keep[*index] = true;
  }
  std::vector<Gpu> kept;
  for (std::size_t i = 0; i < profile.gpus.size(); ++i) {
    if (keep[i]) {
      kept.push_back(std::move(profile.gpus[i]));
    } else {
      profile.gpu_faults.push_back({fmt::format("GPU {}: {}", i, profile.gpus[i].name),
                                    Status::skipped, "left out (--gpu)"});
    }
  }
  profile.gpus = std::move(kept);
  return Done{};
}

}  // namespace weighin
