// Are the drivers' answers read rightly, and is nothing in them trusted?
#include "probes/gpu/read_answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace weighin {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;

json answered_device() {
  return json::parse(R"({
    "name": "NVIDIA GeForce RTX 2070 SUPER", "vendor_id": 4318, "device_id": 7812, "type": "discrete",
    "api_version": "1.3.242", "driver_version": 2246066368, "driver_id": 4, "driver_name": "NVIDIA",
    "driver_info": "535.104.05", "uuid": "8932f937d72c4106c12f20bd9faed9f6",
    "pci": {"domain": 0, "bus": 59, "device": 0, "function": 0},
    "heaps": [{"size_bytes": 8589934592, "flags": 1, "budget_bytes": 7674331136, "usage_bytes": 0},
              {"size_bytes": 25235137536, "flags": 0, "budget_bytes": 25235137536, "usage_bytes": 0},
              {"size_bytes": 257949696, "flags": 1, "budget_bytes": 226754560, "usage_bytes": 31195136}],
    "memory_types": [{"heap": 1, "flags": 0}, {"heap": 0, "flags": 1}, {"heap": 1, "flags": 6},
                     {"heap": 2, "flags": 7}],
    "features": ["shader_float16", "integer_dot_product"],
    "limits": {"max_memory_allocation_bytes": 4292870144, "max_storage_buffer_bytes": 4294967295,
               "max_shared_memory_bytes": 49152, "max_workgroup_invocations": 1024,
               "max_allocation_count": 4294967295, "timestamp_period_nanoseconds": 1.0, "timestamps": true},
    "subgroup": {"size": 32, "min_size": 32, "max_size": 32, "operations": ["basic", "arithmetic"]},
    "cooperative_matrices": [{"m": 16, "n": 16, "k": 16, "a": "f16", "b": "f16", "c": "f32", "result": "f32"}],
    "queues": [{"flags": 15, "count": 16, "timestamp_bits": 64}]})");
}

std::string document(const json& devices, const char* interface = "vulkan",
                     const char* status = "ok", const char* why = "") {
  return json{{"schema", "weighin-gpu-answer/1"},
              {"drivers",
               {{{"driver", "x.json"},
                 {"interface", interface},
                 {"status", status},
                 {"why", why},
                 {"devices", devices}}}}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

Gpu read_one(const json& one) {
  const DriverAnswers answers = read_answers(document(json::array({one})));
  EXPECT_EQ(answers.gpus.size(), 1u);
  return answers.gpus.empty() ? Gpu{} : answers.gpus[0].gpu;
}

TEST(ReadAnswers, ReadsADevice) {
  const DriverAnswers answers = read_answers(document(json::array({answered_device()})));
  EXPECT_TRUE(answers.faults.empty());
  ASSERT_EQ(answers.gpus.size(), 1u);
  const Gpu& gpu = answers.gpus[0].gpu;
  EXPECT_EQ(gpu.name, "NVIDIA GeForce RTX 2070 SUPER");
  EXPECT_EQ(gpu.vendor, "NVIDIA");
  EXPECT_EQ(gpu.type, "discrete");
  EXPECT_FALSE(gpu.software);
  EXPECT_EQ(gpu.api, "vulkan");
  EXPECT_EQ(*gpu.api_version, "1.3.242");
  EXPECT_EQ(*gpu.driver, "NVIDIA 535.104.05");
  EXPECT_EQ(*gpu.uuid, "8932f937-d72c-4106-c12f-20bd9faed9f6");
  EXPECT_EQ(*gpu.pci, "0000:3b:00.0");
  EXPECT_EQ(gpu.pci.source, "Vulkan (x.json)");
  ASSERT_EQ(gpu.heaps.size(), 3u);
  EXPECT_FALSE(gpu.heaps[0].host_visible);
  EXPECT_TRUE(gpu.heaps[1].host_visible);
  EXPECT_TRUE(gpu.heaps[2].host_visible);
  EXPECT_EQ(*gpu.heaps[2].used_bytes, 31195136);
  EXPECT_EQ(*gpu.limits.max_memory_allocation_bytes, 4292870144);
  EXPECT_EQ(*gpu.limits.timestamp_period_nanoseconds, 1.0);
  EXPECT_THAT(*gpu.features, Contains("shader_float16"));
  EXPECT_THAT(*gpu.features, Contains("timestamps"));
  EXPECT_EQ(*gpu.subgroup.size, 32);
  ASSERT_EQ(gpu.cooperative_matrices->size(), 1u);
  EXPECT_EQ(gpu.cooperative_matrices->at(0).result, "f32");
  EXPECT_THAT(gpu.seen_through, testing::ElementsAre("x.json"));
}

TEST(ReadAnswers, SaysWhyADriverOfVulkan10CannotTell) {
  json old = answered_device();
  for (const char* name :
       {"uuid", "pci", "driver_name", "driver_info", "subgroup", "cooperative_matrices"}) {
    old.erase(name);
  }
  old["heaps"] = json::array({{{"size_bytes", 1 << 30}, {"flags", 1}}});
  const Gpu gpu = read_one(old);
  EXPECT_EQ(*gpu.driver, "535.129.3");  // 2246066368 in NVIDIA's own packing
  for (const auto& fact : {gpu.uuid, gpu.pci}) {
    EXPECT_FALSE(fact);
    EXPECT_EQ(fact.status, Status::unsupported);
    EXPECT_FALSE(fact.why.empty());
  }
  EXPECT_FALSE(gpu.subgroup.size);
  EXPECT_FALSE(gpu.cooperative_matrices);
  EXPECT_FALSE(gpu.heaps[0].budget_bytes);
}

TEST(ReadAnswers, ClampsFiguresToSense) {
  json odd = answered_device();
  odd["name"] =
      "  \x01\xC0\xFF"
      "bad\xE2\x80\xAEname\n";
  odd["heaps"] = json::array({{{"size_bytes", ~0ull}, {"flags", 1}},
                              {{"size_bytes", 38868971888},
                               {"flags", 1},
                               {"budget_bytes", 50206003200},
                               {"usage_bytes", 4096}},
                              {{"size_bytes", -5}, {"flags", "1"}},
                              "no heap"});
  odd["memory_types"] =
      json::array({{{"heap", 99}, {"flags", 7}}, {{"heap", -1}, {"flags", 7}}, 7});
  odd["limits"]["max_memory_allocation_bytes"] = ~0ull;
  odd["limits"]["max_storage_buffer_bytes"] = 0;
  odd["limits"]["timestamp_period_nanoseconds"] = nullptr;  // NaN was written so
  odd["cooperative_matrices"] = json::array({{{"m", 0}, {"n", 16}, {"k", 16}}, {{"m", 1e300}}, 3});
  odd["pci"]["bus"] = 9999;
  odd["uuid"] = "00000000000000000000000000000000";
  const Gpu gpu = read_one(odd);
  EXPECT_EQ(gpu.name,
            "\xEF\xBF\xBD\xEF\xBF\xBD"
            "bad name");
  EXPECT_EQ(gpu.heaps[0].bytes, 0);
  EXPECT_EQ(*gpu.heaps[1].budget_bytes, 38868971888);
  EXPECT_EQ(gpu.heaps[2].bytes, 0);
  EXPECT_EQ(*gpu.limits.max_memory_allocation_bytes, Bytes{1} << 50);
  EXPECT_THAT(gpu.limits.max_memory_allocation_bytes.why, HasSubstr("no limit"));
  EXPECT_EQ(gpu.limits.max_storage_buffer_bytes.status, Status::error);
  EXPECT_EQ(gpu.limits.timestamp_period_nanoseconds.status, Status::error);
  EXPECT_TRUE(gpu.cooperative_matrices->empty());
  EXPECT_FALSE(gpu.pci);
  EXPECT_FALSE(gpu.uuid);
}

TEST(ReadAnswers, KnowsSoftwareByWhatItIs) {
  EXPECT_TRUE(is_software("cpu", 0x8086, 1, 0));
  EXPECT_TRUE(is_software("discrete", 0x10005, 0, 13));
  EXPECT_TRUE(is_software("virtual", 0x1ae0, 0xc0de, 10));
  EXPECT_TRUE(is_software("other", 0x1414, 0x8c, 23));
  EXPECT_FALSE(is_software("integrated", 0x8086, 0x9a49, 6));
  EXPECT_FALSE(is_software("discrete", 0x1414, 0x8d, 23));
  json llvmpipe = answered_device();
  llvmpipe["driver_id"] = 13;
  const Gpu gpu = read_one(llvmpipe);
  EXPECT_TRUE(gpu.software);
  EXPECT_EQ(gpu.type, "cpu");
}

TEST(ReadAnswers, ReadsNvmlCardsAndSlices) {
  const json one =
      json::parse(R"({"name": "NVIDIA A100", "uuid": "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6",
    "pci": "00000000:3B:00.0", "driver": "550.54", "device_id": 8368,
    "memory": {"total_bytes": 85899345920, "free_bytes": 99999999999999},
    "mig": true, "slices": [{"name": "MIG 3g.40gb", "uuid": "MIG-1932f937-d72c-4106-c12f-20bd9faed9f6",
                             "memory": {"total_bytes": 20937965568, "free_bytes": 20937965568}}, 5]})");
  const DriverAnswers answers = read_answers(document(json::array({one}), "nvml"));
  ASSERT_EQ(answers.cards.size(), 3u);
  EXPECT_TRUE(answers.cards[0].cut);
  EXPECT_EQ(answers.cards[0].free_bytes, 85899345920);  // never more than there is
  EXPECT_TRUE(answers.cards[1].slice);
  EXPECT_EQ(answers.cards[1].name, "MIG 3g.40gb");
  EXPECT_EQ(answers.cards[1].total_bytes, 20937965568);
  EXPECT_FALSE(answers.cards[2].total_bytes);
}

TEST(ReadAnswers, TurnsEveryOtherStatusIntoAFault) {
  auto faults =
      read_answers(document(json::array(), "vulkan", "error", "crashed (SIGSEGV) while x")).faults;
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].driver, "x.json");
  EXPECT_EQ(faults[0].status, Status::error);
  EXPECT_EQ(faults[0].why, "crashed (SIGSEGV) while x");
  faults = read_answers(document(json::array(), "vulkan", "skipped", "not asked: x")).faults;
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].status, Status::skipped);
  EXPECT_TRUE(
      read_answers(document(json::array(), "vulkan", "skipped", "for another kind of processor"))
          .faults.empty());
}

TEST(ReadAnswers, SaysOnceThatThereIsNoLoader) {
  const json driver = {{"driver", "a.json"},
                       {"interface", "vulkan"},
                       {"status", "error"},
                       {"why", "the Vulkan loader is not installed, libvulkan.so.1: cannot open"},
                       {"devices", json::array()}};
  const json all = {{"schema", "weighin-gpu-answer/1"}, {"drivers", {driver, driver, driver}}};
  const auto faults = read_answers(all.dump()).faults;
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_EQ(faults[0].driver, "vulkan");
  EXPECT_EQ(faults[0].status, Status::unsupported);
}

TEST(ReadAnswers, SurvivesRubbish) {
  for (const char* text : {"", "null", "[]", "{}", "{\"schema\": 7}", "\xFF\xFE",
                           R"({"schema": "weighin-gpu-answer/1"})",
                           R"({"schema": "weighin-gpu-answer/1", "drivers": 7})",
                           R"({"schema": "weighin-gpu-answer/2", "drivers": []})"}) {
    const DriverAnswers answers = read_answers(text);
    EXPECT_EQ(answers.faults.size(), 1u) << text;
    EXPECT_TRUE(answers.gpus.empty());
  }
  const auto odd = read_answers(
      R"({"schema": "weighin-gpu-answer/1", "drivers": [7, {"devices": [3, {}, []]}, null]})");
  EXPECT_EQ(odd.gpus.size(), 1u);  // the empty object: a device that says nothing
  EXPECT_EQ(odd.gpus[0].gpu.name, "GPU without a name");
  EXPECT_GE(odd.faults.size(), 4u);
}

}  // namespace
}  // namespace weighin
