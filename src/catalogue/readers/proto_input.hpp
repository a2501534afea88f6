// How is protobuf's wire format read from a source by ranges, without what is skipped?
#pragma once

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "weighin/bytes.hpp"

namespace weighin::proto {

/// What one message may cost us at most.
inline constexpr Bytes kMostRead = Bytes{64} << 20;  ///< bytes really read; the rest is skipped
inline constexpr int kMostDepth = 48;                ///< messages within messages
/// protobuf's own limit of one message: https://protobuf.dev/programming-guides/proto-limits/
inline constexpr Bytes kMostMessage = (Bytes{1} << 31) - 2;

/// A source as protobuf's library reads it: block by block, and skipping reads nothing.
class SourceInput final : public google::protobuf::io::ZeroCopyInputStream {
 public:
  explicit SourceInput(ByteSource& source) : source_(source), block_(kBlock) {}
  bool Next(const void** data, int* size) override;
  void BackUp(int count) override { position_ -= count; }
  bool Skip(int count) override;
  std::int64_t ByteCount() const override { return position_; }
  /// Why Next() gave up; nothing at the end of the file.
  const std::optional<Error>& error() const { return error_; }

 private:
  static constexpr std::size_t kBlock = std::size_t{16} << 10;
  ByteSource& source_;
  std::vector<char> block_;
  Bytes position_ = 0, read_ = 0;
  std::optional<Error> error_;
};

/// Walks over the fields of nested messages. Every call returns false once anything was wrong; the
/// first fault is kept.
class Wire {
 public:
  explicit Wire(ByteSource& source);
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  /// Calls `field(number, wire_type)` for each field until the message ends. `field` takes the
  /// value with one of the calls below.
  bool fields(const std::function<bool(int number, int wire_type)>& field);
  /// A message within this one: `body` sees its bytes alone.
  bool message(std::string_view what, const std::function<bool()>& body);
  bool varint(std::string_view what, int wire_type, std::int64_t& out);
  /// Whole numbers, packed or not, appended to `out`; more than `most` is a fault.
  bool varints(std::string_view what, int wire_type, std::vector<std::int64_t>& out,
               std::size_t most);
  /// A text of at most `most` bytes.
  bool text(std::string_view what, int wire_type, std::size_t most, std::string& out);
  /// Skips what has a length, and adds that length.
  bool skip_bytes(std::string_view what, int wire_type, Bytes& length);
  bool skip(int number, int wire_type);
  bool fail(std::string what, std::string hint = {});

  bool ok() const { return !error_.has_value(); }
  const Error& error() const { return *error_; }

 private:
  bool length_of(std::string_view what, int wire_type, int& length);

  ByteSource& source_;
  SourceInput stream_;
  google::protobuf::io::CodedInputStream input_;
  int depth_ = 0;
  std::optional<Error> error_;
};

/// Wire types: https://protobuf.dev/programming-guides/encoding/
inline constexpr int kVarint = 0, kFixed64 = 1, kLengthDelimited = 2, kFixed32 = 5;

}  // namespace weighin::proto
