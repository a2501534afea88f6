// What happened to a driver's child, in words?
#include "vulkan/driver_faults.hpp"

#include <csignal>

#include "vulkan/answer_pipe.hpp"
#include "weighin/units.hpp"

namespace weighin {
namespace {

std::string held_by_kernel(const ChildAnswer& answer) {
  return answer.why.find("could not be ended") != std::string::npos
             ? ", and could not be ended: the kernel holds it"
             : "";
}

}  // namespace

std::optional<std::string> driver_fault(const ChildAnswer& answer, const Transcript& transcript,
                                        double deadline_seconds) {
  // A whole answer counts, whatever became of the child afterwards.
  if (transcript.complete) return std::nullopt;
  if (transcript.failure) return *transcript.failure;
  const std::string when = transcript.stage.empty() ? std::string(" before it was asked anything")
                                                    : " while " + transcript.stage;
  switch (answer.end) {
    case ChildEnd::signalled:
      return "crashed (" + signal_text(answer.code) + ")" + when;
    case ChildEnd::timed_out:
      return std::string(kNoAnswer) + text_seconds(deadline_seconds) + when +
             held_by_kernel(answer);
    case ChildEnd::stalled:
      return std::string(kStoodStill) + text_seconds(answer.limit_seconds) + when +
             held_by_kernel(answer);
    case ChildEnd::flooded:
      return "flooded the pipe of its answer" + when;
    case ChildEnd::not_started:
      return "could not be asked: " +
             (answer.why.empty() ? std::string("no child process was started") : answer.why);
    case ChildEnd::exited:
      break;
  }
  if (answer.code == kChildPipeBroken) return "closed the pipe of its answer" + when;
  if (transcript.damaged) return "answered rubbish" + when;
  return "ended by itself (exit code " + std::to_string(answer.code) + ")" + when;
}

std::string signal_text(int signal_number) {
  switch (signal_number) {
    case SIGSEGV:
      return "SIGSEGV";
    case SIGABRT:
      return "SIGABRT";
    case SIGBUS:
      return "SIGBUS";
    case SIGFPE:
      return "SIGFPE";
    case SIGILL:
      return "SIGILL";
    case SIGTRAP:
      return "SIGTRAP";
    case SIGSYS:
      return "SIGSYS";
    case SIGKILL:
      return "SIGKILL";
    case SIGTERM:
      return "SIGTERM";
    case SIGPIPE:
      return "SIGPIPE";
    case SIGXCPU:
      return "SIGXCPU";
    default:
      return "signal " + std::to_string(signal_number);
  }
}

}  // namespace weighin
