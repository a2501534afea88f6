// How is a library used that a device need not have?
#include "core/run_time_library.hpp"

#include <dlfcn.h>

namespace weighin {

RunTimeLibrary::RunTimeLibrary(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    handle_ = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (handle_ != nullptr) return;
  }
}

void* RunTimeLibrary::symbol(const char* name) {
  void* const found = handle_ == nullptr ? nullptr : dlsym(handle_, name);
  complete_ = complete_ && found != nullptr;
  return found;
}

}  // namespace weighin
