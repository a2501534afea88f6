// Has whoever asked for this thread's work changed his mind?
#pragma once

#include <functional>

namespace weighin {

/// While it lives, cancelled() on this thread is what `ask` says; scopes may lie within each other, and the
/// innermost counts. `ask` is called often, from this thread alone. Work that other threads do for this one ends
/// when this one stops giving it.
class CancelScope {
 public:
  explicit CancelScope(std::function<bool()> ask);
  ~CancelScope();
  CancelScope(const CancelScope&) = delete;
  CancelScope& operator=(const CancelScope&) = delete;

 private:
  std::function<bool()> ask_;
  const std::function<bool()>* outer_;
};

/// True where this thread's work is no longer wanted: it should end soon, and what it has made by then is thrown
/// away. Without a scope false.
bool cancelled();

/// True where somebody may change his mind: a wait should look again every now and then.
bool cancellable();

}  // namespace weighin
