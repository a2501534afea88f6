// Which hyperparameters does a model's "shape" hold?
#pragma once

#include "catalogue/fields.hpp"
#include "weighin/catalogue.hpp"

namespace weighin::catalogue {

/// The shape, with every count within bounds that keep the estimator's sums within 63 bits; a fault
/// goes to `fields`' faults. `context_max` is not among its fields: the model has it.
Shape read_shape(const JsonNode& node, const std::string& owner, int owner_line, Faults& faults);

}  // namespace weighin::catalogue
