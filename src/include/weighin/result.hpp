// Did it work, and if not: what, where, and what to do about it?
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace weighin {

/// The kind of a failure decides the exit code of the program (sysexits(3)).
enum class ErrorKind {
  usage,     ///< 64: unknown option, model or combination
  data,      ///< 65: a model file, policy, catalogue or device file is broken
  no_input,  ///< 66: a file is missing or cannot be read
  internal,  ///< 70: a fault of ours
  io,        ///< 74: output could not be written
};

/// One failure in two lines: WHAT, WHERE / hint: WHAT TO DO.
struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string what;
  std::string where;  ///< file:line, option or byte offset; may be empty
  std::string hint;   ///< what to do; may be empty

  bool operator==(const Error&) const = default;
};

/// "WHAT, WHERE" on one line (without the hint).
std::string to_text(const Error& error);

/// The exit code of a failure of this kind.
int exit_code(ErrorKind kind);

/// A value, or the error that stood in its way.
template <class T>
class Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return std::holds_alternative<T>(state_); }
  explicit operator bool() const { return ok(); }
  /// The value; only to be asked for when ok().
  const T& operator*() const& { return std::get<T>(state_); }
  T& operator*() & { return std::get<T>(state_); }
  T&& operator*() && { return std::get<T>(std::move(state_)); }
  const T* operator->() const { return &std::get<T>(state_); }
  T* operator->() { return &std::get<T>(state_); }
  /// The error; only to be asked for when not ok().
  const Error& error() const { return std::get<Error>(state_); }

 private:
  std::variant<T, Error> state_;
};

/// An action without a value.
struct Done {
  bool operator==(const Done&) const = default;
};

}  // namespace weighin
