// Which model stands for a size without a name?
#pragma once

#include <cstdint>
#include <string>

#include "weighin/catalogue.hpp"

namespace weighin::catalogue {

/// "7b": the reference of the class that `asked` falls in, its shape as it is where its count is
/// within a tenth, else with layers added or taken away (and made narrower far below the smallest
/// class); all of it known_by assumed. `size` is as typed, without blanks.
Result<ModelSpec> model_of_size(const Catalogue& models, const std::string& size,
                                std::int64_t asked);

}  // namespace weighin::catalogue
