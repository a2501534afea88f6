// Which version is this?
#include "weighin/core.hpp"

namespace weighin {

const char* version() { return WEIGHIN_VERSION; }

}  // namespace weighin
