// Do the published schemas name every field of the structs?
#include "report/schema.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "support/support.hpp"
#include "weighin/report.hpp"

namespace weighin {
namespace {

using nlohmann::json;

template <class T>
void expect_properties(const json& schema, const std::string& name) {
  std::set<std::string> keys;
  auto visit = [&](const char* key, const auto&) { keys.insert(key); };
  const T value{};
  fields(visit, value);
  std::set<std::string> properties;
  ASSERT_TRUE(schema["$defs"].contains(name)) << name;
  for (const auto& item : schema["$defs"][name]["properties"].items())
    properties.insert(item.key());
  EXPECT_EQ(keys, properties) << name;
}

TEST(Schema, TheDeviceSchemaNamesEveryField) {
  const json schema = json::parse(schema_text("device"));
  expect_properties<Memory>(schema, "Memory");
  expect_properties<MemoryLimit>(schema, "MemoryLimit");
  expect_properties<Limits>(schema, "Limits");
  expect_properties<Cache>(schema, "Cache");
  expect_properties<CoreKind>(schema, "CoreKind");
  expect_properties<NumaNode>(schema, "NumaNode");
  expect_properties<Cpu>(schema, "Cpu");
  expect_properties<GpuHeap>(schema, "GpuHeap");
  expect_properties<CooperativeMatrix>(schema, "CooperativeMatrix");
  expect_properties<GpuLimits>(schema, "GpuLimits");
  expect_properties<GpuSubgroup>(schema, "GpuSubgroup");
  expect_properties<Gpu>(schema, "Gpu");
  expect_properties<GpuFault>(schema, "GpuFault");
  expect_properties<Volume>(schema, "Volume");
  expect_properties<Power>(schema, "Power");
  expect_properties<System>(schema, "System");
}

TEST(Schema, TheReportHasTheSameDevice) {
  const json device = json::parse(schema_text("device"));
  const json report = json::parse(schema_text("report"));
  for (const char* name : {"Memory", "Cpu", "Gpu", "Volume"})
    EXPECT_EQ(device["$defs"][name], report["$defs"][name]) << name;
}

TEST(Schema, TheReasonCodesAreTheClosedList) {
  for (const char* name : {"gate", "report"}) {
    const json schema = json::parse(schema_text(name));
    std::set<std::string> codes, listed;
    for (const auto& code : schema["$defs"]["reason"]["properties"]["code"]["enum"])
      codes.insert(code.get<std::string>());
    for (const ReasonInfo& info : reason_list()) listed.insert(info.code);
    EXPECT_EQ(codes, listed) << name;
  }
}

TEST(Schema, EverySchemaIsTheFileOfItsName) {
  std::set<std::string_view> names;
  for (const std::string_view name : schema_names()) {
    names.insert(name);
    EXPECT_EQ(schema_text(name),
              test::slurp(test::source_folder() / "docs/schema" / (std::string(name) + ".json")));
  }
  for (const char* name : {"report", "device", "estimate", "gate", "bench", "error"})
    EXPECT_TRUE(names.count(name)) << name;
  EXPECT_TRUE(schema_text("nonsense").empty());
}

}  // namespace
}  // namespace weighin
