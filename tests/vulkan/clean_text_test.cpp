// Does text from a driver become text that may be shown?
#include "vulkan/clean_text.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

namespace weighin::vulkan {
namespace {

using namespace std::string_literals;

TEST(CleanText, LeavesGoodTextAlone) {
  EXPECT_EQ(clean_text("Intel(R) Arc(TM) A770 Graphics (DG2)"),
            "Intel(R) Arc(TM) A770 Graphics (DG2)");
  EXPECT_EQ(clean_text("Größe 漢字 😀"), "Größe 漢字 😀");
  EXPECT_EQ(clean_text(""), "");
}

TEST(CleanText, EndsAtTheFirstNul) { EXPECT_EQ(clean_text("RTX\0 4090"s), "RTX"); }

TEST(CleanText, FoldsBlanksAndControls) {
  EXPECT_EQ(clean_text(" \t NVIDIA \x1B[31m  X\r\n"), "NVIDIA [31m X");
  EXPECT_EQ(clean_text("a\xC2\x85\xC2\xA0z"), "a z");          // C1 control, no-break space
  EXPECT_EQ(clean_text("a\xE2\x80\xAE\xE2\x81\xA6z"), "a z");  // marks that reorder text
}

TEST(CleanText, ReplacesWhatIsNoUtf8) {
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(clean_text("a\xFFz"), "a" + mark + "z");
  EXPECT_EQ(clean_text("\xC0\xAF"), mark + mark);                        // overlong
  EXPECT_EQ(clean_text("\xED\xA0\x80"), mark + mark + mark);             // surrogate
  EXPECT_EQ(clean_text("\xF4\x90\x80\x80"), mark + mark + mark + mark);  // beyond U+10FFFF
  EXPECT_EQ(clean_text("a\xE2\x82"), "a" + mark + mark);                 // cut short
}

TEST(CleanText, IsBoundedWithoutCuttingACharacter) {
  EXPECT_EQ(clean_text(std::string(1000, 'x'), 10), "xxxxxxxxxx");
  EXPECT_EQ(clean_text("漢字", 5), "漢");
  EXPECT_EQ(clean_text("ab cd", 3), "ab");
}

TEST(CleanText, AnyBytesBecomeWhatJsonAccepts) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    for (unsigned i = 0; i < random() % 40; ++i) bytes += static_cast<char>(random() % 256);
    const std::string clean = clean_text(bytes, 64);
    EXPECT_LE(clean.size(), 64u);
    EXPECT_NO_THROW(static_cast<void>(nlohmann::json(clean).dump()));
    EXPECT_EQ(clean_text(clean, 64), clean);
  }
}

}  // namespace
}  // namespace weighin::vulkan
