// Is a driver opened step by step, each step told, and a failure told as one?
#include "vulkan/open_driver.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

namespace weighin::vulkan {
namespace {

TEST(OpenDriver, SaysWhyALibraryIsNoDriver) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    open_driver(AnswerPipe(ends[1]), "/nonexistent/libvulkan_x.so");
    ::_exit(98);
  }
  ::close(ends[1]);
  std::array<char, 4096> part;
  const ssize_t got = ::read(ends[0], part.data(), part.size());
  std::string text(part.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  for (ssize_t more = 0; (more = ::read(ends[0], part.data(), part.size())) > 0;)
    text.append(part.data(), static_cast<std::size_t>(more));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  const Transcript read = read_transcript(text);
  ASSERT_TRUE(read.failure);
  EXPECT_THAT(*read.failure,
              testing::AnyOf(testing::HasSubstr("its library cannot be opened"),
                             testing::HasSubstr("the Vulkan loader is not installed")));
}

}  // namespace
}  // namespace weighin::vulkan
