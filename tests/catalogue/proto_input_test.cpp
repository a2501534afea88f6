// Are protobuf's fields read block by block, and what is skipped not read?
#include "catalogue/readers/proto_input.hpp"

#include <gtest/gtest.h>

#include "catalogue/onnx_files.hpp"

namespace weighin::proto {
namespace {

TEST(ProtoInput, FieldsOfEachKindAreTaken) {
  const std::string bytes = test::Message()
                                .number(1, 300)
                                .text(2, std::string(1'000'000, 'x'))
                                .text(3, std::string("\x01\xac\x02", 3))
                                .number(3, 7)
                                .text(4, "name")
                                .bytes();
  const auto source = bytes_in_memory("m", bytes);
  Wire wire(*source);
  std::int64_t one = 0;
  Bytes skipped = 0;
  std::vector<std::int64_t> many;
  std::string name;
  EXPECT_TRUE(wire.fields([&](int number, int type) {
    if (number == 1) return wire.varint("one", type, one);
    if (number == 2) return wire.skip_bytes("two", type, skipped);
    if (number == 3) return wire.varints("three", type, many, 3);
    return wire.text("four", type, 10, name);
  }));
  EXPECT_EQ(one, 300);
  EXPECT_EQ(skipped, 1'000'000);
  EXPECT_EQ(many, (std::vector<std::int64_t>{1, 300, 7}));
  EXPECT_EQ(name, "name");
  EXPECT_LT(source->bytes_read(), 40'000);
}

TEST(ProtoInput, TheFirstFaultStays) {
  const auto source = bytes_in_memory("m", test::Message().text(4, "long name").bytes());
  Wire wire(*source);
  std::string name;
  EXPECT_FALSE(wire.fields([&](int, int type) { return wire.text("four", type, 3, name); }));
  wire.fail("something later");
  EXPECT_NE(wire.error().what.find("four: 9 bytes, more than the limit of 3"), std::string::npos);
  EXPECT_EQ(wire.error().kind, ErrorKind::data);
}

}  // namespace
}  // namespace weighin::proto
