// Is every line a label that Kubernetes takes, and is what is not known left out?
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <sstream>

#include "report/sample.hpp"

namespace weighin {
namespace {

// https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
std::map<std::string, std::string> labels(const Report& report) {
  const std::regex part("[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
  std::map<std::string, std::string> found;
  std::istringstream lines(find_output("nfd")->render(report, {}));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    EXPECT_NE(equals, std::string::npos) << line;
    const std::string name = line.substr(0, equals), value = line.substr(equals + 1);
    EXPECT_TRUE(std::regex_match(name, part)) << line;
    EXPECT_TRUE(std::regex_match(value, part)) << line;
    EXPECT_TRUE(found.emplace(name, value).second) << "twice: " << line;
  }
  return found;
}

TEST(Nfd, TellsTheClassTheModelAndTheMemory) {
  Report report = test::sample_report();
  report.advice.recommendation.place = report.advice.verdicts[1].place = "gpu0+cpu";
  const auto found = labels(report);
  const Recommendation& best = report.advice.recommendation;
  ASSERT_TRUE(best.size_class);
  EXPECT_EQ(found.at("weighin.size-class"), *best.size_class);
  EXPECT_EQ(found.at("weighin.model"), best.model);
  EXPECT_EQ(found.at("weighin.format"), best.format);
  EXPECT_EQ(found.at("weighin.usable-memory-mib"), "16384");
  // The only GPU is a rasterizer, and a driver beside it failed: whether there is one is not known.
  EXPECT_FALSE(found.count("weighin.gpu"));
  report.profile.gpu_faults.clear();
  EXPECT_EQ(labels(report).at("weighin.gpu"), "false");
}

TEST(Nfd, LeavesOutWhatIsNotKnown) {
  const auto found = labels(Report{});
  EXPECT_FALSE(found.count("weighin.size-class"));
  EXPECT_FALSE(found.count("weighin.model"));
  EXPECT_FALSE(found.count("weighin.usable-memory-mib"));
}

TEST(Nfd, NoNameBreaksALabel) {
  Report report = test::sample_report();
  Verdict& best = report.advice.verdicts[1];
  for (const std::string& name :
       {std::string(200, 'x'), std::string("a=b\nc=d"), std::string("(é) 7B / chat!"),
        std::string("__"), std::string(62, 'y') + "-z"}) {
    report.advice.recommendation.model = best.model = name;
    report.advice.recommendation.format = best.format;
    labels(report);
  }
}

TEST(Nfd, AGpuOfItsOwnIsToldWithItsUnit) {
  Report report = test::sample_report();
  report.profile.gpu_faults.clear();
  Gpu gpu;
  gpu.name = "a card";
  gpu.type = "discrete";
  gpu.unified = Known<bool>::of(false, "heaps");
  gpu.vram_bytes = Known<Bytes>::of(12 * kGiB + 5, "heaps");
  report.profile.gpus.push_back(gpu);
  const auto found = labels(report);
  EXPECT_EQ(found.at("weighin.gpu"), "true");
  EXPECT_EQ(found.at("weighin.vram-mib"), "12288");
  EXPECT_EQ(found.at("weighin.vram-shared"), "false");
}

}  // namespace
}  // namespace weighin
