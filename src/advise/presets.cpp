// Which policies come with the program?
#include "advise/presets.hpp"

#include <span>

#include "weighin/gate.hpp"

namespace weighin {

std::vector<std::string_view> preset_names() {
  std::vector<std::string_view> names;
  for (const Preset& each : preset_table()) names.push_back(each.name);
  return names;
}

std::string_view preset_text(std::string_view name) {
  for (const Preset& each : preset_table()) {
    if (each.name == name) return each.text;
  }
  return {};
}

}  // namespace weighin
