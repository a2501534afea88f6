// How is a document of JSON changed so that it stays JSON, and most of it valid?
#pragma once

#include <cstring>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace weighin::fuzz {

using Json = nlohmann::ordered_json;

inline void values_below(Json& node, std::vector<Json*>& out) {
  out.push_back(&node);
  if (!node.is_structured()) return;
  for (Json& each : node) values_below(each, out);
}

inline Json odd_value(std::minstd_rand& random, const std::vector<std::string>& words) {
  static const Json kOdd{0,        1,      -1,    2.5,   1e308, -0.0,           9007199254740993,
                         "0",      "8GiB", "2GB", "1.2", "",    "50 Mbit/s",    "none",
                         "preset:", true,   false, nullptr, "x86_64", "\xc3\xa9", 4294967296};
  if (!words.empty() && random() % 3 == 0) return words[random() % words.size()];
  return kOdd[random() % kOdd.size()];
}

/// Changes one value, key or element. `words` are names that the format knows.
inline void change(Json& document, std::minstd_rand& random,
                   const std::vector<std::string>& words) {
  std::vector<Json*> all;
  values_below(document, all);
  Json& node = *all[random() % all.size()];
  switch (random() % 6) {
    case 0:
      node = odd_value(random, words);
      return;
    case 1:  // a number nearby, or far away
      if (node.is_number_integer()) {
        const auto value = node.get<std::int64_t>();
        node = random() % 2 == 0 ? value / 2 : value <= (std::int64_t{1} << 60) ? value * 2 : 0;
      } else if (node.is_number()) {
        node = node.get<double>() * (random() % 2 == 0 ? 0.5 : 1e6);
      }
      return;
    case 2:  // one key or element less
      if (node.is_structured() && !node.empty()) {
        auto at = node.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(random() % node.size()));
        node.erase(at);
      }
      return;
    case 3:  // one more
      if (node.is_object() && !words.empty())
        node[words[random() % words.size()]] = odd_value(random, words);
      if (node.is_array() && node.size() < 300)
        node.push_back(node.empty() ? odd_value(random, words)
                                    : Json(node[random() % node.size()]));
      return;
    default: {  // what stands elsewhere
      const Json other = *all[random() % all.size()];
      if (other.size() < 64) node = other;
      return;
    }
  }
}

/// The body of a custom mutator: documents with `line` between them.
inline std::size_t mutate_documents(std::uint8_t* data, std::size_t size, std::size_t most,
                                    unsigned seed, std::string_view line,
                                    const std::vector<std::string>& words) {
  std::minstd_rand random(seed);
  std::string text(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end =
        line.empty() ? text.size() : std::min(text.find(line, from), text.size());
    parts.push_back(text.substr(from, end - from));
    from = end + std::max<std::size_t>(line.size(), 1);
  }
  std::string& part = parts[random() % parts.size()];
  Json document = Json::parse(part, nullptr, false);
  if (document.is_discarded()) return size;
  for (auto changes = 1 + random() % 3; changes > 0; --changes) change(document, random, words);
  part = document.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string made;
  for (const std::string& each : parts)
    made += (&each == parts.data() ? std::string() : std::string(line)) + each;
  if (made.size() > most) return size;
  std::memcpy(data, made.data(), made.size());
  return made.size();
}

}  // namespace weighin::fuzz
