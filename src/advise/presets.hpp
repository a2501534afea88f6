// What is a preset?  A policy as data, src/advise/presets/NAME.json, found from the folder.
#pragma once

#include <span>
#include <string_view>

namespace weighin {

struct Preset {
  std::string_view name, text;
};
std::span<const Preset> preset_table();

}  // namespace weighin
