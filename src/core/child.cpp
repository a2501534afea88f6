// How is work that may crash, hang or flood given to a child process?
#include "core/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <system_error>

#include "core/orphans.hpp"
#include "weighin/cancel.hpp"

extern char** environ;

namespace weighin {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

// After the deadline: the time to end by itself (a driver that is killed inside the kernel can
// wedge its GPU, so SIGTERM first), then the time that SIGKILL may take before the child is given
// up (a process in uninterruptible sleep dies only when the kernel lets go of it). Together under
// half a second.
constexpr Seconds kGrace{0.2};
constexpr Seconds kGiveUp{0.2};
constexpr double kLongestDeadline = 86400.0;
// While silence counts we sleep for no longer than this; a sleep that lasted so much longer tells
// that we were stopped.
constexpr std::chrono::milliseconds kLook{100};
constexpr Seconds kFrozen{0.1};

struct Pipe {
  int reads = -1, writes = -1;
};

// A pipe whose ends are above 2, so that the child's standard streams cannot land on them.
Pipe open_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  for (int& end : ends) {
    if (end > 2) continue;
    const int higher = fcntl(end, F_DUPFD_CLOEXEC, 3);
    close(end);
    end = higher;
  }
  Pipe made{ends[0], ends[1]};
  if (made.reads < 0 || made.writes < 0) {
    if (made.reads >= 0) close(made.reads);
    if (made.writes >= 0) close(made.writes);
    return {};
  }
  fcntl(made.reads, F_SETFL, O_NONBLOCK);
  return made;
}

void close_end(int& end) {
  if (end >= 0) close(end);
  end = -1;
}

enum class Stage { running, asked_to_end, killed, done };

struct Child {
  const ChildRequest* request = nullptr;
  ChildAnswer answer;
  std::string mark;  // in its environment, and in that of all it starts
  pid_t pid = -1;
  int pid_file = -1;  // becomes readable when the child ends; -1 on kernels before 5.3
  int answers = -1;   // our end of the private pipe
  int trouble = -1;   // carries errno where the program could not be started
  Clock::time_point started, deadline, stage_until;
  Clock::time_point silent_until;  // the last sign of life, and as long as it may be silent
  double silence_seconds = 0.0;    // 0 = it may be silent until the deadline
  Stage stage = Stage::done;
};

// Everything the child needs, made before fork(): after it only async-signal-safe calls are
// allowed, for another thread may hold any lock.
struct Prepared {
  std::vector<std::string> texts;
  std::vector<char*> arguments, environment;
};

Prepared prepare(const ChildRequest& request, int answer_end, const std::string& mark) {
  std::vector<std::pair<std::string, std::string>> set = request.environment;
  set.emplace_back("WEIGHIN_ANSWER_FD", std::to_string(answer_end));
  set.emplace_back(kChildMark, mark);
  std::vector<std::string> variables;
  for (char** each = environ; each != nullptr && *each != nullptr; ++each) {
    const std::string_view variable = *each;
    const std::string_view name = variable.substr(0, variable.find('='));
    const auto same = [&](const auto& pair) { return pair.first == name; };
    if (std::none_of(set.begin(), set.end(), same)) variables.emplace_back(variable);
  }
  for (auto each = set.begin(); each != set.end(); ++each) {
    // The last setting of a name counts.
    const auto same = [&](const auto& pair) { return pair.first == each->first; };
    if (each->second.empty() || std::any_of(each + 1, set.end(), same)) continue;
    variables.push_back(each->first + "=" + each->second);
  }
  Prepared made;
  made.texts.push_back(request.program);
  made.texts.insert(made.texts.end(), request.arguments.begin(), request.arguments.end());
  const std::size_t count = made.texts.size();
  made.texts.insert(made.texts.end(), variables.begin(), variables.end());
  for (std::size_t i = 0; i < made.texts.size(); ++i) {
    (i < count ? made.arguments : made.environment).push_back(made.texts[i].data());
  }
  made.arguments.push_back(nullptr);
  made.environment.push_back(nullptr);
  return made;
}

void put_limit(int which, rlim_t value) {
  rlimit limit{};
  if (getrlimit(static_cast<__rlimit_resource>(which), &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max = std::min(limit.rlim_max, value);
  setrlimit(static_cast<__rlimit_resource>(which), &limit);
}

// The child, between fork and exec. Only async-signal-safe calls.
[[noreturn]] void become(const ChildRequest& request, const Prepared& prepared, pid_t parent,
                         int answer_end, int trouble_end) {
  setpgid(0, 0);
  // Ends with us even where we are killed ourselves; the check closes the gap before the call.
  prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  if (getppid() != parent) _exit(127);
  struct sigaction plain {};
  plain.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) sigaction(number, &plain, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);  // NOLINT(concurrency-mt-unsafe): one thread after fork
  put_limit(RLIMIT_CORE, 0);
  if (request.memory_limit_bytes > 0) {
    put_limit(RLIMIT_DATA, static_cast<rlim_t>(request.memory_limit_bytes));
  }
  const int nothing = open("/dev/null", O_RDWR);
  int failure = nothing < 0 ? errno : 0;
  for (int stream = 0; failure == 0 && stream <= 2; ++stream) {
    if (nothing != stream && dup2(nothing, stream) < 0) failure = errno;
  }
  if (failure == 0 && nothing > 2) close(nothing);
  if (failure == 0) {
#ifdef SYS_close_range
    // Files that others opened without O_CLOEXEC stay ours (kernels before 5.11: they are
    // inherited).
    constexpr unsigned kCloseOnExec = 4;  // CLOSE_RANGE_CLOEXEC of linux/close_range.h
    syscall(SYS_close_range, 3u, ~0u, kCloseOnExec);
#endif
    fcntl(answer_end, F_SETFD, 0);
    execve(prepared.arguments[0], prepared.arguments.data(), prepared.environment.data());
    failure = errno;
  }
  const ssize_t ignored = write(trouble_end, &failure, sizeof failure);
  static_cast<void>(ignored);
  _exit(127);
}

// A sign of life: from now on it may be silent for so long.
void allow_silence(Child& child, double seconds) {
  child.silence_seconds = std::clamp(seconds, 0.0, kLongestDeadline);
  child.silent_until =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(Seconds(child.silence_seconds));
}

bool is_silent(const Child& child, Clock::time_point now) {
  return child.silence_seconds > 0.0 && now >= child.silent_until;
}

void start(Child& child) {
  const ChildRequest& request = *child.request;
  child.started = Clock::now();
  allow_silence(child, request.silence_seconds);
  const double allowed = request.deadline_seconds;
  const Seconds deadline{allowed > 0 ? std::min(allowed, kLongestDeadline) : 0.0};
  child.deadline = child.started + std::chrono::duration_cast<Clock::duration>(deadline);
  Pipe answers = open_pipe();
  Pipe trouble = open_pipe();
  const auto refuse = [&](std::string why) {
    child.answer.end = ChildEnd::not_started;
    child.answer.why = std::move(why);
    close_end(answers.reads);
    close_end(answers.writes);
    close_end(trouble.reads);
    close_end(trouble.writes);
  };
  if (answers.reads < 0 || trouble.reads < 0) {
    return refuse(fmt::format("no pipe: {}", std::generic_category().message(errno)));
  }
  child.mark = new_child_mark();
  const Prepared prepared = prepare(request, answers.writes, child.mark);
  const pid_t parent = getpid();
  // A signal handler of ours must not run in the child before its handlers are reset.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = fork();
  if (pid == 0) become(request, prepared, parent, answers.writes, trouble.writes);
  const int failure = errno;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) {
    return refuse(fmt::format("no child process: {}", std::generic_category().message(failure)));
  }
  setpgid(pid, pid);  // both sides do it, so that neither can come too late
  close_end(answers.writes);
  close_end(trouble.writes);
  child.pid = pid;
  child.answers = answers.reads;
  child.trouble = trouble.reads;
#ifdef SYS_pidfd_open
  child.pid_file = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
#endif
  child.stage = Stage::running;
}

// Reads what is there. False once the pipe has ended, or when the child has written more than it
// may.
bool take_output(Child& child) {
  const auto limit =
      static_cast<std::size_t>(std::max<std::int64_t>(child.request->output_limit_bytes, 0));
  std::array<char, 65536> part;
  while (child.answers >= 0) {
    const ssize_t got = read(child.answers, part.data(), part.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return true;
    if (got <= 0) break;
    const std::size_t room = limit - child.answer.output.size();
    const std::string_view piece(part.data(), std::min(room, static_cast<std::size_t>(got)));
    child.answer.output += piece;
    if (child.request->heard) {
      if (const auto silence = child.request->heard(piece)) allow_silence(child, *silence);
    }
    if (static_cast<std::size_t>(got) > room) {
      child.answer.end = ChildEnd::flooded;
      break;
    }
  }
  close_end(child.answers);
  return false;
}

void take_trouble(Child& child) {
  if (child.trouble < 0) return;
  int failure = 0;
  const ssize_t got = read(child.trouble, &failure, sizeof failure);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) return;
  if (got == sizeof failure) {
    child.answer.end = ChildEnd::not_started;
    child.answer.why =
        fmt::format("could not be started: {}", std::generic_category().message(failure));
  }
  close_end(child.trouble);
}

// The process group also holds what the child started. The child itself is still unreaped whenever
// this is called, so its number cannot have passed to a stranger.
void signal_group(const Child& child, int number) {
  if (kill(-child.pid, number) != 0) kill(child.pid, number);
}

void end_stage(Child& child, Stage stage, int number, Seconds patience) {
  signal_group(child, number);
  child.stage = stage;
  child.stage_until = Clock::now() + std::chrono::duration_cast<Clock::duration>(patience);
}

std::string signal_name(int number) {
  const char* name = sigabbrev_np(number);
  return name != nullptr ? fmt::format("SIG{}", name) : fmt::format("signal {}", number);
}

void describe(Child& child, int status, bool status_known) {
  ChildAnswer& answer = child.answer;
  const ChildRequest& request = *child.request;
  if (answer.end == ChildEnd::timed_out) {
    answer.limit_seconds = request.deadline_seconds;
    answer.why = fmt::format("did not answer within {:.3g} s", request.deadline_seconds);
    return;
  }
  if (answer.end == ChildEnd::stalled) {
    answer.limit_seconds = child.silence_seconds;
    answer.why = fmt::format("gave no sign of life for {:.3g} s", child.silence_seconds);
    return;
  }
  if (answer.end == ChildEnd::flooded) {
    answer.why = fmt::format("wrote more than {} bytes", request.output_limit_bytes);
    return;
  }
  if (!answer.why.empty()) return;  // not started
  answer.end = ChildEnd::exited;
  if (!status_known) {
    answer.code = -1;
    answer.why = "ended, but its exit code is lost (SIGCHLD is ignored in this process)";
  } else if (WIFSIGNALED(status)) {
    answer.end = ChildEnd::signalled;
    answer.code = WTERMSIG(status);
    answer.why = fmt::format("crashed ({})", signal_name(answer.code));
  } else {
    answer.code = WEXITSTATUS(status);
    if (answer.code != 0) answer.why = fmt::format("ended with exit code {}", answer.code);
  }
}

void finish(Child& child) {
  close_end(child.answers);
  close_end(child.trouble);
  close_end(child.pid_file);
  child.answer.seconds = Seconds(Clock::now() - child.started).count();
  child.stage = Stage::done;
}

// Looks whether the child has ended, and reaps it; never waits.
void reap(Child& child) {
  siginfo_t info{};
  const int found = waitid(P_PID, static_cast<id_t>(child.pid), &info, WEXITED | WNOHANG | WNOWAIT);
  const bool lost = found != 0 && errno == ECHILD;
  if (!lost && (found != 0 || info.si_pid != child.pid)) return;
  take_trouble(child);
  take_output(child);
  int status = 0;
  if (!lost) {
    // What it has started must not outlive it: first the group, while the unreaped child still
    // holds its number, then the child.
    kill(-child.pid, SIGKILL);
    waitpid(child.pid, &status, WNOHANG);
  }
  describe(child, status, !lost);
  finish(child);
}

void step(Child& child) {
  if (child.stage == Stage::done) return;
  take_trouble(child);
  if (child.stage == Stage::running) take_output(child);
  reap(child);
  if (child.stage == Stage::done) return;
  const auto now = Clock::now();
  if (child.stage == Stage::running) {
    const bool late = now >= child.deadline, silent = is_silent(child, now);
    if (!late && !silent && child.answer.end != ChildEnd::flooded) return;
    if (child.answer.end != ChildEnd::flooded)
      child.answer.end = late ? ChildEnd::timed_out : ChildEnd::stalled;
    close_end(child.answers);
    end_stage(child, Stage::asked_to_end, SIGTERM, kGrace);
  } else if (now >= child.stage_until && child.stage == Stage::asked_to_end) {
    end_stage(child, Stage::killed, SIGKILL, kGiveUp);
  } else if (now >= child.stage_until) {
    describe(child, 0, true);
    child.answer.why +=
        fmt::format(", and process {} could not be ended: the kernel holds it", child.pid);
    finish(child);
  }
}

// Sleeps until something may have happened to one of the children. Where we were kept from running
// for longer than that (stopped, frozen), the children were, too, most likely: it is no silence.
void wait_for_news(std::vector<Child>& children) {
  const auto begun = Clock::now();
  std::vector<pollfd> watched;
  Seconds patience{cancellable() ? 0.05 : 1.0};
  for (const Child& child : children) {
    if (child.stage == Stage::done) continue;
    for (const int file : {child.answers, child.trouble, child.pid_file}) {
      if (file >= 0) watched.push_back({file, POLLIN, 0});
    }
    auto until = child.stage == Stage::running ? child.deadline : child.stage_until;
    if (child.stage == Stage::running && child.silence_seconds > 0.0)
      until = std::min(until, std::min(child.silent_until, begun + kLook));
    patience = std::min(patience, Seconds(until - Clock::now()));
    // Without a file that tells the end (old kernels), look often.
    if (child.pid_file < 0) patience = std::min(patience, Seconds{0.005});
  }
  const int milliseconds = std::max(0, static_cast<int>(std::ceil(patience.count() * 1e3)));
  poll(watched.data(), watched.size(), milliseconds);
  const Seconds lost = Seconds(Clock::now() - begun) - Seconds(milliseconds * 1e-3);
  if (lost < kFrozen) return;
  for (Child& child : children)
    child.silent_until += std::chrono::duration_cast<Clock::duration>(lost);
}

}  // namespace

std::vector<ChildAnswer> run_child_processes(const std::vector<ChildRequest>& requests) {
  const Adoption adoption;
  std::vector<Child> children(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    children[i].request = &requests[i];
    start(children[i]);
  }
  const auto busy = [](const Child& child) { return child.stage != Stage::done; };
  while (std::any_of(children.begin(), children.end(), busy)) {
    wait_for_news(children);
    if (cancelled()) {
      for (Child& child : children) child.deadline = child.started;
    }
    for (Child& child : children) step(child);
  }
  std::vector<pid_t> groups;
  std::vector<std::string> marks;
  for (const Child& child : children) {
    if (child.pid <= 0) continue;
    groups.push_back(child.pid);
    marks.push_back(child.mark);
  }
  if (!groups.empty()) end_orphans(groups, marks);
  std::vector<ChildAnswer> answers;
  answers.reserve(children.size());
  for (Child& child : children) answers.push_back(std::move(child.answer));
  return answers;
}

}  // namespace weighin
