// How do words reach the terminal, a pipe or a file?
#include "cli/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

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

namespace {

// A line that is wider than the terminal would not be replaced, but left above the next.
std::size_t columns_of_stderr() {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 10;
  return known ? size.ws_col : 80;
}

// Whole letters of UTF-8 only.
void shorten(std::string& line, std::size_t columns) {
  std::size_t letters = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(line[i]) & 0xC0) != 0x80;
    if (begins && letters++ == columns) return line.resize(i);
  }
}

/// The one line that replaces itself; gone when the object goes.
class Progress {
 public:
  Progress() : enabled_(stderr_is_terminal()) {}
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void clear() {
    if (!shown_) return;
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
    shown_ = false;
  }
  void show(const Event& event) {
    if (!enabled_) return;
    std::string line = fmt::format("{:3.0f} %  {}: {}", event.done * 100, event.what, event.text);
    shorten(line, columns_of_stderr() - 1);
    fmt::print(stderr, "\r\x1b[K{}", line);
    std::fflush(stderr);
    shown_ = true;
  }

 private:
  bool shown_ = false;
  bool enabled_ = false;
};

}  // namespace

Events console() {
  const auto progress = std::make_shared<Progress>();
  return [progress](const Event& event) {
    const bool note = event.what == "note";
    if (note || event.what == "warning" || event.text.empty()) progress->clear();
    if (note) {
      fmt::print(stderr, "weighin: {}\n", event.text);
    } else if (event.what == "warning") {
      warn(event.text, false);
    } else if (!event.text.empty()) {
      progress->show(event);
    }
  };
}

Result<Done> write_stdout(const std::string& text) {
  errno = 0;
  const std::size_t written = std::fwrite(text.data(), 1, text.size(), stdout);
  if (written == text.size() && std::fflush(stdout) == 0) return Done{};
  if (errno == EPIPE) return Done{};
  return cannot_write("standard output", reason());
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
