// Through which door do we look at the machine?
//
// No probe opens an absolute path, runs a raw CPUID or calls the operating system by itself: it asks a
// Host. The live host answers from this machine; a recorded host answers from a folder (see
// docs/machines.md); a recording host answers live and keeps what was asked and answered.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weighin/result.hpp"

namespace weighin {

/// What one CPUID leaf answered.
struct CpuidRegisters {
  std::uint32_t eax = 0, ebx = 0, ecx = 0, edx = 0;
  bool operator==(const CpuidRegisters&) const = default;
};

/// A child process to be run, and the limits it is run under.
struct ChildRequest {
  std::string program;                 ///< absolute path
  std::vector<std::string> arguments;  ///< without the program itself
  std::vector<std::pair<std::string, std::string>> environment;  ///< set over ours ("" removes)
  double deadline_seconds = 3.0;       ///< then it is ended, whatever it does
  std::int64_t memory_limit_bytes = 0; ///< RLIMIT_DATA; 0 = none
  std::int64_t output_limit_bytes = 1 << 20;  ///< of the private pipe; more ends the child
  /// How long it may give no sign of life before it is ended; 0 = until the deadline. Time in which we did
  /// not run ourselves (stopped, frozen) does not count.
  double silence_seconds = 0.0;
  /// Hears each piece of the output as it comes, in the thread that waits for the child. Gives how long
  /// the child may be silent from now on, or nothing where the piece is no sign of life. Must not throw.
  std::function<std::optional<double>(std::string_view piece)> heard{};
};

/// How a child ended; `stalled`: it was ended because it was silent for too long.
enum class ChildEnd { exited, signalled, timed_out, stalled, flooded, not_started };

/// What a child process left behind. stdout and stderr are never read: the answer comes over a private
/// pipe whose number stands in the child's environment as WEIGHIN_ANSWER_FD.
struct ChildAnswer {
  ChildEnd end = ChildEnd::not_started;
  int code = 0;          ///< exit code, or signal number
  std::string output;    ///< bytes from the private pipe, unframed and unchecked
  std::string why;       ///< in words, where it did not simply exit with 0
  double seconds = 0.0;
  double limit_seconds = 0.0;  ///< the deadline or the silence that ended it
};

/// The seam to the machine. All calls may be made from several threads at once.
class Host {
 public:
  virtual ~Host() = default;

  /// True for the machine that the program runs on: only then may benchmarks run.
  virtual bool live() const = 0;
  /// "this machine", or the folder's name.
  virtual std::string name() const = 0;

  /// The whole file at an absolute path, at most `max_bytes` (more is an error, for files in /proc and
  /// /sys report no size beforehand).
  virtual Result<std::string> read_file(std::string_view path,
                                        std::size_t max_bytes = 4u << 20) const = 0;
  /// Names in a folder, sorted, without "." and "..".
  virtual Result<std::vector<std::string>> list_directory(std::string_view path) const = 0;
  /// The target of a symbolic link, as written in it.
  virtual Result<std::string> read_link(std::string_view path) const = 0;

  /// An environment variable.
  virtual std::optional<std::string> environment(std::string_view name) const = 0;

  /// One CPUID leaf (x86 only); nothing on other processors, beyond the highest leaf, or not recorded.
  virtual std::optional<CpuidRegisters> cpuid(std::uint32_t leaf, std::uint32_t subleaf) const = 0;
  /// XCR0, what the operating system saves of the vector registers; nothing where OSXSAVE is off.
  virtual std::optional<std::uint64_t> xcr0() const = 0;

  /// Anything else that is asked of the machine, as text. `question` names it and becomes the file
  /// name of a recording ("hwloc.xml", "vulkan.json", "system.json", "statfs/models"); `live` gives
  /// the answer on a live machine and is never called on a recorded one.
  using Producer = std::function<Result<std::string>()>;
  virtual Result<std::string> ask(std::string_view question, const Producer& live) const = 0;

  /// Seconds on a clock that never goes back.
  virtual double now_seconds() const = 0;

  /// Runs a child process to its end or its deadline. Never blocks longer than the deadline plus half a
  /// second, leaves no child behind unless the kernel itself holds it. Fails on a recorded host.
  virtual ChildAnswer run_child(const ChildRequest& request) const = 0;
  /// Several at once, in parallel; answers in the order of the requests.
  virtual std::vector<ChildAnswer> run_children(const std::vector<ChildRequest>& requests) const = 0;

  /// The folder that stands for "/" on a recorded host, for libraries that read it by themselves
  /// (hwloc); empty on a live one.
  virtual std::string root() const = 0;
};

/// This machine.
std::unique_ptr<Host> live_host();

/// A folder with `root/` (files as they lay under "/"), `answers/` (one file per question of `ask`),
/// `cpuid.txt` and `environment.txt`. A folder that holds `proc` or `sys` itself is taken as a bare root.
Result<std::unique_ptr<Host>> recorded_host(const std::string& folder);

/// One thing that was asked of a host, and what came back.
struct Evidence {
  std::string question;  ///< "read /proc/meminfo", "cpuid 7.0", "ask hwloc.xml"
  bool answered = false;
  std::string answer;    ///< the answer, or why there was none
  double seconds = 0.0;
};

/// Answers from another host, and remembers each question with its answer.
class RecordingHost : public Host {
 public:
  explicit RecordingHost(const Host& inner);
  ~RecordingHost() override;

  bool live() const override;
  std::string name() const override;
  Result<std::string> read_file(std::string_view path, std::size_t max_bytes) const override;
  Result<std::vector<std::string>> list_directory(std::string_view path) const override;
  Result<std::string> read_link(std::string_view path) const override;
  std::optional<std::string> environment(std::string_view name) const override;
  std::optional<CpuidRegisters> cpuid(std::uint32_t leaf, std::uint32_t subleaf) const override;
  std::optional<std::uint64_t> xcr0() const override;
  Result<std::string> ask(std::string_view question, const Producer& live) const override;
  double now_seconds() const override;
  ChildAnswer run_child(const ChildRequest& request) const override;
  std::vector<ChildAnswer> run_children(const std::vector<ChildRequest>& requests) const override;
  std::string root() const override;

  /// Everything asked so far, in order.
  std::vector<Evidence> evidence() const;
  /// Writes the recording as a folder that recorded_host() reads; host names, user names, serial
  /// numbers, MAC and machine ids are replaced by "-". Fails where the folder exists and is not empty.
  Result<Done> save(const std::string& folder) const;

 private:
  struct Log;
  const Host& inner_;
  std::unique_ptr<Log> log_;
};

}  // namespace weighin
