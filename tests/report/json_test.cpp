// Does the report document hold everything, in the order of the contract?
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/sample.hpp"

namespace weighin {
namespace {

using nlohmann::ordered_json;

TEST(Json, KeysStandInTheOrderOfTheContract) {
  const ordered_json document =
      ordered_json::parse(find_output("json")->render(test::sample_report(), {}));
  std::vector<std::string> keys;
  for (const auto& item : document.items()) keys.push_back(item.key());
  EXPECT_EQ(keys, (std::vector<std::string>{"schema", "version", "device", "measurements",
                                            "warnings", "plan", "verdicts", "classes",
                                            "recommendation", "elapsed_seconds", "evidence"}));
  EXPECT_EQ(document["schema"], "weighin/report/1");
  EXPECT_EQ(document["recommendation"]["size_class"], "8B");
  EXPECT_EQ(document["evidence"]["device.memory.total_bytes"]["others"][0]["source"], "hwloc");
  EXPECT_EQ(document["evidence"]["verdicts.1.decode_tokens_per_second"]["known_by"], "measured");
}

TEST(Json, SameReportSameBytes) {
  EXPECT_EQ(find_output("json")->render(test::sample_report(), {}),
            find_output("json")->render(test::sample_report(), {true, 120, true, false}));
}

}  // namespace
}  // namespace weighin
