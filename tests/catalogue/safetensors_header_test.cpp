// Is a header read right, and every broken one refused with its field and limit?
#include "catalogue/readers/safetensors_header.hpp"

#include <gtest/gtest.h>

#include "catalogue/hostile_safetensors_files.hpp"
#include "catalogue/safetensors_maker.hpp"

namespace weighin::catalogue {
namespace {

using test::header_of;
using test::safetensors_of;
using test::with_length;

Result<SafetensorsHeader> read(const std::string& bytes, std::vector<FileTensor>& tensors) {
  const auto source = bytes_in_memory("f/model.safetensors", bytes);
  TensorBudget budget;
  return read_safetensors_header(*source, tensors, budget);
}

TEST(SafetensorsHeader, EveryTypeAndShapeIsRead) {
  std::vector<FileTensor> tensors;
  const std::string bytes = safetensors_of({{"a", "F32", {2, 3}},
                                            {"b", "F4", {2, 4}},
                                            {"c", "F8_E4M3", {5}},
                                            {"d", "I64", {}},
                                            {"e", "BOOL", {0, 7}},
                                            {"f", "F6_E2M3", {4}},
                                            {"v", "U8", {2, 2, 2, 2, 3}}});
  const auto header = read(bytes, tensors);
  ASSERT_TRUE(header.ok()) << header.error().what;
  ASSERT_EQ(tensors.size(), 7u);
  EXPECT_EQ(tensors[0].size[0], 3);  // row length first
  EXPECT_EQ(tensors[0].size[1], 2);
  EXPECT_EQ(tensors[0].bytes, 24);
  EXPECT_EQ(tensors[1].bytes, 4);
  EXPECT_EQ(tensors[2].type, "F8_E4M3");
  EXPECT_EQ(tensors[3].dimensions, 0);
  EXPECT_EQ(tensors[3].weights, 1);
  EXPECT_EQ(tensors[4].weights, 0);
  EXPECT_EQ(tensors[5].bytes, 3);
  EXPECT_EQ(tensors[6].dimensions, 4);
  EXPECT_EQ(tensors[6].size[3], 4);  // the first two folded
  EXPECT_EQ(header->header_bytes + header->data_bytes, static_cast<Bytes>(bytes.size()));
}

TEST(SafetensorsHeader, ATensorWithASideOfZeroIsEmptyHoweverLargeTheOthers) {
  std::vector<FileTensor> tensors;
  const std::string text =
      R"({"a":{"dtype":"U8","shape":[0,4398556620369715456,214,2,3,4],"data_offsets":[0,0]},)"
      R"("b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})";
  const auto header = read(with_length(text) + "12", tensors);
  ASSERT_TRUE(header.ok()) << header.error().what;
  ASSERT_EQ(tensors.size(), 2u);
  EXPECT_EQ(tensors[0].weights, 0);
  EXPECT_EQ(tensors[0].bytes, 0);
  EXPECT_EQ(tensors[0].size[0], 0);
}

TEST(SafetensorsHeader, TheOrderOfTensorsIsFree) {
  std::vector<FileTensor> tensors;
  const std::string text = R"({"b":{"data_offsets":[2,4],"shape":[2],"dtype":"U8"},)"
                           R"("a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}   )";
  EXPECT_TRUE(read(with_length(text) + "1234", tensors).ok());
}

TEST(SafetensorsHeader, ALargeFileIsReadByItsHeaderAlone) {
  const std::vector<test::MadeTensor> made{{"big", "BF16", {1 << 17, 1 << 16}}};
  const std::string head = with_length(header_of(made));
  test::HeaderThenZeros source("big", head, static_cast<Bytes>(head.size()) + (Bytes{1} << 34));
  std::vector<FileTensor> tensors;
  TensorBudget budget;
  ASSERT_TRUE(read_safetensors_header(source, tensors, budget).ok());
  EXPECT_EQ(tensors[0].weights, std::int64_t{1} << 33);
  EXPECT_LE(source.bytes_read(), static_cast<Bytes>(head.size()) + 16);
}

TEST(SafetensorsHeader, EveryHostileHeaderIsRefusedWithFileFieldAndLimit) {
  for (const test::HostileHeader& hostile : test::hostile_headers()) {
    std::vector<FileTensor> tensors;
    const auto header = read(hostile.bytes, tensors);
    ASSERT_FALSE(header.ok()) << hostile.name;
    const Error& error = header.error();
    EXPECT_EQ(error.kind, ErrorKind::data) << hostile.name;
    EXPECT_NE(error.what.find("f/model.safetensors"), std::string::npos) << error.what;
    EXPECT_FALSE(error.where.empty()) << hostile.name;
    EXPECT_FALSE(error.hint.empty()) << hostile.name;
    EXPECT_EQ((error.what + error.hint).find('\n'), std::string::npos) << hostile.name;
    const std::string says = hostile.says;
    const std::size_t either = says.find('|');
    EXPECT_TRUE(error.what.find(says.substr(0, either)) != std::string::npos ||
                (either != std::string::npos &&
                 error.what.find(says.substr(either + 1)) != std::string::npos))
        << hostile.name << ": " << error.what;
  }
}

// Cut off at every byte of the header: always refused, never read as less.
TEST(SafetensorsHeader, TruncatedAtEveryByte) {
  const std::string whole = safetensors_of({{"a", "F32", {2}}, {"b", "U8", {3}}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::vector<FileTensor> tensors;
    EXPECT_FALSE(read(whole.substr(0, size), tensors).ok()) << size;
  }
  std::vector<FileTensor> tensors;
  EXPECT_TRUE(read(whole, tensors).ok());
}

TEST(SafetensorsHeader, MoreTensorsThanTheLimitAreRefused) {
  std::string text = "{";
  for (int i = 0; i < 300; ++i)
    text += fmt::format("{}\"t{}\":{{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}",
                        i == 0 ? "" : ",", i);
  const auto source = bytes_in_memory("f", with_length(text + "}"));
  std::vector<FileTensor> tensors;
  TensorBudget enough{300, 2000};
  EXPECT_TRUE(read_safetensors_header(*source, tensors, enough).ok());
  TensorBudget few{299, 2000};
  tensors.clear();
  EXPECT_FALSE(read_safetensors_header(*source, tensors, few).ok());
  TensorBudget names{300, 500};
  tensors.clear();
  EXPECT_FALSE(read_safetensors_header(*source, tensors, names).ok());
}

}  // namespace
}  // namespace weighin::catalogue
