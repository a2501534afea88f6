// Is a failure a value with its exit code?
#include "weighin/result.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace weighin {
namespace {

Result<int> half(int number) {
  if (number % 2 != 0) return Error{ErrorKind::data, "odd number", "line 3", "give an even one"};
  return number / 2;
}

TEST(Result, AValueOrAnError) {
  EXPECT_TRUE(half(4).ok());
  EXPECT_EQ(*half(4), 2);
  const auto failed = half(3);
  EXPECT_FALSE(failed);
  EXPECT_EQ(failed.error().what, "odd number");
  EXPECT_EQ(to_text(failed.error()), "odd number, line 3");
  EXPECT_EQ(to_text(Error{ErrorKind::io, "disk full", "", ""}), "disk full");
}

TEST(Result, ValuesMoveOut) {
  Result<std::unique_ptr<int>> made = std::make_unique<int>(5);
  const std::unique_ptr<int> taken = std::move(*made);
  EXPECT_EQ(*taken, 5);
}

TEST(Result, ExitCodesAreThoseOfSysexits) {
  EXPECT_EQ(exit_code(ErrorKind::usage), 64);
  EXPECT_EQ(exit_code(ErrorKind::data), 65);
  EXPECT_EQ(exit_code(ErrorKind::no_input), 66);
  EXPECT_EQ(exit_code(ErrorKind::internal), 70);
  EXPECT_EQ(exit_code(ErrorKind::io), 74);
}

}  // namespace
}  // namespace weighin
