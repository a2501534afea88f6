// Is every output found, and does none of them fail on an empty report?
#include <gtest/gtest.h>

#include <set>

#include "report/output.hpp"

namespace weighin {
namespace {

TEST(Outputs, AreFoundFromTheirFolder) {
  std::set<std::string_view> names;
  for (const Output* output : outputs()) {
    names.insert(output->name);
    EXPECT_FALSE(output->description.empty());
    EXPECT_EQ(find_output(output->name), output);
    EXPECT_FALSE(output->name != "ndjson" && output->render(Report{}, {}).empty()) << output->name;
  }
  for (const char* name : {"text", "json", "ndjson", "markdown", "html"})
    EXPECT_TRUE(names.count(name)) << name;
  EXPECT_EQ(find_output("nonsense"), nullptr);
}

}  // namespace
}  // namespace weighin
