// What time is it, for measuring?
#pragma once

namespace weighin {

/// Seconds on a clock that never goes back and that no one sets (about 25 ns a call).
double clock_seconds();

}  // namespace weighin
