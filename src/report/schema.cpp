// Which schemas does the program carry, and what do they say?
#include "report/schema.hpp"

#include "weighin/report.hpp"

namespace weighin {

std::vector<std::string_view> schema_names() {
  std::vector<std::string_view> names;
  for (const Schema& schema : schema_table()) names.push_back(schema.name);
  return names;
}

std::string_view schema_text(std::string_view name) {
  for (const Schema& schema : schema_table()) {
    if (schema.name == name) return schema.text;
  }
  return {};
}

}  // namespace weighin
