// Is a header read right, and every broken one refused with its field and limit?
#include "catalogue/readers/safetensors_header.hpp"

#include <gtest/gtest.h>

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

TEST(SafetensorsHeader, TheOrderOfTensorsIsFree) {
  std::vector<FileTensor> tensors;
  const std::string text = R"({"b":{"data_offsets":[2,4],"shape":[2],"dtype":"U8"},)"
                           R"("a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}   )";
  EXPECT_TRUE(read(with_length(text) + "1234", tensors).ok());
}

TEST(SafetensorsHeader, ALargeFileIsReadByItsHeaderAlone) {
  const std::vector<test::MadeTensor> made{{"big", "BF16", {1 << 17, 1 << 16}}};
  const std::string head = with_length(header_of(made));
  test::SparseSource source("big", head, static_cast<Bytes>(head.size()) + (Bytes{1} << 34));
  std::vector<FileTensor> tensors;
  TensorBudget budget;
  ASSERT_TRUE(read_safetensors_header(source, tensors, budget).ok());
  EXPECT_EQ(tensors[0].weights, std::int64_t{1} << 33);
  EXPECT_LE(source.bytes_read(), static_cast<Bytes>(head.size()) + 16);
}

struct Hostile {
  const char* name;
  std::string bytes;
  const char* says;
};

std::string one(const std::string& entry, std::size_t data = 4) {
  return with_length("{\"t\":" + entry + "}") + std::string(data, '\0');
}

std::vector<Hostile> hostile_headers() {
  using std::string_literals::operator""s;
  const std::string good = R"({"dtype":"U8","shape":[4],"data_offsets":[0,4]})";
  std::vector<Hostile> all{
      {"seven bytes", "1234567", "7 bytes"},
      {"length alone", with_length(""), "8 bytes"},
      {"length 0", with_length("", 0) + "{", "begin with"},
      {"length beyond the format", with_length("{}", 100'000'001) + "  ", "100000000"},
      {"length of all ones", with_length("{}", ~std::uint64_t{0}), "100000000"},
      {"length negative", with_length("{}", std::uint64_t{1} << 63U), "100000000"},
      {"length beyond the file", with_length("{}", 64), "2 bytes long|10 bytes long"},
      {"no object", with_length("[]"), "begin with"},
      {"space first", with_length(" {}"), "begin with"},
      {"not UTF-8", with_length("{\"\xff\":1}"), "UTF-8"},
      {"NUL within", with_length("{\"a\":\0}"s), "NUL"},
      {"second document", with_length("{}{}"), "JSON"},
      {"cut off", with_length("{\"t\":{\"dtype\""), "JSON"},
      {"depth bomb", with_length("{\"t\":" + std::string(5000, '[')), "list"},
      {"depth bomb of objects", with_length([] {
         std::string text;
         for (int i = 0; i < 5000; ++i) text += "{\"t\":";
         return text;
       }()),
       "no field"},
      {"a number for a tensor", with_length("{\"t\":1}"), "not an object"},
      {"a list for a tensor", with_length("{\"t\":[]}"), "not an object"},
      {"null for a tensor", with_length("{\"t\":null}"), "not an object"},
      {"no dtype", one(R"({"shape":[4],"data_offsets":[0,4]})"), "dtype"},
      {"no shape", one(R"({"dtype":"U8","data_offsets":[0,4]})"), "shape"},
      {"no offsets", one(R"({"dtype":"U8","shape":[4]})"), "data_offsets"},
      {"empty", one("{}"), "dtype"},
      {"an unknown dtype", one(R"({"dtype":"Q4","shape":[4],"data_offsets":[0,4]})"), "Q4"},
      {"a number for dtype", one(R"({"dtype":1,"shape":[4],"data_offsets":[0,4]})"), "dtype"},
      {"a list for dtype", one(R"({"dtype":[],"shape":[4],"data_offsets":[0,4]})"), "dtype"},
      {"a text for shape", one(R"({"dtype":"U8","shape":"4","data_offsets":[0,4]})"), "shape"},
      {"a number for shape", one(R"({"dtype":"U8","shape":4,"data_offsets":[0,4]})"), "shape"},
      {"a list in shape", one(R"({"dtype":"U8","shape":[[4]],"data_offsets":[0,4]})"), "shape"},
      {"a fraction in shape", one(R"({"dtype":"U8","shape":[4.5],"data_offsets":[0,4]})"), "shape"},
      {"negative shape", one(R"({"dtype":"U8","shape":[-4],"data_offsets":[0,4]})"), "-4"},
      {"rank 17",
       one(R"({"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,4],"data_offsets":[0,4]})"),
       "16"},
      {"product overflow",
       one(R"({"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,4]})"), "63 bits"},
      {"bits overflow",
       one(R"({"dtype":"F64","shape":[2305843009213693951],"data_offsets":[0,4]})"), "63 bits"},
      {"half a byte", one(R"({"dtype":"F4","shape":[3],"data_offsets":[0,2]})", 2), "whole bytes"},
      {"one offset", one(R"({"dtype":"U8","shape":[4],"data_offsets":[0]})"), "not 2"},
      {"three offsets", one(R"({"dtype":"U8","shape":[4],"data_offsets":[0,4,4]})"), "2 numbers"},
      {"negative offset", one(R"({"dtype":"U8","shape":[4],"data_offsets":[-4,0]})"),
       "less than 0"},
      {"end before begin", one(R"({"dtype":"U8","shape":[4],"data_offsets":[4,0]})"), "before"},
      {"beyond the file", one(R"({"dtype":"U8","shape":[9],"data_offsets":[0,9]})"), "beyond"},
      {"offset of 64 bits",
       one(R"({"dtype":"U8","shape":[4],"data_offsets":[18446744073709551612,18446744073709551615]})"),
       "63 bits"},
      {"range and shape differ", one(R"({"dtype":"U8","shape":[3],"data_offsets":[0,4]})"), "span"},
      {"dtype and range differ", one(R"({"dtype":"F32","shape":[4],"data_offsets":[0,4]})"),
       "span"},
      {"hole at the begin", one(R"({"dtype":"U8","shape":[3],"data_offsets":[1,4]})"), "hole"},
      {"bytes behind the end", one(good, 5), "end at 4"},
      {"no tensor but data", with_length("{}") + "1234", "end at 0"},
      {"a field too many", one(R"({"dtype":"U8","shape":[4],"data_offsets":[0,4],"more":1})"),
       "more"},
      {"a field twice", one(R"({"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]})"),
       "twice"},
      {"a tensor twice",
       with_length("{\"t\":" + good +
                   ",\"t\":{\"dtype\":\"U8\",\"shape\":[0],"
                   "\"data_offsets\":[4,4]}}") +
           "1234",
       "twice"},
      {"overlap",
       with_length("{\"t\":" + good +
                   ",\"u\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}}") +
           "1234",
       "within the one before"},
      {"the same range twice", with_length("{\"t\":" + good + ",\"u\":" + good + "}") + "1234",
       "within the one before"},
      {"hole between",
       with_length(R"({"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                   R"("u":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}})") +
           "1234",
       "hole"},
      {"metadata a text", with_length("{\"__metadata__\":\"x\"}"), "__metadata__"},
      {"metadata nested", with_length("{\"__metadata__\":{\"a\":{}}}"), "__metadata__"},
      {"metadata a number", with_length("{\"__metadata__\":{\"a\":1}}"), "__metadata__"},
      {"metadata twice", with_length("{\"__metadata__\":{},\"__metadata__\":{}}"), "twice"},
      {"metadata key twice", with_length("{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}"), "twice"},
      {"a name too long", with_length("{\"" + std::string(2000, 'n') + "\":" + good + "}") + "1234",
       "1024"},
      {"a text without end", with_length("{\"__metadata__\":{\"a\":\"" + std::string(3 << 20, 'x')),
       "longer than 1048576"},
      {"a number without end", with_length("{\"t\":" + std::string(3 << 20, '7')),
       "longer than 1048576"},
  };
  return all;
}

TEST(SafetensorsHeader, EveryHostileHeaderIsRefusedWithFileFieldAndLimit) {
  for (const Hostile& hostile : hostile_headers()) {
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
