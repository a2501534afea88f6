// How do words reach the terminal, a pipe or a file?
#include "cli/terminal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace weighin {
namespace {

bool set_and_not_empty(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before any thread starts
  return value != nullptr && *value != '\0';
}

bool says_utf8(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  if (value == nullptr || *value == '\0') return false;
  std::string text = value;
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text.find("utf-8") != std::string::npos || text.find("utf8") != std::string::npos;
}

bool locale_is_utf8() {
  // The first that is set decides (setlocale(3)).
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (set_and_not_empty(name)) return says_utf8(name);
  }
  return false;
}

std::string reason() { return std::strerror(errno); }  // NOLINT(concurrency-mt-unsafe)

Error cannot_write(const std::string& path, const std::string& why) {
  return Error{ErrorKind::io, fmt::format("cannot write {}: {}", path, why), "",
               "give another file with -o, or make room on the disk"};
}

}  // namespace

RenderOptions render_options(ColorChoice choice) {
  RenderOptions options;
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  if (terminal) {
    winsize size{};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
      options.width = size.ws_col;
  }
  if (set_and_not_empty("COLUMNS")) {
    const int columns = std::atoi(std::getenv("COLUMNS"));  // NOLINT(concurrency-mt-unsafe)
    if (columns > 0) options.width = columns;
  }
  options.width = std::clamp(options.width, 40, 160);
  const char* term = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe)
  const bool dumb = term != nullptr && std::strcmp(term, "dumb") == 0;
  switch (choice) {
    case ColorChoice::always:
      options.color = true;
      break;
    case ColorChoice::never:
      options.color = false;
      break;
    case ColorChoice::automatic:
      if (set_and_not_empty("NO_COLOR")) {
        options.color = false;
      } else if (set_and_not_empty("FORCE_COLOR") || set_and_not_empty("CLICOLOR_FORCE")) {
        options.color = true;
      } else {
        options.color = terminal && !dumb;
      }
      break;
  }
  options.unicode = locale_is_utf8();
  return options;
}

bool stderr_is_terminal() { return isatty(STDERR_FILENO) == 1; }

Progress::Progress(bool quiet) : enabled_(!quiet && stderr_is_terminal()) {}
Progress::~Progress() { clear(); }

void Progress::clear() {
  if (shown_) {
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
    shown_ = false;
  }
}

Events Progress::events() {
  if (!enabled_) return {};
  return [this](const Event& event) {
    // One line, never wider than a narrow terminal.
    std::string line = fmt::format("{:3.0f} %  {}: {}", event.done * 100, event.what, event.text);
    if (line.size() > 78) line.resize(78);
    fmt::print(stderr, "\r\x1b[K{}", line);
    std::fflush(stderr);
    shown_ = true;
  };
}

Result<Done> write_stdout(const std::string& text) {
  errno = 0;
  const std::size_t written = std::fwrite(text.data(), 1, text.size(), stdout);
  if (written == text.size() && std::fflush(stdout) == 0) return Done{};
  if (errno == EPIPE) return Done{};
  return cannot_write("standard output", reason());
}

Result<Done> write_file(const std::string& path, const std::string& text) {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path target(path);
  // A device (/dev/stdout, /dev/full) or a pipe is written straight: there is nothing to rename
  // over.
  const fs::file_status status = fs::status(target, error);
  const bool plain = !fs::exists(status) || fs::is_regular_file(status);
  if (fs::is_directory(status)) return cannot_write(path, "it is a folder");
  std::string temporary = path;
  int file = -1;
  if (plain) {
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    temporary =
        (folder / fmt::format(".weighin-{}-XXXXXX", target.filename().string().substr(0, 64)))
            .string();
    file = mkostemp(temporary.data(), O_CLOEXEC);
  } else {
    file = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  }
  if (file < 0) return cannot_write(path, reason());
  std::size_t at = 0;
  std::string why;
  while (at < text.size() && why.empty()) {
    const ssize_t count = write(file, text.data() + at, text.size() - at);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0)
      why = reason();
    else
      at += static_cast<std::size_t>(count);
  }
  if (plain && why.empty()) {
    // mkostemp makes files that only we may read; a report is an ordinary file.
    const mode_t mask = umask(0);
    umask(mask);
    if (fchmod(file, 0666 & ~mask) != 0 || fsync(file) != 0) why = reason();
  }
  if (close(file) != 0 && why.empty()) why = reason();
  if (plain && why.empty() && rename(temporary.c_str(), path.c_str()) != 0) why = reason();
  if (!why.empty()) {
    if (plain) unlink(temporary.c_str());
    return cannot_write(path, why);
  }
  return Done{};
}

int fail(const Error& error, bool json) {
  fmt::print(stderr, "weighin: error: {}\n", to_text(error));
  if (!error.hint.empty()) fmt::print(stderr, "hint: {}\n", error.hint);
  if (json) {
    const Result<Done> written = write_stdout(error_json(error));
    if (!written) return exit_code(ErrorKind::io);
  }
  return exit_code(error.kind);
}

void warn(const std::string& text, bool quiet) {
  if (!quiet) fmt::print(stderr, "weighin: warning: {}\n", text);
}

}  // namespace weighin
