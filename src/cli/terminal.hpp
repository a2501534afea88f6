// Who is looking: a terminal (how wide, with colour?) or a program?
#pragma once

#include <string>

#include "weighin/report.hpp"

namespace weighin {

/// When to use colour.
enum class ColorChoice { automatic, always, never };

/// How to render for stdout. Order of decisions: `choice`, NO_COLOR (non-empty), FORCE_COLOR or
/// CLICOLOR_FORCE, then whether stdout is a terminal that is not "dumb".
RenderOptions render_options(ColorChoice choice);

/// True where stderr is a terminal: only then is progress shown.
bool stderr_is_terminal();

/// Shows events as one line on stderr that replaces itself; nothing where stderr is no terminal or
/// `quiet`. The line is removed when the object goes.
class Progress {
 public:
  explicit Progress(bool quiet);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  Events events();

 private:
  void clear();
  bool shown_ = false;
  bool enabled_ = false;
};

/// Writes everything to stdout; an Error (kind io) where that failed. A closed pipe is no failure:
/// the reader has seen enough.
Result<Done> write_stdout(const std::string& text);

/// Writes a file as a whole or not at all: a temporary file beside it, synced, then renamed.
Result<Done> write_file(const std::string& path, const std::string& text);

/// Prints an error in its two lines on stderr (and as JSON on stdout where `json`); gives the exit
/// code.
int fail(const Error& error, bool json = false);

/// A warning on stderr, unless `quiet`.
void warn(const std::string& text, bool quiet);

}  // namespace weighin
