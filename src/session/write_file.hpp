// How is a file written as a whole or not at all?
#pragma once

#include <string>

#include "weighin/result.hpp"

namespace weighin {

/// Writes a file as a whole or not at all: a temporary file beside it, synced, then renamed.
Result<Done> write_file(const std::string& path, const std::string& text);

/// What is said where that fails: ErrorKind::io.
Error cannot_write(const std::string& path, const std::string& why);

}  // namespace weighin
