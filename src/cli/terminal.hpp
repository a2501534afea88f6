// Who is looking: a terminal (how wide, with colour?) or a program?
#pragma once

#include <string>

#include "session/options.hpp"
#include "session/write_file.hpp"
#include "weighin/report.hpp"

namespace weighin {

/// How to render for stdout. Order of decisions: `choice`, NO_COLOR (non-empty), FORCE_COLOR or
/// CLICOLOR_FORCE, then whether stdout is a terminal that is not "dumb".
RenderOptions render_options(ColorChoice choice);

/// True where stderr is a terminal: only then is progress shown.
bool stderr_is_terminal();

/// What a session says, on stderr: a "warning" and a "note" as a line; progress as one line that
/// replaces itself, only on a terminal, and is removed by the next event without a text.
Events console();

/// Writes everything to stdout; an Error (kind io) where that failed. A closed pipe is no failure:
/// the reader has seen enough.
Result<Done> write_stdout(const std::string& text);

/// Prints an error in its two lines on stderr (and as JSON on stdout where `json`); gives the exit
/// code.
int fail(const Error& error, bool json = false);

/// A warning on stderr, unless `quiet`.
void warn(const std::string& text, bool quiet);

}  // namespace weighin
