// Does a child that crashes, hangs, floods or leaves children behind cost us nothing?
#include "core/child.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>
#include <thread>

#include "support/support.hpp"

namespace weighin {
namespace {

using test::TemporaryFolder;
using testing::HasSubstr;

ChildRequest shell(const std::string& script) {
  ChildRequest request;
  request.program = "/bin/sh";
  request.arguments = {"-c", "out=/proc/self/fd/$WEIGHIN_ANSWER_FD; " + script};
  request.deadline_seconds = 20;
  return request;
}

ChildAnswer run(const ChildRequest& request) { return run_child_processes({request}).front(); }

bool no_child_is_left() { return waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD; }

TEST(Child, AnswersOverThePrivatePipeAlone) {
  const auto answer = run(shell("echo noise; echo noise >&2; echo answer > $out"));
  EXPECT_EQ(answer.end, ChildEnd::exited);
  EXPECT_EQ(answer.code, 0);
  EXPECT_EQ(answer.output, "answer\n");
  EXPECT_EQ(answer.why, "");
  EXPECT_GT(answer.seconds, 0);
  EXPECT_TRUE(no_child_is_left());
}

TEST(Child, StandardStreamsLeadNowhere) {
  const auto answer = run(
      shell("a=$(readlink /proc/$$/fd/0) b=$(readlink /proc/$$/fd/1) c=$(readlink /proc/$$/fd/2); "
            "echo $a $b $c > $out; cat >> $out"));
  EXPECT_EQ(answer.output, "/dev/null /dev/null /dev/null\n");
}

TEST(Child, ExitCodeAndSignalAreSaidInWords) {
  const auto three = run(shell("exit 3"));
  EXPECT_EQ(three.end, ChildEnd::exited);
  EXPECT_EQ(three.code, 3);
  EXPECT_EQ(three.why, "ended with exit code 3");
  const auto crashed = run(shell("kill -SEGV $$"));
  EXPECT_EQ(crashed.end, ChildEnd::signalled);
  EXPECT_EQ(crashed.code, SIGSEGV);
  EXPECT_EQ(crashed.why, "crashed (SIGSEGV)");
  EXPECT_EQ(run(shell("kill -ABRT $$")).why, "crashed (SIGABRT)");
}

TEST(Child, OutputBeforeACrashIsKept) {
  const auto answer = run(shell("echo part > $out; kill -SEGV $$"));
  EXPECT_EQ(answer.output, "part\n");
  EXPECT_EQ(answer.end, ChildEnd::signalled);
}

TEST(Child, MissingProgramIsNotStarted) {
  ChildRequest request;
  request.program = "/nonexistent/program";
  const auto answer = run(request);
  EXPECT_EQ(answer.end, ChildEnd::not_started);
  EXPECT_EQ(answer.why, "could not be started: No such file or directory");
  EXPECT_TRUE(no_child_is_left());
}

TEST(Child, HangIsEndedAtTheDeadline) {
  ChildRequest request = shell("echo early > $out; sleep 600");
  request.deadline_seconds = 0.3;
  const auto answer = run(request);
  EXPECT_EQ(answer.end, ChildEnd::timed_out);
  EXPECT_EQ(answer.why, "did not answer within 0.3 s");
  EXPECT_EQ(answer.output, "early\n");
  EXPECT_TRUE(no_child_is_left());
}

TEST(Child, SilenceIsEndedLongBeforeTheDeadline) {
  ChildRequest request = shell("echo early > $out; sleep 600");
  request.silence_seconds = 20;
  std::string heard;
  request.heard = [&](std::string_view piece) {
    heard += piece;
    return std::optional(0.3);
  };
  const auto answer = run(request);
  EXPECT_EQ(answer.end, ChildEnd::stalled);
  EXPECT_EQ(answer.limit_seconds, 0.3);
  EXPECT_EQ(answer.why, "gave no sign of life for 0.3 s");
  EXPECT_EQ(heard, "early\n");
  EXPECT_EQ(answer.output, "early\n");
  EXPECT_TRUE(no_child_is_left());
}

TEST(Child, ASignOfLifeGivesMoreTimeAndNoiseGivesNone) {
  ChildRequest request = shell("for i in 1 2 3 4 5 6 7 8; do echo beat; sleep 0.1; done > $out");
  request.silence_seconds = 0.5;
  request.heard = [](std::string_view) { return std::optional(0.5); };
  EXPECT_EQ(run(request).end, ChildEnd::exited);
  request.arguments.back().replace(request.arguments.back().find("sleep 0.1; done"), 15,
                                   "sleep 0.1; done; sleep 600");
  request.heard = [](std::string_view) { return std::optional<double>(); };
  const auto answer = run(request);
  EXPECT_EQ(answer.end, ChildEnd::stalled);
  EXPECT_EQ(answer.why, "gave no sign of life for 0.5 s");
}

TEST(Child, TimeInWhichWeDidNotRunIsNoSilence) {
  // It is silent for longer than it may be, but for most of that time we were stopped.
  ChildRequest request = shell("sleep 0.2; kill -STOP $PPID; sleep 1.8; echo alive > $out");
  request.silence_seconds = 1.0;
  request.heard = [](std::string_view) { return std::optional(1.0); };
  const pid_t us = getpid(), waker = fork();
  if (waker == 0) {
    usleep(1800000);
    kill(us, SIGCONT);
    _exit(0);
  }
  const auto answer = run(request);
  int status = 0;
  waitpid(waker, &status, 0);
  EXPECT_EQ(answer.end, ChildEnd::exited) << answer.why;
  EXPECT_EQ(answer.output, "alive\n");
}

TEST(Child, DeafToTermIsKilled) {
  ChildRequest request = shell("trap '' TERM; while :; do sleep 1; done");
  request.deadline_seconds = 0.2;
  const auto answer = run(request);
  EXPECT_EQ(answer.end, ChildEnd::timed_out);
  EXPECT_GE(answer.seconds, 0.2);
  EXPECT_TRUE(no_child_is_left());
}

TEST(Child, FloodIsCutAndEnded) {
  ChildRequest request =
      shell("while :; do echo 0123456789012345678901234567890123456789; done > $out");
  request.output_limit_bytes = 1000;
  const auto answer = run(request);
  EXPECT_EQ(answer.end, ChildEnd::flooded);
  EXPECT_EQ(answer.output.size(), 1000u);
  EXPECT_EQ(answer.why, "wrote more than 1000 bytes");
  EXPECT_TRUE(no_child_is_left());
}

TEST(Child, OutputOfExactlyTheLimitIsNoFlood) {
  ChildRequest request = shell("printf 12345 > $out");
  request.output_limit_bytes = 5;
  const auto answer = run(request);
  EXPECT_EQ(answer.end, ChildEnd::exited);
  EXPECT_EQ(answer.output, "12345");
}

TEST(Child, GrandchildrenHoldingThePipeEndWithTheChild) {
  TemporaryFolder folder;
  const std::string mark = (folder.path() / "pid").string();
  const auto answer = run(shell("sleep 600 > $out & echo $! > " + mark + "; echo done > $out"));
  EXPECT_EQ(answer.end, ChildEnd::exited);
  EXPECT_EQ(answer.output, "done\n");
  EXPECT_LT(answer.seconds, 19.0) << "waited for the grandchild";
  // The grandchild may remain as a zombie of whoever is init here, but never as a running process.
  const std::string status = "/proc/" + std::to_string(std::stol(test::slurp(mark))) + "/stat";
  for (int tries = 0; tries < 200; ++tries) {
    std::error_code ignored;
    if (!std::filesystem::exists(status, ignored)) return;
    if (test::slurp(status).find(") Z ") != std::string::npos) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  FAIL() << "the grandchild still runs";
}

TEST(Child, SeveralRunAtOnceAndAnswerInOrder) {
  std::vector<ChildRequest> requests;
  for (int i = 0; i < 8; ++i)
    requests.push_back(shell("sleep 0.3; echo " + std::to_string(i) + " > $out"));
  requests.push_back(shell("sleep 600"));
  requests.back().deadline_seconds = 0.5;
  const auto answers = run_child_processes(requests);
  ASSERT_EQ(answers.size(), 9u);
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(answers[static_cast<std::size_t>(i)].output, std::to_string(i) + "\n");
  }
  EXPECT_EQ(answers[8].end, ChildEnd::timed_out);
  EXPECT_TRUE(no_child_is_left());
}

TEST(Child, MemoryLimitHolds) {
  ChildRequest request = shell("x=0123456789abcdef; while :; do x=$x$x; done");
  request.memory_limit_bytes = 64 << 20;
  const auto answer = run(request);
  EXPECT_NE(answer.end, ChildEnd::timed_out);
  EXPECT_NE(answer.why, "");
}

TEST(Child, LimitsAndGroupAreItsOwn) {
  ChildRequest request = shell(
      "ulimit -c > $out; ulimit -d >> $out; cut -d' ' -f5 /proc/$$/stat >> $out; echo $$ >> $out");
  request.memory_limit_bytes = 100 << 20;
  const std::string output = run(request).output;
  EXPECT_THAT(output, testing::StartsWith("0\n102400\n"));
  const std::string rest = output.substr(std::string("0\n102400\n").size());
  const std::size_t half = rest.find('\n');
  EXPECT_EQ(rest.substr(0, half + 1), rest.substr(half + 1)) << "not the leader of its group";
}

TEST(Child, EnvironmentIsSetReplacedAndRemoved) {
  setenv("WEIGHIN_TEST_GONE", "1", 1);
  setenv("WEIGHIN_TEST_OLD", "old", 1);
  ChildRequest request =
      shell("echo \"${WEIGHIN_TEST_GONE-none} $WEIGHIN_TEST_OLD $WEIGHIN_TEST_NEW\" > $out");
  request.environment = {
      {"WEIGHIN_TEST_GONE", ""}, {"WEIGHIN_TEST_OLD", "new"}, {"WEIGHIN_TEST_NEW", "x=y"}};
  EXPECT_EQ(run(request).output, "none new x=y\n");
  unsetenv("WEIGHIN_TEST_GONE");
  unsetenv("WEIGHIN_TEST_OLD");
}

TEST(Child, OtherOpenFilesAreNotInherited) {
  TemporaryFolder folder;
  folder.write("secret", "text");
  const int open_file = ::open((folder.path() / "secret").c_str(), 0);
  ASSERT_GE(open_file, 0);
  const auto answer = run(shell("ls -l /proc/$$/fd > $out"));
  close(open_file);
  if (answer.output.find("secret") != std::string::npos)
    GTEST_SKIP() << "kernel without close_range";
  EXPECT_THAT(answer.output, HasSubstr("pipe:"));
}

void on_alarm(int) {}

TEST(Child, SignalsInTheParentDisturbNothing) {
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = on_alarm;  // without SA_RESTART: every blocking call sees EINTR
  sigaction(SIGALRM, &action, &before);
  itimerval every{{0, 3000}, {0, 3000}};
  setitimer(ITIMER_REAL, &every, nullptr);
  const auto answer = run(shell("sleep 0.2; trap '' USR1; echo ok > $out"));
  itimerval never{};
  setitimer(ITIMER_REAL, &never, nullptr);
  sigaction(SIGALRM, &before, nullptr);
  EXPECT_EQ(answer.end, ChildEnd::exited);
  EXPECT_EQ(answer.output, "ok\n");
}

TEST(Child, IgnoredSigchldLosesOnlyTheExitCode) {
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = SIG_IGN;
  sigaction(SIGCHLD, &action, &before);
  const auto answer = run(shell("echo ok > $out; exit 3"));
  sigaction(SIGCHLD, &before, nullptr);
  EXPECT_EQ(answer.end, ChildEnd::exited);
  EXPECT_EQ(answer.output, "ok\n");
  EXPECT_EQ(answer.code, -1);
  EXPECT_THAT(answer.why, HasSubstr("exit code is lost"));
}

TEST(Child, SignalStateIsThePlainOne) {
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, &before);
  const auto answer = run(shell("grep -E 'SigIgn|SigBlk' /proc/self/status > $out"));
  sigaction(SIGPIPE, &before, nullptr);
  EXPECT_EQ(answer.output, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

// What is left, in the kernel's words: "1234 (sleep) S".
std::string children_left() {
  std::string words;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
    std::istringstream list(test::slurp(thread.path() / "children"));
    for (std::string child; list >> child;)
      words += test::slurp("/proc/" + child + "/stat").substr(0, 60) + "; ";
  }
  return words;
}

// What a busy machine did not let go of within a run's patience, later runs reap: nothing here
// reaps it for them.
bool no_child_is_left_soon() {
  for (int i = 0; i < 400; ++i) {
    siginfo_t left{};
    if (waitid(P_ALL, 0, &left, WEXITED | WNOHANG | WNOWAIT) < 0 && errno == ECHILD) return true;
    run(shell("exec true"));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

// Ten endings in turn, in a hundred runs of ten children: answers, ends, crashes, floods, lingers
// behind others, leaves others behind, hangs.
TEST(Child, AThousandOfThemLeaveNoZombieAndNoFile) {
  const auto files = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  const auto before = files();
  std::size_t asked = 0;
  for (int round = 0; round < 100; ++round) {
    std::vector<ChildRequest> requests = {
        shell("echo answer > $out"), shell("exit 3"),
        shell("kill -SEGV $$"),      shell("kill -KILL $$"),
        shell("exec true"),          shell("echo $out $out $out > $out"),
        shell("(exec sleep 60) &"),  shell("setsid sleep 60 & exit 1"),
        shell("exec 2>&- 1>&-"),     shell("trap '' TERM; kill -STOP $$")};
    requests[5].output_limit_bytes = 8;
    requests[9].deadline_seconds = round % 10 == 0 ? 0.05 : 20;
    if (round % 10 != 0) requests[9] = shell("kill -ABRT $$");
    const auto answers = run_child_processes(requests);
    ASSERT_EQ(answers.size(), 10u);
    EXPECT_EQ(answers[0].output, "answer\n");
    EXPECT_EQ(answers[1].code, 3);
    EXPECT_EQ(answers[2].end, ChildEnd::signalled);
    EXPECT_EQ(answers[9].end, round % 10 == 0 ? ChildEnd::timed_out : ChildEnd::signalled);
    ASSERT_TRUE(no_child_is_left_soon()) << "after round " << round << ": " << children_left();
    ASSERT_EQ(files(), before) << "after round " << round;
    asked += answers.size();
  }
  EXPECT_EQ(asked, 1000u);
}

TEST(Child, ManyThreadsMayAskAtOnce) {
  std::vector<std::thread> threads;
  std::array<ChildAnswer, 4> answers;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    threads.emplace_back(
        [&answers, i] { answers[i] = run(shell("echo " + std::to_string(i) + " > $out")); });
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t i = 0; i < answers.size(); ++i)
    EXPECT_EQ(answers[i].output, std::to_string(i) + "\n");
}

}  // namespace
}  // namespace weighin
