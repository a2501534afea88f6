// Which safetensors headers must be refused, and for what?
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "catalogue/safetensors_maker.hpp"

namespace weighin::test {

/// A whole file that is to be refused, and what the message must say ("a|b": either).
struct HostileHeader {
  const char* name;
  std::string bytes;
  const char* says;
};

inline std::string one_tensor(const std::string& entry, std::size_t data = 4) {
  return with_length("{\"t\":" + entry + "}") + std::string(data, '\0');
}

inline std::vector<HostileHeader> hostile_headers() {
  using std::string_literals::operator""s;
  const std::string good = R"({"dtype":"U8","shape":[4],"data_offsets":[0,4]})";
  return {
      {"seven bytes", "1234567", "7 bytes"},
      {"length alone", with_length(""), "8 bytes"},
      {"length 0", with_length("", 0) + "{", "begin with"},
      {"length beyond the limit", with_length("{}", (1U << 26U) + 1) + "  ", "67108864"},
      {"length of all ones", with_length("{}", ~std::uint64_t{0}), "67108864"},
      {"length negative", with_length("{}", std::uint64_t{1} << 63U), "67108864"},
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
      {"no dtype", one_tensor(R"({"shape":[4],"data_offsets":[0,4]})"), "dtype"},
      {"no shape", one_tensor(R"({"dtype":"U8","data_offsets":[0,4]})"), "shape"},
      {"no offsets", one_tensor(R"({"dtype":"U8","shape":[4]})"), "data_offsets"},
      {"empty", one_tensor("{}"), "dtype"},
      {"an unknown dtype", one_tensor(R"({"dtype":"Q4","shape":[4],"data_offsets":[0,4]})"), "Q4"},
      {"a number for dtype", one_tensor(R"({"dtype":1,"shape":[4],"data_offsets":[0,4]})"),
       "dtype"},
      {"a list for dtype", one_tensor(R"({"dtype":[],"shape":[4],"data_offsets":[0,4]})"), "dtype"},
      {"a text for shape", one_tensor(R"({"dtype":"U8","shape":"4","data_offsets":[0,4]})"),
       "shape"},
      {"a number for shape", one_tensor(R"({"dtype":"U8","shape":4,"data_offsets":[0,4]})"),
       "shape"},
      {"a list in shape", one_tensor(R"({"dtype":"U8","shape":[[4]],"data_offsets":[0,4]})"),
       "shape"},
      {"a fraction in shape", one_tensor(R"({"dtype":"U8","shape":[4.5],"data_offsets":[0,4]})"),
       "shape"},
      {"negative shape", one_tensor(R"({"dtype":"U8","shape":[-4],"data_offsets":[0,4]})"), "-4"},
      {"rank 17",
       one_tensor(
           R"({"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,4],"data_offsets":[0,4]})"),
       "16"},
      {"product overflow",
       one_tensor(R"({"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,4]})"),
       "63 bits"},
      {"bits overflow",
       one_tensor(R"({"dtype":"F64","shape":[2305843009213693951],"data_offsets":[0,4]})"),
       "63 bits"},
      {"half a byte", one_tensor(R"({"dtype":"F4","shape":[3],"data_offsets":[0,2]})", 2),
       "whole bytes"},
      {"one offset", one_tensor(R"({"dtype":"U8","shape":[4],"data_offsets":[0]})"), "not 2"},
      {"three offsets", one_tensor(R"({"dtype":"U8","shape":[4],"data_offsets":[0,4,4]})"),
       "2 numbers"},
      {"negative offset", one_tensor(R"({"dtype":"U8","shape":[4],"data_offsets":[-4,0]})"),
       "less than 0"},
      {"end before begin", one_tensor(R"({"dtype":"U8","shape":[4],"data_offsets":[4,0]})"),
       "before"},
      {"beyond the file", one_tensor(R"({"dtype":"U8","shape":[9],"data_offsets":[0,9]})"),
       "beyond"},
      {"offset of 64 bits",
       one_tensor(
           R"({"dtype":"U8","shape":[4],"data_offsets":[18446744073709551612,18446744073709551615]})"),
       "63 bits"},
      {"range and shape differ", one_tensor(R"({"dtype":"U8","shape":[3],"data_offsets":[0,4]})"),
       "span"},
      {"dtype and range differ", one_tensor(R"({"dtype":"F32","shape":[4],"data_offsets":[0,4]})"),
       "span"},
      {"hole at the begin", one_tensor(R"({"dtype":"U8","shape":[3],"data_offsets":[1,4]})"),
       "hole"},
      {"bytes behind the end", one_tensor(good, 5), "end at 4"},
      {"no tensor but data", with_length("{}") + "1234", "end at 0"},
      {"a field too many",
       one_tensor(R"({"dtype":"U8","shape":[4],"data_offsets":[0,4],"more":1})"), "more"},
      {"a field twice",
       one_tensor(R"({"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]})"), "twice"},
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
      {"not a number", one_tensor(R"({"dtype":"U8","shape":[NaN],"data_offsets":[0,4]})"), "JSON"},
      {"infinite", one_tensor(R"({"dtype":"U8","shape":[1e999],"data_offsets":[0,4]})"), "1e999"},
      {"4.0 for 4", one_tensor(R"({"dtype":"U8","shape":[4.0],"data_offsets":[0,4]})"), "whole"},
      {"true for 1", one_tensor(R"({"dtype":"U8","shape":[true],"data_offsets":[0,4]})"), "true"},
      {"product overflow beside a 0",
       one_tensor(R"({"dtype":"U8","shape":[4294967296,4294967296,0],"data_offsets":[0,0]})", 0),
       "63 bits"},
      {"descending, with a hole",
       with_length(R"({"t":{"dtype":"U8","shape":[2],"data_offsets":[3,5]},)"
                   R"("u":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})") +
           "12345",
       "hole"},
      {"a lone surrogate", with_length(R"({"__metadata__":{"a":"\ud800"}})"), "JSON"},
      {"a comment", with_length("{/* */}"), "JSON"},
      {"a comma too many", with_length("{},"), "JSON"},
      {"blanks without end", with_length("{" + std::string(3 << 20, ' ') + "}"), "1048576 blanks"},
      {"a name of control characters",
       with_length(R"({"\u001b[31m\n":{"dtype":"U8","shape":[4],"data_offsets":[0,3]}})") + "123",
       "span"},
  };
}

}  // namespace weighin::test
