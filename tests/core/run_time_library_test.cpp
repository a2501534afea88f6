// Is a library that is not there, or lacks a function, as good as none?
#include "core/run_time_library.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

TEST(RunTimeLibrary, IsUsedWhereItIsThere) {
  RunTimeLibrary library({"libnowhere.so.9", "libm.so.6"});
  double (*cosine)(double) = nullptr;
  library.find(cosine, "cos");
  ASSERT_TRUE(bool(library));
  EXPECT_DOUBLE_EQ(cosine(0.0), 1.0);
}

TEST(RunTimeLibrary, IsNotUsedWhereItIsNotOrIsAnother) {
  RunTimeLibrary none({"libnowhere.so.9"});
  void (*function)() = nullptr;
  none.find(function, "cos");
  EXPECT_FALSE(bool(none));
  EXPECT_EQ(function, nullptr);
  RunTimeLibrary other({"libm.so.6"});
  other.find(function, "curl_easy_init");
  EXPECT_FALSE(bool(other));
}

}  // namespace
}  // namespace weighin
