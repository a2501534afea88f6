// Does a device profile come back from JSON as it was written?
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "report/sample.hpp"

namespace weighin {
namespace {

using nlohmann::json;

TEST(DeviceJson, WriteReadWriteIsByteIdentical) {
  const std::string first = device_json(test::sample_report().profile);
  const auto read = read_device_json(first, "device.json");
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(device_json(*read), first);
}

TEST(DeviceJson, AnEmptyProfileComesBackToo) {
  const std::string first = device_json(DeviceProfile{});
  const auto read = read_device_json(first, "device.json");
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(device_json(*read), first);
}

TEST(DeviceJson, KeepsSourceHowKnownAndOtherAnswers) {
  const auto read = read_device_json(device_json(test::sample_report().profile), "device.json");
  ASSERT_TRUE(read);
  const Known<Bytes>& total = read->memory.total_bytes;
  EXPECT_EQ(total, test::sample_report().profile.memory.total_bytes);
  ASSERT_EQ(total.others.size(), 1u);
  EXPECT_EQ(total.others[0].value, "5.6 GiB");
  EXPECT_EQ(read->cpu.usable_threads.confidence, Confidence::medium);
  EXPECT_EQ(read->memory.swap_bytes.status, Status::error);
  EXPECT_EQ(read->memory.swap_bytes.source, "/proc/swaps");
  EXPECT_FALSE(read->live);
}

TEST(DeviceJson, EvidenceIsKeyedByPath) {
  const json document = json::parse(device_json(test::sample_report().profile));
  EXPECT_EQ(document["evidence"]["memory.total_bytes"]["source"], "/proc/meminfo");
  EXPECT_EQ(document["evidence"]["gpus.0.vram_bytes"]["known_by"], "reported");
  EXPECT_EQ(document["memory"]["swap_bytes"]["status"], "error");
  EXPECT_FALSE(document["evidence"].contains("memory.swap_bytes"));
  EXPECT_EQ(document.items().begin().key(), "cpu") << "parsed without order";
  EXPECT_EQ(device_json(test::sample_report().profile).find("\"schema\""), 4u)
      << "the schema comes first";
}

TEST(DeviceJson, ReadsTheDeviceOfAReport) {
  const Report report = test::sample_report();
  const auto read = read_device_json(find_output("json")->render(report, {}), "report.json");
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(device_json(*read), device_json(report.profile));
}

TEST(DeviceJson, InfiniteNumbersAreNeverWritten) {
  DeviceProfile profile;
  profile.cpu.max_hertz =
      Known<double>::of(std::numeric_limits<double>::infinity(), "a broken file");
  profile.power.charge = Known<double>::of(std::nan(""), "a broken file");
  const std::string text = device_json(profile);
  const json document = json::parse(text);
  EXPECT_EQ(document["cpu"]["max_hertz"]["status"], "error");
  EXPECT_EQ(document["power"]["charge"]["status"], "error");
  EXPECT_FALSE(document["evidence"].contains("cpu.max_hertz"));
}

TEST(DeviceJson, BytesThatAreNoTextDoNotThrow) {
  DeviceProfile profile;
  profile.cpu.model = Known<std::string>::of("bad \xff\xfe name", "driver");
  const auto read = read_device_json(device_json(profile), "device.json");
  ASSERT_TRUE(read);
  EXPECT_NE(read->cpu.model->find("\xEF\xBF\xBD"), std::string::npos);
}

TEST(DeviceJson, AHandWrittenDeviceNeedsLittle) {
  const auto read = read_device_json(
      R"({"schema":"weighin/device/1","memory":{"usable_bytes":8.0e9},"new_key":1})",
      "laptop.json");
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(*read->memory.usable_bytes, 8000000000);
  EXPECT_EQ(read->memory.usable_bytes.source, "laptop.json");
  EXPECT_EQ(read->memory.total_bytes.status, Status::skipped);
  EXPECT_TRUE(read->gpus.empty());
}

struct Bad {
  const char* what;
  std::string text;
  const char* named;
};

TEST(DeviceJson, WhatIsWrongIsNamed) {
  const std::string open = R"({"schema":"weighin/device/1",)";
  const std::vector<Bad> table{
      {"empty", "", "not JSON"},
      {"no object", "[]", "not a JSON object"},
      {"no schema", "{}", "no \"schema\""},
      {"other schema", R"({"schema":"weighin/gate/1"})", "weighin/gate/1"},
      {"newer schema", R"({"schema":"weighin/device/2"})", "weighin/device/2"},
      {"report without device", R"({"schema":"weighin/report/1"})", "without \"device\""},
      {"wrong type", open + R"("memory":{"total_bytes":"8 GB"}})", "memory.total_bytes"},
      {"negative", open + R"("memory":{"total_bytes":-1}})", "memory.total_bytes"},
      {"fraction", open + R"("memory":{"total_bytes":1.5}})", "memory.total_bytes"},
      {"too large", open + R"("memory":{"total_bytes":18446744073709551615}})",
       "memory.total_bytes"},
      {"array for object", open + R"("cpu":[]})", "cpu"},
      {"object for array", open + R"("gpus":{}})", "gpus"},
      {"deep path", open + R"("gpus":[{"name":"a"},{"heaps":[{"bytes":true}]}]})",
       "gpus.1.heaps.0.bytes"},
      {"bad status", open + R"("memory":{"total_bytes":{"status":"perhaps","why":""}}})",
       "memory.total_bytes.status"},
      {"null", open + R"("memory":{"total_bytes":null}})", "memory.total_bytes"},
      {"bad evidence",
       open +
           R"("memory":{"total_bytes":1},"evidence":{"memory.total_bytes":{"known_by":"guessed"}}})",
       "known_by"},
      {"evidence no object", open + R"("evidence":3})", "evidence"},
      {"key twice", open + R"("memory":{},"memory":{}})", "given twice"},
      {"truncated", open + R"("memory":{)", "not JSON"},
      {"words after it", R"({"schema":"weighin/device/1"} x)", "not JSON"},
  };
  for (const Bad& bad : table) {
    const auto read = read_device_json(bad.text, "bad.json");
    ASSERT_FALSE(read) << bad.what;
    EXPECT_EQ(read.error().kind, ErrorKind::data) << bad.what;
    EXPECT_NE(to_text(read.error()).find(bad.named), std::string::npos)
        << bad.what << ": " << to_text(read.error());
    EXPECT_NE(to_text(read.error()).find("bad.json"), std::string::npos) << bad.what;
  }
}

}  // namespace
}  // namespace weighin
