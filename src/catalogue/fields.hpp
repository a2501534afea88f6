// How is one field of a JSON object taken, and its fault told with file, line, model and name?
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/json_reader.hpp"
#include "weighin/known.hpp"
#include "weighin/result.hpp"

namespace weighin::catalogue {

/// The first fault of a document.
class Faults {
 public:
  explicit Faults(std::string file) : file_(std::move(file)) {}
  /// Keeps the first fault only.
  void report(int line, std::string what, std::string hint);
  bool any() const { return first_.has_value(); }
  const Error& first() const { return *first_; }
  const std::string& file() const { return file_; }

 private:
  std::string file_;
  std::optional<Error> first_;
};

/// The fields of one object. Each call writes its target only where the field is there and right; a
/// fault goes to `faults`, and names `owner` ("model \"gemma-2b\"") and the line where the owner
/// begins.
class Fields {
 public:
  Fields(const JsonNode& object, std::string owner, int owner_line, Faults& faults);

  /// A text of 1 to `longest` bytes without control characters.
  bool text(std::string_view key, std::string& out, bool required = false,
            std::size_t longest = 2000);
  /// A list of such texts, or nothing.
  bool texts(std::string_view key, std::vector<std::string>& out, std::size_t most);
  bool integer(std::string_view key, std::int64_t& out, std::int64_t least, std::int64_t most,
               bool required = false);
  bool integers(std::string_view key, std::vector<std::int64_t>& out, std::int64_t most_value,
                std::size_t most);
  bool boolean(std::string_view key, bool& out);
  /// The member where it is an object (a list); null where it is absent or something else (a
  /// fault).
  const JsonNode* object(std::string_view key, bool required = false);
  const JsonNode* list(std::string_view key, std::size_t most, bool required = false);

  /// A fact: its value, {"value", "source", "verified": false}, or {"status", "why"} where not
  /// known. `source` is that of a bare value.
  void fact(std::string_view key, const std::string& source, Known<std::string>& out);
  void fact(std::string_view key, const std::string& source, std::int64_t most,
            Known<std::int64_t>& out);

  /// A fault at each member that is not in `known`: a mistyped name must not be lost in silence.
  void nothing_but(std::initializer_list<std::string_view> known);
  void nothing_but(const std::vector<std::string_view>& known);
  /// A fault only at a member whose name is nearly one of `known`: a later version's new key is let
  /// pass, a typing error is not.
  void no_typing_errors(const std::vector<std::string_view>& known);

  void fault(int line, const std::string& what, const std::string& hint = {});
  bool has(std::string_view key) const { return object_.find(key) != nullptr; }
  int line_of(std::string_view key) const;
  const JsonNode& node() const { return object_; }
  Faults& faults() { return faults_; }
  const std::string& owner() const { return owner_; }
  int owner_line() const { return owner_line_; }

 private:
  const JsonNode* take(std::string_view key, JsonKind kind, bool required);
  template <class T>
  bool unknown_fact(const JsonNode& node, Known<T>& out);
  template <class T>
  void remark(const JsonNode& node, std::string_view key, Known<T>& out);

  const JsonNode& object_;
  std::string owner_;
  int owner_line_;
  Faults& faults_;
};

/// Of `names` the one nearest to `word` in typing errors; empty where none is near.
std::string nearest_name(std::string_view word, const std::vector<std::string_view>& names);
/// Insertions, deletions and replacements from one text to the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace weighin::catalogue
