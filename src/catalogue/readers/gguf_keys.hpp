// What do the keys of an architecture say, and are they numbers that a model could have?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalogue/readers/gguf_header.hpp"

namespace weighin::gguf {

// Largest values that are believed.

/// What llama.cpp loads at most (LLAMA_MAX_LAYERS in src/llama-hparams.h).
inline constexpr std::int64_t kMostLayers = 512;
/// About ten times what the largest models known have.
inline constexpr std::int64_t kMostWidth = 1 << 20;
inline constexpr std::int64_t kMostExperts = 16'384;
inline constexpr std::int64_t kMostVocab = 1 << 24;
inline constexpr std::int64_t kMostContext = std::int64_t{1} << 32;

/// The keys "ARCHITECTURE.…" of a header. A value of a wrong type, below 0 or over its limit is
/// kept as the error of the file; the value is then 0.
class Keys {
 public:
  Keys(const Header& header, std::string file);

  const std::string& architecture() const { return architecture_; }
  const Header& header() const { return header_; }
  bool has(std::string_view key) const;
  /// The whole number of that key, or `missing`. Of a list the first number.
  std::int64_t number(std::string_view key, std::int64_t most, std::int64_t missing = 0);
  /// The numbers of a list, one for each layer; a single number as a list of one; empty if missing.
  std::vector<std::int64_t> numbers(std::string_view key, std::int64_t most);
  /// A text by its whole key ("general.name"), its control characters taken out; empty if missing.
  std::string text(std::string_view whole_key);
  /// A whole number by its whole key ("split.count"); nothing if missing.
  std::optional<std::int64_t> whole(std::string_view whole_key, std::int64_t most);

  void fail(std::string_view whole_key, std::string_view problem);
  const std::optional<Error>& error() const { return error_; }

 private:
  const Value* own(std::string_view key, std::string& whole_key) const;
  std::int64_t checked(std::int64_t value, std::string_view whole_key, std::int64_t most);

  const Header& header_;
  std::string file_, architecture_;
  std::optional<Error> error_;
};

}  // namespace weighin::gguf
