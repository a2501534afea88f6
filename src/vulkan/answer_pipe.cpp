// How does a child process send its frames?
#include "vulkan/answer_pipe.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace weighin {
namespace {

std::string text_of(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// Taken out of the environment, and out of what /proc shows of it.
std::string take_token() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the child has one thread yet
  char* const found = std::getenv(kFrameToken);
  if (found == nullptr) return {};
  std::string token = found;
  std::fill(found, found + token.size(), ' ');
  ::unsetenv(kFrameToken);  // NOLINT(concurrency-mt-unsafe)
  return token;
}

}  // namespace

std::optional<AnswerPipe> AnswerPipe::of_environment() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): the child has one thread yet
  const char* const number = std::getenv("WEIGHIN_ANSWER_FD");
  if (number == nullptr) return std::nullopt;
  char* end = nullptr;
  const long fd = std::strtol(number, &end, 10);
  if (end == number || *end != '\0' || fd < 0 || fd > 1 << 20) return std::nullopt;
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  std::signal(SIGPIPE, SIG_IGN);
  return AnswerPipe(static_cast<int>(fd), take_token());
}

bool AnswerPipe::write_all(std::string_view rest) const {
  while (!rest.empty()) {
    const ssize_t written = ::write(fd_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void AnswerPipe::send(FrameKind kind, std::string_view payload) const {
  if (!write_all(write_frame(kind, payload, token_))) ::_exit(kChildPipeBroken);
}

void AnswerPipe::device(const nlohmann::json& device) const {
  send(FrameKind::device, text_of(device));
}

void AnswerPipe::measurement(const nlohmann::json& measurement) const {
  send(FrameKind::measurement, text_of(measurement));
}

void AnswerPipe::fail(const std::string& why) const {
  send(FrameKind::failure, why);
  ::_exit(0);
}

void AnswerPipe::end() const {
  send(FrameKind::end, {});
  ::_exit(0);
}

}  // namespace weighin
