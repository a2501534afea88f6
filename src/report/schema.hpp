// What is a published schema?  One file in docs/schema/.
#pragma once

#include <span>
#include <string_view>

namespace weighin {

struct Schema {
  std::string_view name, text;
};

/// All schemas, by name (generated from the folder).
std::span<const Schema> schema_table();

}  // namespace weighin
