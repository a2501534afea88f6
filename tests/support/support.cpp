// How do tests make folders and read files?
#include "support/support.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <sstream>

namespace weighin::test {

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "weighin-test-XXXXXX").string();
  const char* made = mkdtemp(pattern.data());
  path_ = made != nullptr ? made : "";
  EXPECT_FALSE(path_.empty()) << "mkdtemp failed";
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void TemporaryFolder::write(std::string_view relative, std::string_view text) const {
  const std::filesystem::path file = path_ / relative;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << text;
}

std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::filesystem::path source_folder() { return WEIGHIN_SOURCE_DIR; }

std::filesystem::path shared_folder() {
  if (const char* set = getenv("WEIGHIN_SHARED")) return set;
  const std::filesystem::path beside = source_folder().parent_path() / "shared";
  return std::filesystem::exists(beside / "truth") ? beside : std::filesystem::path{};
}

}  // namespace weighin::test
