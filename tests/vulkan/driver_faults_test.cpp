// Does each end of a child become words that say what happened, and when?
#include "vulkan/driver_faults.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "vulkan/answer_pipe.hpp"

namespace weighin {
namespace {

using ::testing::HasSubstr;

std::string words(ChildEnd end, int code, const Transcript& transcript) {
  ChildAnswer answer;
  answer.end = end;
  answer.code = code;
  return driver_fault(answer, transcript, 3.0).value_or("no fault");
}

Transcript at(const std::string& stage) {
  Transcript transcript;
  transcript.stage = stage;
  return transcript;
}

TEST(DriverFaults, SayWhatHappenedAndWhen) {
  EXPECT_EQ(words(ChildEnd::signalled, SIGSEGV, at("creating an instance")),
            "crashed (SIGSEGV) while creating an instance");
  EXPECT_EQ(words(ChildEnd::signalled, SIGABRT, {}),
            "crashed (SIGABRT) before it was asked anything");
  EXPECT_THAT(words(ChildEnd::timed_out, 0, at("loading the driver")),
              HasSubstr("did not answer within 3"));
  EXPECT_THAT(words(ChildEnd::timed_out, 0, at("loading the driver")),
              HasSubstr(" s while loading the driver"));
  ChildAnswer held;
  held.end = ChildEnd::timed_out;
  held.why = "did not answer within 3 s, and process 7 could not be ended: the kernel holds it";
  EXPECT_THAT(driver_fault(held, at("loading the driver"), 3.0).value_or(""),
              HasSubstr("while loading the driver, and could not be ended"));
  ChildAnswer silent;
  silent.end = ChildEnd::stalled;
  silent.limit_seconds = 1.5;
  EXPECT_EQ(driver_fault(silent, at("measuring decode f16"), 3.0),
            "stood still for 1.5 s while measuring decode f16");
  EXPECT_THAT(words(ChildEnd::flooded, 0, at("listing its devices")), HasSubstr("flooded"));
  EXPECT_EQ(words(ChildEnd::exited, 0, at("loading the driver")),
            "ended by itself (exit code 0) while loading the driver");
  EXPECT_THAT(words(ChildEnd::exited, kChildPipeBroken, at("loading the driver")),
              HasSubstr("closed the pipe of its answer"));
  Transcript rubbish = at("loading the driver");
  rubbish.damaged = true;
  EXPECT_EQ(words(ChildEnd::exited, 0, rubbish), "answered rubbish while loading the driver");
}

TEST(DriverFaults, AWholeAnswerCountsWhateverBecameOfTheChild) {
  Transcript whole = at("describing device 0");
  whole.complete = true;
  EXPECT_EQ(words(ChildEnd::exited, 0, whole), "no fault");
  EXPECT_EQ(words(ChildEnd::signalled, SIGSEGV, whole), "no fault");
  EXPECT_EQ(words(ChildEnd::timed_out, 0, whole), "no fault");
}

TEST(DriverFaults, TheChildsOwnReasonComesFirst) {
  Transcript failed = at("creating an instance");
  failed.failure = "no instance could be created (VK_ERROR_INCOMPATIBLE_DRIVER)";
  EXPECT_EQ(words(ChildEnd::exited, 0, failed), *failed.failure);
}

TEST(DriverFaults, SayWhyAChildWasNotStarted) {
  ChildAnswer answer;
  answer.why = "no child process: Resource temporarily unavailable";
  EXPECT_EQ(driver_fault(answer, {}, 3.0),
            "could not be asked: no child process: Resource temporarily unavailable");
}

TEST(DriverFaults, NameSignals) {
  EXPECT_EQ(signal_text(SIGBUS), "SIGBUS");
  EXPECT_EQ(signal_text(SIGKILL), "SIGKILL");
  EXPECT_EQ(signal_text(63), "signal 63");
}

}  // namespace
}  // namespace weighin
