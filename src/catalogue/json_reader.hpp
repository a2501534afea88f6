// How is foreign JSON read so that every error can say file and line?
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "weighin/result.hpp"

namespace weighin::catalogue {

enum class JsonKind { null, boolean, integer, number, string, array, object };

/// "a text", "a whole number", …: for messages.
const char* to_text(JsonKind kind);

/// Foreign text fit for a message: no control characters, at most `longest` bytes.
std::string printable(std::string_view text, std::size_t longest = 80);

/// One value of a document, with the line on which it begins.
struct JsonNode {
  JsonKind kind = JsonKind::null;
  int line = 0;
  int column = 0;      ///< on which it begins, in bytes from 1; 0 where not asked for
  int key_column = 0;  ///< of its name
  int key_line = 0;
  std::string key;              ///< its name, where it is a member of an object
  std::string text;             ///< of a string
  std::int64_t integer = 0;     ///< of a whole number that fits; 0 or 1 of a boolean
  double number = 0.0;          ///< of any number
  std::vector<JsonNode> items;  ///< of an array, or the members of an object in their order

  /// The member of that name, or null.
  const JsonNode* find(std::string_view name) const;
};

/// What a document may cost us at most.
struct JsonLimits {
  std::size_t bytes = std::size_t{64} << 20;
  std::size_t depth = 64;
  std::size_t values = 500'000;  ///< about 140 bytes of memory each
  bool columns = false;          ///< columns are counted, and errors say "name:line:column"
};

/// Reads a whole document. Duplicate keys, broken UTF-8, numbers beyond a double and anything after
/// the document are errors of ErrorKind::data with "name:line".
Result<JsonNode> read_json(std::string_view text, const std::string& name,
                           const JsonLimits& limits = {});

}  // namespace weighin::catalogue
