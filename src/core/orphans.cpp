// What becomes of the processes that a child of ours has started, and left behind?
#include "core/orphans.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <set>
#include <sstream>
#include <string_view>
#include <thread>

#include "weighin/process.hpp"

namespace weighin {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPatience{100};
constexpr std::chrono::milliseconds kBetween{2};
constexpr std::size_t kMostEnvironment = 1 << 20;

std::mutex adoption_mutex;
int adoptions = 0;
int before = 0;  // the switch as it was found

// Groups of children, and processes that had fled from them, that were given up: the kernel held
// them. The next call looks after them.
std::mutex given_up_mutex;
std::set<pid_t> given_up;
std::set<pid_t> given_up_processes;

// True where one of our children of this group lives. Those that have ended are reaped.
bool lives(pid_t group) {
  pid_t reaped = 1;
  while (reaped > 0) reaped = waitpid(-group, nullptr, WNOHANG);
  return reaped == 0;
}

// Our children as the kernel lists them, thread by thread (CONFIG_PROC_CHILDREN; empty without).
std::vector<pid_t> own_children() {
  std::vector<pid_t> children;
  std::error_code error;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", error)) {
    std::ifstream list(thread.path() / "children");
    for (pid_t child = 0; list >> child;) children.push_back(child);
  }
  return children;
}

std::string environment_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/environ", std::ios::binary);
  std::string text;
  for (std::istreambuf_iterator<char> at(file), end; at != end && text.size() < kMostEnvironment;
       ++at) {
    text += *at;
  }
  return text;
}

bool carries_one(const std::string& environment, const std::vector<std::string>& marks) {
  std::string_view rest = environment;
  while (!rest.empty()) {
    const std::string_view variable = rest.substr(0, rest.find('\0'));
    const std::string_view name = kChildMark;
    if (variable.size() > name.size() && variable.starts_with(name) &&
        variable[name.size()] == '=' &&
        std::find(marks.begin(), marks.end(), variable.substr(name.size() + 1)) != marks.end()) {
      return true;
    }
    rest.remove_prefix(std::min(variable.size() + 1, rest.size()));
  }
  return false;
}

/// As /proc/PID/stat has it (proc_pid_stat(5)).
struct ProcessState {
  bool running = false;  ///< or about to: in the midst of execve() it has no environment yet
  bool dead = false;     ///< and not reaped; it has no environment any more
  pid_t session = 0;
};

ProcessState state_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t name_end = text.rfind(')');  // the name may hold anything
  if (name_end == std::string::npos) return {};
  std::istringstream rest(text.substr(name_end + 1));
  char state = 'X';
  pid_t parent = 0, group = 0;
  ProcessState found;
  if (!(rest >> state >> parent >> group >> found.session)) return {};
  found.dead = state == 'Z';
  found.running = state != 'Z' && state != 'X';
  return found;
}

// True where this child of ours still lives. One that has ended is reaped.
bool is_there(pid_t child) { return waitpid(child, nullptr, WNOHANG) == 0; }

// True where something is still to be waited for.
bool end_once(const std::vector<pid_t>& groups, const std::vector<std::string>& marks,
              std::set<pid_t>& ended) {
  bool left = false;
  // Only our own children are waited for, so a group's number that has passed to strangers does no
  // harm; nothing is sent to a group here.
  for (const pid_t group : groups) left = lives(group) || left;
  for (const pid_t child : own_children()) {
    const std::string environment = environment_of(child);
    if (environment.empty()) {
      const ProcessState state = state_of(child);
      left = left || state.running;
      // One that its group's end met while it fled into a session of its own: nothing tells any
      // more whose it was. Whom we start stays in our session, so in a process that is ours alone
      // it was left behind.
      if (state.dead && is_process_ours() && state.session != getsid(0))
        waitpid(child, nullptr, WNOHANG);
    }
    if (!carries_one(environment, marks)) continue;
    kill(child, SIGKILL);
    ended.insert(child);  // a dead one has no environment to be known by
  }
  std::erase_if(ended, [](pid_t child) { return !is_there(child); });
  return left || !ended.empty();
}

}  // namespace

Adoption::Adoption() : adopts_(is_process_ours()) {
  if (!adopts_) return;
  const std::lock_guard<std::mutex> lock(adoption_mutex);
  if (adoptions++ > 0) return;
  if (prctl(PR_GET_CHILD_SUBREAPER, &before, 0, 0, 0) != 0) before = 0;
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

Adoption::~Adoption() {
  if (!adopts_) return;
  const std::lock_guard<std::mutex> lock(adoption_mutex);
  if (--adoptions == 0) prctl(PR_SET_CHILD_SUBREAPER, before, 0, 0, 0);
}

std::string new_child_mark() {
  static std::atomic<std::uint64_t> serial{0};
  return std::to_string(getpid()) + "." + std::to_string(++serial);
}

void end_orphans(const std::vector<pid_t>& groups, const std::vector<std::string>& marks) {
  const auto until = Clock::now() + kPatience;
  std::set<pid_t> ended;
  // Twice: the kernel's list may leave one out while others on it end.
  for (int clean = 0; clean < 2 && Clock::now() < until;) {
    clean = end_once(groups, marks, ended) ? 0 : clean + 1;
    if (clean < 2) std::this_thread::sleep_for(kBetween);
  }
  const std::lock_guard<std::mutex> lock(given_up_mutex);
  std::erase_if(given_up, [](pid_t group) { return !lives(group); });
  for (const pid_t group : groups) {
    if (lives(group)) given_up.insert(group);
  }
  given_up_processes.merge(ended);
  std::erase_if(given_up_processes, [](pid_t child) { return !is_there(child); });
}

}  // namespace weighin
