// What in a recording tells who its owner is, and what stands there in its place?
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weighin/host.hpp"

namespace weighin {

/// The names that lead to a person or to one single machine.
struct Identity {
  std::vector<std::string>
      words;         ///< host and user names, machine and boot ids, DMI serial numbers
  std::string home;  ///< the home folder's path; empty where unknown
};

/// Asks the host for them.
Identity identity_of(const Host& host);

/// The text of the file at `path` (or the answer to the question `path`) with every name, MAC
/// address, serial number and id replaced by "-".
std::string anonymise_text(const Identity& identity, std::string_view path, std::string_view text);

/// A path with the user-made parts (home folders, control groups, mount points) treated likewise.
/// Paths that the kernel makes stay as they are: a replay asks for them again.
std::string anonymise_path(const Identity& identity, std::string_view path);

}  // namespace weighin
