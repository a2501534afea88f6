// What does the header of one GGUF file hold?
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "weighin/model_file.hpp"

namespace weighin::gguf {

// Limits on what a header may ask for; each is named in the error that it causes.

/// Keys of one file; real ones have about 30, with all of a vocabulary's and a card's 80.
inline constexpr std::uint64_t kMostKeys = 16'384;
/// Bytes of a key (the GGUF specification: 2^16 - 1).
inline constexpr std::uint64_t kLongestKey = 65'535;
/// Tensors of one model. The most known: 44,500 where the experts of DeepSeek-V3 are not merged.
inline constexpr std::uint64_t kMostTensors = 65'536;
/// ggml keeps 64 bytes for a name, its end included (GGML_MAX_NAME in ggml.h).
inline constexpr std::uint64_t kLongestName = 63;
inline constexpr std::uint32_t kMostDimensions = 4;
/// Bytes of one text; the longest known are chat templates of some 100 kB.
inline constexpr std::uint64_t kLongestText = std::uint64_t{16} << 20;
/// Elements of one array of numbers, and of one of texts or arrays, which are passed over one by
/// one; the largest known are merges of some 500,000.
inline constexpr std::uint64_t kMostElements = std::uint64_t{64} << 20;
inline constexpr std::uint64_t kMostTexts = std::uint64_t{4} << 20;
/// Arrays in arrays: the specification allows them, no known file has them.
inline constexpr int kMostDepth = 4;
inline constexpr std::uint64_t kMostAlignment = std::uint64_t{1} << 20;
/// Bytes of names, texts and lists that are kept in memory; the rest is passed over.
inline constexpr std::uint64_t kMostKept = std::uint64_t{4} << 20;
/// Of a longer text only the begin is kept, of a longer list only its length.
inline constexpr std::size_t kKeptText = 1'024;
inline constexpr std::uint64_t kKeptList = 2'048;

enum class Type : std::uint32_t {
  u8 = 0,
  i8 = 1,
  u16 = 2,
  i16 = 3,
  u32 = 4,
  i32 = 5,
  f32 = 6,
  boolean = 7,
  text = 8,
  list = 9,
  u64 = 10,
  i64 = 11,
  f64 = 12,
};
const char* to_text(Type type);  ///< "u32", "string", "array", …

struct Value {
  Type type = Type::u8;
  Type element = Type::u8;             ///< of a list
  std::int64_t integer = 0;            ///< of whole numbers and booleans; at most 2^63 - 1
  double number = 0.0;                 ///< of floats
  std::uint64_t count = 0;             ///< elements of a list, bytes of a text
  std::string text;                    ///< at most kKeptText bytes of it
  std::vector<std::int64_t> integers;  ///< of a list of at most kKeptList whole numbers
  bool is_integer() const {
    return type != Type::f32 && type != Type::f64 && type != Type::text && type != Type::list;
  }
};

struct Header {
  std::uint32_t version = 0;
  bool big_endian = false;
  std::map<std::string, Value, std::less<>> values;
  std::vector<FileTensor> tensors;
  Bytes alignment = 32;
  Bytes data_begin = 0;  ///< where the first tensor's data stand
  /// The value of that key, or null.
  const Value* find(std::string_view key) const;
};

/// What all files of one model may cost together.
struct Budget {
  Bytes header_bytes;
  std::uint64_t tensors = kMostTensors;
  Budget();
};

/// Reads the header of one file: GGUF 1, 2 or 3 in either byte order. Every count, length, type,
/// dimension and offset is checked against the file; nothing of the tensors' data is read.
Result<Header> read_header(ByteSource& source, Budget& budget);

}  // namespace weighin::gguf
