// Is text cut, filled and folded by letters and not by bytes?
#include "report/screen.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

const Screen kScreen({false, 80, false, true});

TEST(Screen, CountsLetters) {
  EXPECT_EQ(columns_of("GiB…"), 4u);
  EXPECT_EQ(kScreen.left("é", 3), "é  ");
  EXPECT_EQ(kScreen.right("é", 3), "  é");
  EXPECT_EQ(kScreen.cut("abcdef", 4), "abc…");
  EXPECT_EQ(Screen({false, 80, false, false}).cut("abcdef", 4), "ab..");
  EXPECT_EQ(kScreen.cut("ab", 0), "");
  EXPECT_EQ(kScreen.cut_middle("DeepSeek R1 Distill Qwen 7B", 22), "DeepSeek …till Qwen 7B");
  EXPECT_EQ(columns_of(kScreen.cut_middle("äöüäöüäöüäöü", 10)), 10u);
  EXPECT_EQ(kScreen.cut_middle("short", 22), "short");
  EXPECT_EQ(Screen({false, 80, false, false}).cut_middle("abcdefghijkl", 10), "abcd..ijkl");
}

TEST(Screen, FoldsAtBlanksAndBreaksNoPromise) {
  const auto lines = kScreen.fold("one two three a-word-that-is-far-too-long", 9);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0], "one two");
  EXPECT_EQ(lines[2], "a-word-t…");
  EXPECT_EQ(kScreen.fold("", 9).size(), 1u);
}

TEST(Screen, WidthIsKeptWithinReason) {
  EXPECT_EQ(Screen({false, 7, false, true}).width(), 60u);
  EXPECT_EQ(Screen({false, 1000, false, true}).width(), 120u);
}

TEST(Screen, EveryVerdictHasItsOwnWordBesideTheSign) {
  for (const Fit fit : {Fit::fits, Fit::tight, Fit::slow, Fit::too_big, Fit::unsupported,
                        Fit::not_downloadable, Fit::unknown}) {
    EXPECT_NE(kScreen.fit_word(fit).find(to_text(fit)), std::string::npos);
  }
}

TEST(Screen, ColourOnlyWhereAskedFor) {
  EXPECT_EQ(kScreen.tone("x", Tone::good), "x");
  EXPECT_EQ(Screen({true, 80, false, true}).tone("x", Tone::good), "\x1b[32mx\x1b[0m");
}

}  // namespace
}  // namespace weighin
