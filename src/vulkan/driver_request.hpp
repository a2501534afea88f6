// Under which limits, and with which surroundings, is a child given one driver?
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "weighin/host.hpp"

namespace weighin::vulkan {

/// A child that is our own program with these arguments. The limit on memory is RLIMIT_DATA and not
/// RLIMIT_AS: drivers reserve far more address space than they use. None where we are built with a
/// sanitizer, whose shadow memory is beyond any sensible limit.
ChildRequest driver_request(const std::string& program, std::vector<std::string> arguments,
                            double deadline_seconds, std::int64_t memory_limit_bytes);

/// One manifest for the loader and nothing else: no other driver, no layer, no noise. `switches` are
/// variables that turn implicit layers off.
void choose_driver(const std::string& manifest, const std::vector<std::string>& switches,
                   ChildRequest& request);

}  // namespace weighin::vulkan
