// What do several tests need?
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "weighin/host.hpp"

namespace weighin::test {

/// A folder that is removed at the end of the test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  /// Writes a file below the folder, with the folders it needs.
  void write(std::string_view relative, std::string_view text) const;

 private:
  std::filesystem::path path_;
};

/// The whole file; fails the test where it cannot be read.
std::string slurp(const std::filesystem::path& path);

/// The checkout's root and its sibling `shared` (empty where it is absent: skip with a reason).
std::filesystem::path source_folder();
std::filesystem::path shared_folder();

}  // namespace weighin::test
