// Is what a child left behind ended and reaped, and nothing else?
#include "core/orphans.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "core/child.hpp"

namespace weighin {
namespace {

int subreaper() {
  int is = -1;
  prctl(PR_GET_CHILD_SUBREAPER, &is, 0, 0, 0);
  return is;
}

bool no_child_is_left() { return waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

ChildAnswer run(const std::string& script) {
  ChildRequest request;
  request.program = "/bin/sh";
  request.arguments = {"-c", "out=/proc/self/fd/$WEIGHIN_ANSWER_FD; " + script};
  request.deadline_seconds = 20;
  return run_child_processes({request}).front();
}

TEST(Orphans, TheSwitchIsLeftAsItWasFound) {
  const int found = subreaper();
  {
    const Adoption one;
    EXPECT_EQ(subreaper(), 1);
    { const Adoption two; }
    EXPECT_EQ(subreaper(), 1);
  }
  EXPECT_EQ(subreaper(), found);
}

TEST(Orphans, MarksDiffer) { EXPECT_NE(new_child_mark(), new_child_mark()); }

TEST(Orphans, ThoseOfTheGroupAndThoseOfAnotherSessionAreEnded) {
  // One in the child's group that hears no SIGTERM, and one that has fled to a session of its own
  // (its number is told, so that it can be looked for).
  const ChildAnswer answer =
      run("(trap '' TERM; sleep 60) & setsid sleep 61 & echo $! > $out; sleep 0.2; exit 4");
  EXPECT_EQ(answer.code, 4);
  EXPECT_LT(answer.seconds, 10);
  EXPECT_TRUE(no_child_is_left());
  const int fled = std::atoi(answer.output.c_str());
  ASSERT_GT(fled, 1);
  EXPECT_NE(kill(fled, 0), 0) << "it lives on";
}

TEST(Orphans, AChildOfSomebodyElseIsLeftAlone) {
  const pid_t other = fork();
  if (other == 0) {
    for (;;) pause();
  }
  ASSERT_GT(other, 0);
  EXPECT_EQ(run("exit 0").code, 0);
  end_orphans({}, {new_child_mark()});
  EXPECT_EQ(waitpid(other, nullptr, WNOHANG), 0) << "it still runs, and was not reaped";
  kill(other, SIGKILL);
  EXPECT_EQ(waitpid(other, nullptr, 0), other);
}

}  // namespace
}  // namespace weighin
