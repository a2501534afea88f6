// What do we know, who said it, and if we do not know: why not?
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace weighin {

/// Whether a fact was found. Everything but `ok` carries a reason (`Known::why`).
enum class Status {
  ok,
  unsupported,  ///< this system has no such thing, or we were built without a way to ask
  skipped,      ///< not asked (an option, a missing precondition)
  error,        ///< asked, and the answer was no answer
};

/// How a fact came to be known; from the strongest to the weakest.
enum class KnownBy { measured, reported, published, computed, assumed };

/// How far a fact may be trusted.
enum class Confidence { high, medium, low };

const char* to_text(Status status);
const char* to_text(KnownBy known_by);
const char* to_text(Confidence confidence);
/// The enum value of such a word; nothing for an unknown word.
std::optional<Status> status_from_text(const std::string& word);
std::optional<KnownBy> known_by_from_text(const std::string& word);
std::optional<Confidence> confidence_from_text(const std::string& word);

/// Another source's answer to the same question, kept where sources disagree.
struct OtherAnswer {
  std::string source;
  std::string value;  ///< as text, with its unit
  bool operator==(const OtherAnswer&) const = default;
};

/// A value with its source, or the reason why there is none. "Not known" is never 0 or "".
template <class T>
struct Known {
  std::optional<T> value;
  Status status = Status::unsupported;
  KnownBy known_by = KnownBy::reported;
  Confidence confidence = Confidence::high;
  std::string source;  ///< the file, call or page that said so
  std::string why = "not asked";  ///< the reason where there is no value; a remark where there is one
  std::vector<OtherAnswer> others;

  Known() = default;

  /// A fact, as `source` gave it.
  static Known of(T fact, std::string source, KnownBy known_by = KnownBy::reported,
                  Confidence confidence = Confidence::high) {
    Known known;
    known.value = std::move(fact);
    known.status = Status::ok;
    known.known_by = known_by;
    known.confidence = confidence;
    known.source = std::move(source);
    known.why.clear();
    return known;
  }

  /// No fact, and why. `status` must not be `ok`.
  static Known unknown(Status status, std::string why, std::string source = {}) {
    Known known;
    known.status = status == Status::ok ? Status::error : status;
    known.why = std::move(why);
    known.source = std::move(source);
    return known;
  }

  /// True where there is a value.
  explicit operator bool() const { return value.has_value(); }
  const T& operator*() const { return *value; }
  const T* operator->() const { return &*value; }
  /// The value, or `fallback` for arithmetic that has said elsewhere that the value is missing.
  T value_or(T fallback) const { return value.value_or(std::move(fallback)); }
  bool operator==(const Known&) const = default;
};

}  // namespace weighin
