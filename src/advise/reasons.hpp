// How is a reason made, so that it stands in the closed list?
#pragma once

#include <string>

#include "weighin/advise.hpp"

namespace weighin {

/// The classes of a reason: what would cure it.
inline constexpr const char* kPermanent = "permanent";
inline constexpr const char* kUserFixable = "user_fixable";
inline constexpr const char* kTransient = "transient";

/// A reason about something that is there or not (unit "feature").
Reason feature_reason(std::string code, std::string cls, std::string advice);
/// A reason with a need and what there is of it.
Reason amount_reason(std::string code, std::string cls, double required,
                     std::optional<double> actual, std::string unit, KnownBy known_by,
                     std::string advice);
/// True where the code stands in reason_list() and may carry that class.
bool listed(const Reason& reason);

}  // namespace weighin
