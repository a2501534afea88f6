// Has whoever asked for this thread's work changed his mind?
#include "weighin/cancel.hpp"

#include <utility>

namespace weighin {
namespace {

thread_local const std::function<bool()>* asked = nullptr;

}  // namespace

CancelScope::CancelScope(std::function<bool()> ask) : ask_(std::move(ask)), outer_(asked) {
  asked = &ask_;
}

CancelScope::~CancelScope() { asked = outer_; }

bool cancelled() { return asked != nullptr && (*asked)(); }

bool cancellable() { return asked != nullptr; }

}  // namespace weighin
