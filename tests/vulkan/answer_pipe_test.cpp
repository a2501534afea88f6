// Does what a child sends arrive as frames, and is a closed pipe noticed?
#include "vulkan/answer_pipe.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

namespace weighin {
namespace {

// What a child process that does this leaves in the pipe, and its exit code.
template <class Act>
std::pair<std::string, int> in_child(const Act& act, bool closed = false) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    ::setenv("WEIGHIN_ANSWER_FD", std::to_string(ends[1]).c_str(), 1);
    const auto pipe = AnswerPipe::of_environment();
    if (!pipe) ::_exit(99);
    if (closed) ::usleep(50000);
    act(*pipe);
    ::_exit(98);
  }
  ::close(ends[1]);
  if (closed) ::close(ends[0]);
  std::string text;
  std::array<char, 4096> part;
  for (ssize_t got = 0; !closed && (got = ::read(ends[0], part.data(), part.size())) > 0;)
    text.append(part.data(), static_cast<std::size_t>(got));
  if (!closed) ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return {text, WIFEXITED(status) ? WEXITSTATUS(status) : -1};
}

TEST(AnswerPipe, SendsEachKindOfFrame) {
  const auto [text, code] = in_child([](const AnswerPipe& pipe) {
    pipe.stage("measuring");
    pipe.device({{"name", "A"}});
    pipe.measurement({{"name", "memory read"}});
    pipe.measurement({{"name", "\xff"}});  // no UTF-8: replaced, not refused
    pipe.end();
  });
  EXPECT_EQ(code, 0);
  const Transcript read = read_transcript(text);
  EXPECT_TRUE(read.complete);
  EXPECT_EQ(read.stage, "measuring");
  ASSERT_EQ(read.devices.size(), 1u);
  ASSERT_EQ(read.measurements.size(), 2u);
  EXPECT_EQ(read.measurements[0], R"({"name":"memory read"})");
}

TEST(AnswerPipe, TheTokenStandsInEachFrameAndNoLongerInTheEnvironment) {
  ::setenv(kFrameToken, "0123456789abcdef", 1);
  const auto [text, code] = in_child([](const AnswerPipe& pipe) {
    if (::getenv(kFrameToken) != nullptr) ::_exit(97);
    pipe.stage("measuring");
    pipe.end();
  });
  ::unsetenv(kFrameToken);
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(read_transcript(text, "0123456789abcdef").complete);
  EXPECT_TRUE(read_transcript(text, "0123456789abcdee").damaged);
  EXPECT_FALSE(read_transcript(text).complete);
}

TEST(AnswerPipe, AFailureIsTheLastFrame) {
  const auto [text, code] =
      in_child([](const AnswerPipe& pipe) { pipe.fail("VK_ERROR_DEVICE_LOST"); });
  EXPECT_EQ(code, 0);
  EXPECT_EQ(read_transcript(text).failure, "VK_ERROR_DEVICE_LOST");
}

TEST(AnswerPipe, AClosedPipeEndsTheProcess) {
  const auto [text, code] = in_child([](const AnswerPipe& pipe) { pipe.stage("x"); }, true);
  EXPECT_EQ(code, kChildPipeBroken);
}

TEST(AnswerPipe, OnlyANumberIsAPipe) {
  for (const char* text : {"", "x", "3x", "-1", "99999999999"}) {
    ::setenv("WEIGHIN_ANSWER_FD", text, 1);
    EXPECT_FALSE(AnswerPipe::of_environment()) << text;
  }
  ::unsetenv("WEIGHIN_ANSWER_FD");
  EXPECT_FALSE(AnswerPipe::of_environment());
}

}  // namespace
}  // namespace weighin
