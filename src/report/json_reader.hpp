// Is this text a JSON document that we dare to read?
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "weighin/result.hpp"

namespace weighin {

/// What a document may cost at most.
struct JsonLimits {
  std::size_t bytes = 16u << 20;
  std::size_t depth = 64;
  std::size_t values = 1u << 20;
};

/// The document, or ErrorKind::data with the line: too large, too deep, too many values, a key
/// given twice in one object, no JSON.
Result<nlohmann::json> parse_json(std::string_view text, const std::string& name,
                                  const JsonLimits& limits = {});

}  // namespace weighin
