// Is work that is no longer wanted told so?
#include "weighin/cancel.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "weighin/host.hpp"

namespace weighin {
namespace {

TEST(Cancel, TheInnermostScopeOfThisThreadCounts) {
  EXPECT_FALSE(cancellable());
  EXPECT_FALSE(cancelled());
  {
    const CancelScope outer([] { return true; });
    EXPECT_TRUE(cancelled());
    {
      const CancelScope inner([] { return false; });
      EXPECT_TRUE(cancellable());
      EXPECT_FALSE(cancelled());
    }
    EXPECT_TRUE(cancelled());
    std::thread([] { EXPECT_FALSE(cancellable()); }).join();
  }
  EXPECT_FALSE(cancelled());
}

TEST(Cancel, AChildIsEndedBeforeItsDeadline) {
  int asked = 0;
  const CancelScope scope([&] { return ++asked > 3; });
  ChildRequest request;
  request.program = "/bin/sleep";
  request.arguments = {"600"};
  request.deadline_seconds = 600;
  const ChildAnswer answer = live_host()->run_child(request);
  EXPECT_EQ(answer.end, ChildEnd::timed_out);
  EXPECT_LT(answer.seconds, request.deadline_seconds);
  EXPECT_GT(asked, 3);
}

}  // namespace
}  // namespace weighin
