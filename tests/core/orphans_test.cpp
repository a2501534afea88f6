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

bool nothing_is_left() { return waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

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
  EXPECT_TRUE(nothing_is_left());
  const int fled = std::atoi(answer.output.c_str());
  ASSERT_GT(fled, 1);
  EXPECT_NE(kill(fled, 0), 0) << "it lives on";
}

TEST(Orphans, OneThatDiedInASessionOfItsOwnIsReaped) {
  // As one that its group's end met in the midst of setsid(): dead, without a mark, our child. A
  // dead one of our own session is somebody's who will wait for it.
  const pid_t fled = fork();
  if (fled == 0) {
    setsid();
    _exit(0);
  }
  const pid_t ours = fork();
  if (ours == 0) _exit(0);
  ASSERT_GT(fled, 0);
  ASSERT_GT(ours, 0);
  siginfo_t info{};
  for (const pid_t each : {fled, ours})
    ASSERT_EQ(waitid(P_PID, static_cast<id_t>(each), &info, WEXITED | WNOWAIT), 0);
  end_orphans({}, {new_child_mark()});
  EXPECT_EQ(waitpid(fled, nullptr, WNOHANG), -1) << "it was not reaped";
  EXPECT_EQ(waitpid(ours, nullptr, WNOHANG), ours) << "it was somebody else's to reap";
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
