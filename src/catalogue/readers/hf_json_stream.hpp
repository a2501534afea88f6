// How is a large foreign JSON text walked through without being held in memory?
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "weighin/bytes.hpp"
#include "weighin/result.hpp"

namespace weighin::catalogue {

/// What a text says, in its order. Each event may end the walk by giving a reason.
class JsonEvents {
 public:
  JsonEvents() = default;
  JsonEvents(const JsonEvents&) = delete;
  JsonEvents& operator=(const JsonEvents&) = delete;
  virtual ~JsonEvents() = default;

  virtual bool open(bool object) = 0;
  virtual bool close() = 0;
  virtual bool key(const std::string& name) = 0;
  virtual bool text(const std::string& value) = 0;
  virtual bool integer(std::int64_t value) = 0;
  /// Null, true, false, and numbers that are not whole or do not fit 63 bits.
  virtual bool other(const char* what) = 0;

  /// Ends the walk; always false.
  bool fail(std::string what, std::string hint = {}) {
    if (what_.empty()) {
      what_ = std::move(what);
      hint_ = std::move(hint);
    }
    return false;
  }
  const std::string& what() const { return what_; }
  const std::string& hint() const { return hint_; }

 private:
  std::string what_, hint_;
};

/// Depth that no document of these kinds reaches: {"weight_map": {…}}, {"name": {"shape": […]}}.
inline constexpr std::size_t kMostStreamDepth = 8;
/// Longest text, number or run of blanks in such a document. Training notes in "__metadata__" are
/// the longest.
inline constexpr std::size_t kLongestToken = std::size_t{1} << 20;

/// Walks over `length` bytes of `source` from `offset` on. Broken JSON, broken UTF-8, a NUL byte,
/// and texts or depths beyond the limits are errors of ErrorKind::data that name the file and the
/// byte.
Result<Done> stream_json(ByteSource& source, Bytes offset, Bytes length, JsonEvents& events);

}  // namespace weighin::catalogue
