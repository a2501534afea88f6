// How is a library used that a device need not have?
#pragma once

#include <string>
#include <vector>

namespace weighin {

/// A shared library opened at run time and kept open. Its symbols are seen by nobody else.
class RunTimeLibrary {
 public:
  /// The first of the names that can be opened.
  explicit RunTimeLibrary(const std::vector<std::string>& names);
  explicit operator bool() const { return handle_ != nullptr && complete_; }

  /// Sets `function` to the library's function of that name; where there is none, the library is as
  /// good as not there.
  template <class Function>
  void find(Function& function, const char* name) {
    function = reinterpret_cast<Function>(symbol(name));
  }

 private:
  void* symbol(const char* name);
  void* handle_ = nullptr;
  bool complete_ = true;
};

}  // namespace weighin
