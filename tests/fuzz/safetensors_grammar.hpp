// How is a safetensors header changed so that its grammar still holds?
#pragma once

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

namespace weighin::fuzz {

/// One step: the header is taken apart, a tensor or a number in it is changed, added or taken out,
/// offsets are laid anew so that they follow each other (three times of four), and the length field
/// fits again. What is no header stays as it is.
inline std::string mutate_safetensors(const std::string& bytes, std::mt19937_64& random) {
  using Json = nlohmann::ordered_json;
  if (bytes.size() < 10) return bytes;
  std::uint64_t length = 0;
  for (int i = 7; i >= 0; --i)
    length = length << 8 | static_cast<std::uint8_t>(bytes[static_cast<std::size_t>(i)]);
  const std::size_t end =
      std::min<std::uint64_t>(bytes.size(), 8 + std::min<std::uint64_t>(length, bytes.size()));
  Json header = Json::parse(bytes.begin() + 8, bytes.begin() + static_cast<std::ptrdiff_t>(end),
                            nullptr, false);
  if (!header.is_object()) return bytes;
  const auto pick = [&](std::size_t count) { return count == 0 ? 0 : random() % count; };
  static const std::vector<std::string> kTypes{"F32",  "F16",     "BF16", "U8", "I64",
                                               "BOOL", "F8_E4M3", "F64",  "F4", "Q4"};
  static const std::vector<std::int64_t> kSides{0,  1,  2,  3,   4,          7,         64,
                                                -1, 16, 32, 255, 4294967296, 2147483647};
  std::vector<std::string> names;
  for (const auto& [name, value] : header.items()) names.push_back(name);
  switch (pick(6)) {
    case 0:
      header["t" + std::to_string(pick(9))] = {{"dtype", kTypes[pick(kTypes.size())]},
                                               {"shape", {kSides[pick(7)], kSides[pick(7)]}},
                                               {"data_offsets", {0, 4}}};
      break;
    case 1:
      if (!names.empty()) header.erase(names[pick(names.size())]);
      break;
    case 2:
      header["__metadata__"] = pick(2) == 0 ? Json{{"format", "pt"}} : Json{{"format", 1}};
      break;
    default:
      if (!names.empty()) {
        Json& tensor = header[names[pick(names.size())]];
        if (tensor.is_object()) {
          if (pick(2) == 0) {
            tensor["dtype"] = kTypes[pick(kTypes.size())];
          } else {
            Json shape = Json::array();
            for (std::size_t i = pick(5); i > 0; --i) shape.push_back(kSides[pick(kSides.size())]);
            tensor["shape"] = std::move(shape);
          }
        }
      }
  }
  // Offsets that follow each other, as the shapes say.
  std::uint64_t at = 0;
  const bool honest = pick(4) != 0;
  for (auto& [name, tensor] : header.items()) {
    if (!honest || !tensor.is_object() || !tensor.contains("shape") ||
        !tensor["shape"].is_array() || !tensor.contains("dtype") || !tensor["dtype"].is_string())
      continue;
    std::uint64_t bits = 32;
    const std::string type = tensor["dtype"];
    if (type == "F16" || type == "BF16") bits = 16;
    if (type == "U8" || type == "BOOL" || type == "F8_E4M3") bits = 8;
    if (type == "I64" || type == "F64") bits = 64;
    if (type == "F4") bits = 4;
    for (const Json& side : tensor["shape"]) {
      if (side.is_number_integer()) bits *= static_cast<std::uint64_t>(side.get<std::int64_t>());
    }
    const std::uint64_t next = at + bits / 8;
    tensor["data_offsets"] = {at, next};
    at = next;
  }
  const std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string out;
  std::uint64_t written = text.size();
  if (pick(16) == 0) written += pick(5) - 2;
  for (int i = 0; i < 8; ++i) out += static_cast<char>(written >> (8 * i));
  out += text;
  return out + std::string(static_cast<std::size_t>(std::min<std::uint64_t>(at, 512)), '\1');
}

}  // namespace weighin::fuzz
