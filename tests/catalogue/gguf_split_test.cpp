// Are the parts of a split model found, put together and held against each other?
#include "catalogue/readers/gguf_split.hpp"

#include <gtest/gtest.h>

#include "catalogue/gguf_maker.hpp"

namespace weighin::gguf {
namespace {

using test::GgufMaker;
using test::SparseFolder;

GgufMaker part(std::uint16_t number, std::uint16_t count, std::uint32_t tensors) {
  GgufMaker maker;
  if (number == 0) maker = test::small_llama();
  maker.u16("split.no", number)
      .u16("split.count", count)
      .raw_key("split.tensors.count", 5, maker.number(tensors));
  if (number > 0) maker.tensor("blk.0.extra." + std::to_string(number), {32, 10}, 2);
  return maker;
}

void add_three_parts(SparseFolder& folder) {
  for (std::uint16_t i = 0; i < 3; ++i) folder.add(part_name("m", i + 1, 3), part(i, 3, 22));
}

TEST(GgufSplit, NamesOfParts) {
  const auto parsed = parse_part_name("a-b-00002-of-00005.gguf");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->stem, "a-b");
  EXPECT_EQ(parsed->number, 2);
  EXPECT_EQ(parsed->count, 5);
  EXPECT_EQ(part_name("a-b", 2, 5), "a-b-00002-of-00005.gguf");
  for (const char* odd : {"", "m.gguf", "-00001-of-00002.gguf", "m-00003-of-00002.gguf",
                          "m-00000-of-00002.gguf", "m-0001-of-00002.gguf", "m-00001-of-00002.bin",
                          "m-+0001-of-00002.gguf", "m-00001-of-99999.gguf"})
    EXPECT_FALSE(parse_part_name(odd)) << odd;
}

TEST(GgufSplit, AnyPartNamesAll) {
  for (std::int64_t number = 1; number <= 3; ++number) {
    SparseFolder folder;
    add_three_parts(folder);
    const auto spec = read_model(folder, part_name("m", number, 3));
    ASSERT_TRUE(spec.ok()) << to_text(spec.error());
    EXPECT_EQ(spec->id, "m");
    EXPECT_EQ(spec->file->tensors.size(), 22u);
    ASSERT_EQ(spec->file->parts.size(), 3u);
    EXPECT_EQ(spec->file->parts[2].name, "m-00003-of-00003.gguf");
    Bytes sum = 0;
    for (const FilePart& each : spec->file->parts) sum += each.bytes;
    EXPECT_EQ(spec->file->total_bytes, sum);
    EXPECT_EQ(spec->file->parameters, test::kSmallLlamaParameters + 640);
    EXPECT_TRUE(spec->shape);
  }
}

TEST(GgufSplit, AMissingPartIsNamed) {
  SparseFolder folder;
  add_three_parts(folder);
  folder.remove("m-00002-of-00003.gguf");
  const auto spec = read_model(folder, "m-00003-of-00003.gguf");
  ASSERT_TRUE(spec.ok()) << to_text(spec.error());
  EXPECT_TRUE(spec->file->parts.at(1).missing);
  EXPECT_EQ(spec->file->notes.at(0), "part 2 of 3 is missing: m-00002-of-00003.gguf");
  EXPECT_FALSE(spec->parameters);
  folder.remove("m-00001-of-00003.gguf");
  const auto headless = read_model(folder, "m-00003-of-00003.gguf");
  ASSERT_FALSE(headless.ok());
  EXPECT_EQ(headless.error().kind, ErrorKind::no_input);
  EXPECT_NE(headless.error().what.find("m-00001-of-00003.gguf"), std::string::npos);
}

std::string error_of(SparseFolder& folder) {
  const auto spec = read_model(folder, "m-00001-of-00002.gguf");
  if (spec) return {};
  EXPECT_EQ(spec.error().kind, ErrorKind::data);
  return to_text(spec.error());
}

TEST(GgufSplit, PartsThatDoNotBelongTogether) {
  const auto two = [](const GgufMaker& first, const GgufMaker& second) {
    SparseFolder folder;
    folder.add("m-00001-of-00002.gguf", first);
    folder.add("m-00002-of-00002.gguf", second);
    return error_of(folder);
  };
  EXPECT_EQ(two(part(0, 2, 21), part(1, 2, 21)), "");
  EXPECT_NE(two(part(0, 2, 21), part(1, 3, 21)).find("split.count\" is 3, and must be 2"),
            std::string::npos);
  EXPECT_NE(two(part(0, 2, 21), part(0, 2, 21)).find("split.no"), std::string::npos);
  EXPECT_NE(two(part(0, 2, 99), part(1, 2, 99)).find("split.tensors.count"), std::string::npos);
  EXPECT_NE(two(part(0, 2, 21), test::small_llama()).find("split.count"), std::string::npos);
  GgufMaker twin = part(1, 2, 22);
  twin.tensor("output_norm.weight", {64});
  EXPECT_NE(two(part(0, 2, 22), twin).find("two of the parts"), std::string::npos);
}

TEST(GgufSplit, APartWithoutItsNameSaysSo) {
  SparseFolder folder;
  folder.add("renamed.gguf", part(0, 3, 22));
  const auto spec = read_model(folder, "renamed.gguf");
  ASSERT_FALSE(spec.ok());
  EXPECT_NE(spec.error().what.find("one of 3 parts"), std::string::npos);
}

}  // namespace
}  // namespace weighin::gguf
