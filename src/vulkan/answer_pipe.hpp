// How does a child process send its frames?
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "vulkan/answer_frame.hpp"

namespace weighin {

/// Exit code of a child whose pipe was closed under it (EX_IOERR).
inline constexpr int kChildPipeBroken = 74;

/// The private pipe to the parent. Frames go out one by one: what the child was doing when it died
/// is the last thing it said. A pipe that is closed ends the process.
class AnswerPipe {
 public:
  explicit AnswerPipe(int fd, std::string token = {}) : fd_(fd), token_(std::move(token)) {}
  /// The pipe whose number stands in WEIGHIN_ANSWER_FD, with the token beside it, which is blotted out
  /// before any driver is loaded; nothing where there is no number. Prepares the
  /// process for a broken driver: no core file, and a closed pipe is an error and no signal.
  static std::optional<AnswerPipe> of_environment();

  /// Bytes that are no frame; false where the pipe is closed.
  bool write_all(std::string_view bytes) const;
  void stage(const std::string& what) const { send(FrameKind::stage, what); }
  /// The work goes on.
  void beat() const { send(FrameKind::beat, {}); }
  void device(const nlohmann::json& device) const;
  void measurement(const nlohmann::json& measurement) const;
  /// What another child has told.
  void pass_on(FrameKind kind, std::string_view payload) const { send(kind, payload); }
  /// Both end the process at once, without any clean-up that a driver could hang in.
  [[noreturn]] void fail(const std::string& why) const;
  [[noreturn]] void end() const;

 private:
  void send(FrameKind kind, std::string_view payload) const;
  int fd_;
  std::string token_;
};

}  // namespace weighin
