// Which Vulkan drivers are installed?
#pragma once

#include <string>
#include <vector>

#include "weighin/host.hpp"

namespace weighin {

/// One driver manifest, found where the Vulkan loader looks, and read before the loader reads it.
struct DriverManifest {
  std::string path;      ///< of the manifest
  std::string library;   ///< what to dlopen(): an absolute path, or a name to be searched for
  std::string fault;     ///< why it cannot be used ("its manifest is not JSON"); empty where it can
  bool skipped = false;  ///< for another processor: no fault, nothing to ask
};

/// What was found, and where.
struct DriverSearch {
  std::vector<DriverManifest> manifests;    ///< in the loader's order, each driver once
  std::vector<std::string> searched;        ///< the folders and files that were looked for
  std::vector<std::string> layer_switches;  ///< variables that turn implicit layers off, by name
  std::size_t left_out = 0;                 ///< manifests beyond the limit
};

inline constexpr std::size_t kMostManifests = 64;  ///< that are asked
inline constexpr std::size_t kMostFiles = 120;     ///< with those that cannot be

/// Looks where the loader looks (Vulkan-Loader, docs/LoaderDriverInterface.md): VK_DRIVER_FILES or
/// VK_ICD_FILENAMES alone where set; else VK_ADD_DRIVER_FILES and the folders vulkan/icd.d under
/// the XDG and system configuration and data folders.
DriverSearch find_drivers(const Host& host);

/// The file name of a path: "lvp_icd.x86_64.json".
std::string file_name(const std::string& path);

}  // namespace weighin
