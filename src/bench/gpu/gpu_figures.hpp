// How do figures pass from the child that measures a GPU to its parent?
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string_view>

#include "weighin/bench.hpp"

namespace weighin {

/// A figure as the payload of a frame.
nlohmann::json figure_json(const Measurement& measurement);

/// Reads one again. The driver that ran in the child may have written anything: nothing where it is no
/// figure (wrong types, no name, rates that are no positive numbers or out of order). Texts are cleaned.
std::optional<Measurement> read_figure(std::string_view json);

}  // namespace weighin
