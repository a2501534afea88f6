// How is a FlatBuffer read in place, with every offset checked, however large its file?
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weighin/bytes.hpp"

namespace weighin::flat {

/// Bytes that are read at most of one FlatBuffer; its weights are never.
inline constexpr Bytes kMostRead = Bytes{64} << 20;

/// A part of a source, as a source: a section of a larger file.
class Section final : public ByteSource {
 public:
  Section(ByteSource& whole, std::string shown, Bytes begin, Bytes size)
      : whole_(whole), shown_(std::move(shown)), begin_(begin), size_(size) {}
  const std::string& shown() const override { return shown_; }
  Bytes size() const override { return size_; }
  Bytes bytes_read() const override { return whole_.bytes_read(); }
  Result<std::size_t> read(Bytes offset, std::span<char> into) override;

 private:
  ByteSource& whole_;
  std::string shown_;
  Bytes begin_, size_;
};

/// Where a table lies, with its list of fields.
struct Table {
  Bytes at = 0, fields_at = 0;
  std::uint32_t fields = 0;  ///< how many places the list has
};

/// A vector: where its first element lies, and how many there are.
struct Vector {
  Bytes at = 0;
  std::uint32_t count = 0;
};

/// Reads tables, vectors and texts by their offsets (https://flatbuffers.dev/internals/). Offsets
/// only lead forwards and every walk of a caller has its own bound, so that cycles cannot be
/// walked. A read that fails gives nothing and keeps the first error.
class Reader {
 public:
  /// `from` is where the FlatBuffer begins in the source.
  explicit Reader(ByteSource& source, Bytes from = 0);

  Table root();
  /// The table to which the offset at `at` leads.
  Table table_at(Bytes at, std::string_view what);
  /// Where the field of that number lies; nothing where the table leaves it out.
  std::optional<Bytes> field(const Table& table, int number, Bytes bytes, std::string_view what);
  std::uint64_t number(const Table& table, int field_number, int bytes, std::uint64_t absent,
                       std::string_view what);
  std::optional<Table> table(const Table& table, int number, std::string_view what);
  /// Empty where the field is left out. All its elements lie within the file.
  Vector vector(const Table& table, int number, Bytes element_bytes, std::uint32_t most,
                std::string_view what);
  std::string text(const Table& table, int number, std::uint32_t most, std::string_view what);
  /// A whole number of up to 8 bytes, little-endian.
  std::uint64_t integer(Bytes at, int bytes, std::string_view what);

  bool ok() const { return !error_.has_value(); }
  const Error& error() const { return *error_; }
  bool fail(std::string what);
  ByteSource& source() { return source_; }

 private:
  static constexpr std::size_t kPage = 4096;
  static constexpr std::size_t kPages = 64;
  struct Page {
    Bytes number = -1;
    std::size_t count = 0;
    std::array<char, kPage> bytes;
  };

  bool bytes(Bytes at, char* into, std::size_t count, std::string_view what);
  Page* page(Bytes number);
  /// The place to which the offset at `at` leads.
  Bytes follow(Bytes at, std::string_view what);

  ByteSource& source_;
  Bytes from_;
  Bytes read_ = 0;
  std::vector<Page> pages_;
  std::optional<Error> error_;
};

}  // namespace weighin::flat
