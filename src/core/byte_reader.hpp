// How is a foreign header read from its begin on, with every read checked?
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "weighin/bytes.hpp"

namespace weighin {

/// Most bytes of all headers of one model together. The largest that are known have 16 MB (a
/// vocabulary of 262144 tokens with its merges); whatever a header says, we read no more.
inline constexpr Bytes kMostHeaderBytes = Bytes{64} << 20;

/// What is read at the moment, for messages: "the length of key 3", "the type of tensor 7 ("x")".
struct Field {
  std::string_view what;
  std::int64_t index = -1;
  std::string_view name = {};  ///< foreign text: shown with its control characters taken out
};
std::string to_text(const Field& field);

/// Foreign text fit for a message: printable ASCII, others as "?", at most `longest` bytes.
std::string ascii_text(std::string_view text, std::size_t longest = 64);

/// Reads numbers and texts one after the other through a small window over a ByteSource. A read
/// that fails returns false and keeps the error (file, field, offset, limit); all later reads fail
/// too, so that a chain of reads is checked once at its end.
class ByteReader {
 public:
  /// `most` limits the position: how many bytes may be read or passed over in all.
  explicit ByteReader(ByteSource& source, Bytes most = kMostHeaderBytes);

  void set_big_endian(bool big) { swap_ = big != (std::endian::native == std::endian::big); }
  /// Of the next byte, from the begin of the file.
  Bytes position() const { return at_; }
  Bytes size() const { return size_; }
  Bytes left() const { return size_ - at_; }
  ByteSource& source() const { return source_; }

  /// A whole number or a float of the file's byte order.
  template <class T>
  requires(std::integral<T> || std::floating_point<T>) bool read(T& value, const Field& field) {
    std::array<char, sizeof(T)> raw;
    if (at_ >= window_at_ && at_ + static_cast<Bytes>(sizeof(T)) <= window_end_ && !error_) {
      std::memcpy(raw.data(), window_.get() + (at_ - window_at_), sizeof(T));
      at_ += static_cast<Bytes>(sizeof(T));
    } else if (!bytes(raw.data(), sizeof(T), field)) {
      return false;
    }
    if (swap_) {
      for (std::size_t i = 0; i < sizeof(T) / 2; ++i) std::swap(raw[i], raw[sizeof(T) - 1 - i]);
    }
    std::memcpy(&value, raw.data(), sizeof(T));
    return true;
  }
  /// `length` bytes of text; of a longer one than `keep` only the begin is kept.
  bool text(std::string& value, std::uint64_t length, const Field& field,
            std::size_t keep = std::string::npos);
  /// Passes over `count` bytes without reading them.
  bool skip(std::uint64_t count, const Field& field);
  /// True where `count` more bytes are in the file and within the limit; else fails.
  bool has(std::uint64_t count, const Field& field);

  /// Fails with "FILE: FIELD PROBLEM, byte N" and returns false. The first failure is kept.
  bool fail(const Field& field, std::string_view problem,
            std::string_view hint = "the file is damaged or no such file: download it again");
  bool failed() const { return error_.has_value(); }
  /// Only to be asked for when failed().
  const Error& error() const { return *error_; }

 private:
  bool bytes(char* into, std::size_t count, const Field& field);
  bool fill();

  ByteSource& source_;
  Bytes most_, size_;
  Bytes at_ = 0;
  Bytes window_at_ = 0, window_end_ = 0;  // of the file
  std::size_t window_bytes_ = 0;
  std::unique_ptr<char[]> window_;
  bool swap_;
  std::optional<Error> error_;
};

}  // namespace weighin
