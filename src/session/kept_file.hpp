// How is something kept, though many processes read, write and are killed?
#pragma once

#include <optional>
#include <string>

namespace weighin {

/// 16 hex digits for the facts that what is kept depends on: a name for a file, not a secret.
std::string kept_name(const std::string& facts);

/// What was kept under that name, not older than `longest_seconds`; nothing where it is not there,
/// cannot be read or is larger than `most_bytes`.
std::optional<std::string> read_kept(const std::string& folder, const std::string& name,
                                     double longest_seconds, std::size_t most_bytes);

/// Keeps it, whole or not at all: a temporary file beside it, renamed over it. A cache that cannot
/// be written is no failure. Temporary files of writers that were killed are removed after an hour.
void write_kept(const std::string& folder, const std::string& name, const std::string& text);

}  // namespace weighin
