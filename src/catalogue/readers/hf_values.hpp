// How is one value taken from a foreign config.json, under whichever of its names?
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/json_reader.hpp"
#include "weighin/result.hpp"

namespace weighin::catalogue {

// Ten times what the largest models known have, as for the catalogue's own shapes.
inline constexpr std::int64_t kHfMostLayers = 2048;
inline constexpr std::int64_t kHfMostWidth = 1 << 20;
inline constexpr std::int64_t kHfMostVocab = 1 << 24;
inline constexpr std::int64_t kHfMostExperts = 16384;
inline constexpr std::int64_t kHfMostContext = std::int64_t{1} << 32;

/// The members of one object of a config; the first fault is kept. A null counts as left out.
class HfValues {
 public:
  using Keys = std::initializer_list<std::string_view>;

  /// `outer` is the document that `node` is nested in (text_config), or `node` itself.
  HfValues(const JsonNode& node, const JsonNode& outer, std::string file)
      : node_(&node), outer_(&outer), file_(std::move(file)) {}

  /// The first of the keys that is there and not null, or null.
  const JsonNode* find(Keys keys) const;
  const JsonNode* find_outer(Keys keys) const;
  bool has(Keys keys) const { return find(keys) != nullptr; }

  /// A whole number from `least` to `most`; anything else is a fault. `otherwise` where left out.
  std::int64_t number(Keys keys, std::int64_t otherwise, std::int64_t most, std::int64_t least = 0);
  /// As `number`; left out is a fault too where `otherwise` is 0.
  std::int64_t needed(Keys keys, std::int64_t otherwise, std::int64_t most);
  bool flag(Keys keys, bool otherwise);
  /// True or false in the node, else in the document around it.
  bool flag_anywhere(std::string_view key, bool otherwise);
  /// A text of at most 200 bytes; empty where left out.
  std::string text(Keys keys);
  /// A list of texts; empty where left out.
  std::vector<std::string_view> texts(std::string_view key, std::size_t most);
  /// A list of whole numbers.
  std::vector<std::int64_t> numbers(std::string_view key, std::size_t most, std::int64_t greatest);
  const JsonNode* object(std::string_view key);

  /// The same for an object within this one.
  HfValues inside(const JsonNode& node) const { return {node, *outer_, file_}; }
  void fault(int line, const std::string& what, const std::string& hint = {});
  /// Takes over the fault of values that were looked for further inside.
  void adopt(const HfValues& other) {
    if (!error_) error_ = other.error_;
  }
  const std::optional<Error>& error() const { return error_; }
  const JsonNode& node() const { return *node_; }
  const std::string& file() const { return file_; }
  /// Keys that were needed and left to the library's default.
  const std::vector<std::string>& defaulted() const { return defaulted_; }

 private:
  std::int64_t whole(const JsonNode& value, std::int64_t least, std::int64_t most,
                     std::int64_t otherwise);

  const JsonNode* node_;
  const JsonNode* outer_;
  std::string file_;
  std::optional<Error> error_;
  std::vector<std::string> defaulted_;
};

}  // namespace weighin::catalogue
