// Who is asking: which program, lying where?
#pragma once

#include <string>

namespace weighin {

/// What every question is asked with, whatever is asked.
struct Invocation {
  /// Our own executable, absolute. The catalogue lies beside it, and it is run again as the child
  /// that asks a GPU driver; where there is no such file, no driver is asked.
  std::string program;
};

}  // namespace weighin
