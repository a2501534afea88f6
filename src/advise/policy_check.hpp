// Which conditions can no device meet?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "weighin/gate.hpp"

namespace weighin {

/// A condition that stands in the way of every pass.
struct Impossible {
  std::string key, what, hint;
};
/// The first condition that no device can meet, alone or together with the others.
std::optional<Impossible> impossible_condition(const std::vector<Condition>& conditions);

}  // namespace weighin
