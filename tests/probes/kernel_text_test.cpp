// Are the kernel's small texts read strictly, and never beyond their end?
#include "probes/read/kernel_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weighin::kernel_text {
namespace {

using testing::ElementsAre;

TEST(KernelText, WholeNumbersAreWhole) {
  EXPECT_EQ(whole_number(" 42\n"), 42);
  EXPECT_EQ(whole_number("-1"), -1);
  EXPECT_EQ(whole_number("9223372036854775807"), 9223372036854775807);
  for (const char* text :
       {"", " ", "9223372036854775808", "1 2", "1.5", "0x10", "+1", "max", "--1"}) {
    EXPECT_EQ(whole_number(text), std::nullopt) << text;
  }
}

TEST(KernelText, LinesAndWords) {
  EXPECT_THAT(lines("a\r\nb\n\nc"), ElementsAre("a", "b", "", "c"));
  EXPECT_THAT(lines("a\nb\nc", 2), ElementsAre("a", "b"));
  EXPECT_THAT(lines(""), ElementsAre());
  EXPECT_THAT(words("  a\tb  c "), ElementsAre("a", "b", "c"));
  EXPECT_THAT(words("a b c", 2), ElementsAre("a", "b"));
}

TEST(KernelText, KilobytesNeedTheirUnitAndExactKey) {
  const char* text =
      "MemTotal:       24684084 kB\nMemTotalX: 1 kB\nSwap:  7\nHuge: 9223372036854775807 kB\n";
  EXPECT_EQ(kilobytes(text, "MemTotal"), 24684084LL * 1024);
  EXPECT_EQ(kilobytes(text, "Mem"), std::nullopt);
  EXPECT_EQ(kilobytes(text, "Swap"), std::nullopt);
  EXPECT_EQ(kilobytes(text, "Huge"), std::nullopt) << "does not fit 63 bits";
  EXPECT_EQ(kilobytes(text, "None"), std::nullopt);
  EXPECT_EQ(kilobytes("A: -5 kB", "A"), std::nullopt);
}

TEST(KernelText, FieldsAndCounters) {
  EXPECT_EQ(field("Cpus_allowed:\t3\nCpus_allowed_list:\t0-1\n", "Cpus_allowed_list"), "0-1");
  EXPECT_EQ(field("key :  value  \n", "key"), "value");
  EXPECT_EQ(field("key value\n", "key"), std::nullopt);
  EXPECT_EQ(counter("active_file 5\ntotal_active_file 9\n", "active_file"), 5);
  EXPECT_EQ(counter("active_file 5\ntotal_active_file 9\n", "total_active_file"), 9);
  EXPECT_EQ(counter("active_filex 5\n", "active_file"), std::nullopt);
  EXPECT_EQ(counter("active_file five\n", "active_file"), std::nullopt);
}

TEST(KernelText, NumberLists) {
  EXPECT_THAT(*number_list("0-3,8,10-11\n"), ElementsAre(0, 1, 2, 3, 8, 10, 11));
  EXPECT_THAT(*number_list("5,1-2,2"), ElementsAre(1, 2, 5));
  EXPECT_THAT(*number_list("\n"), ElementsAre());
  for (const char* text : {"3-1", "a", "1,", "1,,2", "-1", "1-", "0-65536", "0-99999999999"}) {
    EXPECT_EQ(number_list(text), std::nullopt) << text;
  }
}

TEST(KernelText, ManyLargeRangesCostNothingMuch) {
  std::string text = "0-65535";
  for (int i = 0; i < 1000; ++i) text += ",0-65535";
  EXPECT_EQ(number_list(text), std::nullopt);
}

}  // namespace
}  // namespace weighin::kernel_text
