// What is mounted where?
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weighin/host.hpp"

namespace weighin {

/// One line of /proc/self/mountinfo (or /proc/mounts, which knows no root and no device).
struct Mount {
  std::string device;         ///< "254:0"; empty where unknown
  std::string root;           ///< the part of the file system that is mounted here
  std::string point;          ///< where
  std::string options;        ///< of this mount
  std::string type;           ///< "ext4"
  std::string source;         ///< "/dev/vda"
  std::string super_options;  ///< of the file system
};

/// Lines that are no mounts are left out.
std::vector<Mount> read_mountinfo(std::string_view text);
std::vector<Mount> read_mounts(std::string_view text);

/// From /proc/self/mountinfo, else /proc/self/mounts or /proc/mounts.
Result<std::vector<Mount>> mounts_of(const Host& host);

/// True where the comma-separated `options` hold `option`.
bool has_option(std::string_view options, std::string_view option);

/// The part of `path` below `folder` ("" for the folder itself, "/x" below it), or null where it is
/// not there.
bool below(std::string_view path, std::string_view folder, std::string_view& rest);

/// The mount that `path` lies on: the longest mount point above it, the last mounted of equals.
const Mount* mount_at(const std::vector<Mount>& mounts, std::string_view path);

}  // namespace weighin
