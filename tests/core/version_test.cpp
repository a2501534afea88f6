// Is the version that the program tells the one that it was built as?
#include <gtest/gtest.h>

#include <string>

#include "weighin/core.hpp"

namespace weighin {
namespace {

TEST(Version, IsTheProjects) {
  EXPECT_EQ(std::string(version()), WEIGHIN_VERSION);
  EXPECT_NE(std::string(version()).find('.'), std::string::npos);
}

}  // namespace
}  // namespace weighin
