// How is work that may crash, hang or flood given to a child process?
#pragma once

#include <vector>

#include "weighin/host.hpp"

namespace weighin {

/// Runs all requests at once, each as its own process group, and waits for every end. Takes at most
/// the longest deadline plus half a second, whatever the children do.
std::vector<ChildAnswer> run_child_processes(const std::vector<ChildRequest>& requests);

}  // namespace weighin
