// Are ratios kept for their device, and is nothing insane believed?
#include "session/calibration.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace weighin {
namespace {

Calibration ratio(const char* model, const char* phase, double value) {
  return {"llama.cpp", "llama.cpp 1 (x)", model, "Q4_0", phase, value};
}

TEST(Calibration, WhatIsKeptIsReadBack) {
  char name[] = "/tmp/weighin-test-XXXXXX";
  ASSERT_NE(mkdtemp(name), nullptr);
  const std::string folder = std::string(name) + "/sub";
  EXPECT_TRUE(kept_calibrations(folder, "00").empty());
  ASSERT_TRUE(
      keep_calibrations(folder, "00", {ratio("a", "decode", 0.9), ratio("a", "prefill", 1.2)})
          .ok());
  ASSERT_TRUE(
      keep_calibrations(folder, "00", {ratio("a", "decode", 0.8), ratio("b", "decode", 1.1)}).ok());
  const auto kept = kept_calibrations(folder, "00");
  ASSERT_EQ(kept.size(), 3u) << "the newest of a model and phase stands";
  EXPECT_EQ(kept[0].phase, "prefill");
  EXPECT_DOUBLE_EQ(kept[1].ratio, 0.8);
  EXPECT_EQ(kept[2].model, "b");
  EXPECT_TRUE(kept_calibrations(folder, "01").empty()) << "another device";
  for (int i = 0; i < 50; ++i)
    ASSERT_TRUE(
        keep_calibrations(folder, "00", {ratio(std::to_string(i).c_str(), "decode", 1)}).ok());
  EXPECT_EQ(kept_calibrations(folder, "00").size(), kMostCalibrations);
  EXPECT_EQ(kept_calibrations(folder, "00").back().model, "49");
  std::filesystem::remove_all(name);
}

TEST(Calibration, WhereNothingCanBeWrittenItIsSaid) {
  EXPECT_EQ(keep_calibrations("", "00", {ratio("a", "decode", 1)}).error().kind, ErrorKind::io);
  EXPECT_FALSE(keep_calibrations("/proc/none/x", "00", {ratio("a", "decode", 1)}).ok());
}

TEST(Calibration, NonsenseIsLeftOut) {
  EXPECT_TRUE(read_calibrations("").empty());
  EXPECT_TRUE(read_calibrations("[]").empty());
  EXPECT_TRUE(read_calibrations(R"({"schema":"weighin/calibration/2","calibrations":[]})").empty());
  const auto list = read_calibrations(
      R"({"schema":"weighin/calibration/1","calibrations":[1,{},{"runtime":"llama.cpp","phase":"decode","ratio":1e9},
          {"runtime":"llama.cpp","phase":"decode","ratio":-1},{"runtime":"llama.cpp","phase":"magic","ratio":1},
          {"runtime":"llama.cpp","phase":"decode","ratio":"1"},{"runtime":"llama.cpp","phase":"decode","ratio":1.5}]})");
  ASSERT_EQ(list.size(), 1u);
  EXPECT_DOUBLE_EQ(list[0].ratio, 1.5);
}

}  // namespace
}  // namespace weighin
