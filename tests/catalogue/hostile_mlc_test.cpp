// Is each lie that MLC's JSON can tell refused, with the field and the limit?
#include <gtest/gtest.h>

#include "catalogue/mlc_files.hpp"
#include "catalogue/readers/mlc_cache.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

using namespace test;

TEST(HostileMlc, EachIsRefusedWithFileFieldAndLimit) {
  const auto record = mlc_record("w", {4}, "float32", 16, 0);
  const auto with = [&](const char* key, nlohmann::json value) {
    nlohmann::json changed = record;
    changed[key] = std::move(value);
    return mlc_list({mlc_shard("s", 100, {changed})});
  };
  const auto shard = [&](const char* key, nlohmann::json value) {
    nlohmann::json changed = mlc_shard("s", 100, {record});
    changed[key] = std::move(value);
    return mlc_list({changed});
  };
  std::vector<nlohmann::json> many(mlc::kMostShards + 1, mlc_shard("s", 100, {}));
  const struct {
    const char* name;
    std::string list;
    const char* says;
  } cases[] = {
      {"empty object", "{}", "\"records\""},
      {"records of another kind", R"({"records":7})", "not a list"},
      {"a list", "[]", "\"records\""},
      {"cut off", mlc_list({mlc_shard("s", 100, {record})}).substr(0, 60), "not valid JSON"},
      {"deep", R"({"records":)" + std::string(10'000, '[') + "}", "nested deeper than 16"},
      {"duplicate key", R"({"records":[],"records":[]})", "twice"},
      {"not UTF-8", "{\"records\":[\"\xff\"]}", "not valid JSON"},
      {"dataPath ../", shard("dataPath", "../s"), "leads out"},
      {"dataPath absolute", shard("dataPath", "/etc/passwd"), "leads out"},
      {"dataPath missing", shard("dataPath", nullptr), "\"dataPath\""},
      {"shard of another size", shard("nbytes", 99), "\"nbytes\": 99 for s, which has 100"},
      {"negative shard", shard("nbytes", -1), "\"nbytes\""},
      {"the same shard twice", mlc_list({mlc_shard("s", 100, {}), mlc_shard("s", 100, {})}),
       "twice"},
      {"too many shards", mlc_list(many), "limit of 4096"},
      {"records no list", shard("records", "x"), "\"records\""},
      {"record beyond", with("byteOffset", 90), "beyond the shard's 100 bytes"},
      {"negative offset", with("byteOffset", -4), "\"byteOffset\""},
      {"offset of 1e30", with("byteOffset", 1e30), "\"byteOffset\""},
      {"wrong bytes", with("nbytes", 12), "in place of 16"},
      {"negative shape", with("shape", {-4}), "\"shape\""},
      {"shape overflows", with("shape", {1LL << 40, 1LL << 40}), "limit of"},
      {"shape overflows beside a 0", with("shape", {1LL << 40, 1LL << 40, 1, 1, 0}), "limit of"},
      {"17 dimensions", with("shape", std::vector<int>(17, 1)), "limit of 16"},
      {"unknown type", with("dtype", "float3"), "\"dtype\" float3"},
      {"type no text", with("dtype", 3), "\"dtype\""},
      {"long name", with("name", std::string(2000, 'n')), "limit of 1024"},
      {"the same record twice", mlc_list({mlc_shard("s", 100, {record, record})}), "twice"},
      {"records overlap",
       mlc_list({mlc_shard("s", 100, {record, mlc_record("v", {4}, "float32", 16, 8)})}),
       "overlap"},
      {"larger than the limit", std::string(mlc::kMostCacheBytes + 1, ' '), "8388608"},
      {"too many values",
       R"({"records":[)" +
           [] {
             std::string zeros = "0";
             for (std::size_t i = 0; i < mlc::kMostValues; ++i) zeros += ",0";
             return zeros;
           }() +
           "]}",
       "more than 150000 values"},
  };
  for (const auto& each : cases) {
    const auto folder = folder_in_memory("f", {{"mlc-chat-config.json", mlc_config("q4f16_1")},
                                               {"tensor-cache.json", each.list},
                                               {"s", std::string(100, '\0')}});
    const auto spec = read_model(*folder, "mlc-chat-config.json");
    ASSERT_FALSE(spec.ok()) << each.name;
    EXPECT_EQ(spec.error().kind, ErrorKind::data) << each.name;
    EXPECT_NE(spec.error().what.find("tensor-cache.json"), std::string::npos) << each.name;
    EXPECT_NE(spec.error().what.find(each.says), std::string::npos)
        << each.name << ": " << spec.error().what;
    EXPECT_FALSE(spec.error().hint.empty()) << each.name;
  }
}

TEST(HostileMlc, ABrokenConfigIsRefused) {
  for (const std::string& config :
       {std::string("{"), std::string("[1]"), "{\"model_config\":" + std::string(1000, '[')}) {
    auto files = mlc_folder();
    files[0].second = config;
    const auto spec = read_model(*folder_in_memory("f", files), "ndarray-cache.json");
    ASSERT_FALSE(spec.ok());
    EXPECT_EQ(spec.error().kind, ErrorKind::data);
  }
}

}  // namespace
}  // namespace weighin
