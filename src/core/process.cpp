// Whose process is this?
#include "weighin/process.hpp"

#include <atomic>

namespace weighin {
namespace {

std::atomic<bool> ours{true};

}  // namespace

void process_is_not_ours() { ours = false; }

bool is_process_ours() { return ours; }

}  // namespace weighin
