// Is this a sound GGUF header, and what do its keys say?
//
// The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
#include "catalogue/readers/gguf_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "catalogue/readers/gguf_tensors.hpp"
#include "core/byte_reader.hpp"

namespace weighin::gguf {
namespace {

struct TypeRow {
  const char* name;
  std::uint64_t bytes;  // of one element; of texts and arrays at least (version 2 and 3)
};
constexpr std::array<TypeRow, 13> kTypes{{{"u8", 1},
                                          {"i8", 1},
                                          {"u16", 2},
                                          {"i16", 2},
                                          {"u32", 4},
                                          {"i32", 4},
                                          {"f32", 4},
                                          {"bool", 1},
                                          {"string", 8},
                                          {"array", 12},
                                          {"u64", 8},
                                          {"i64", 8},
                                          {"f64", 8}}};

// Keys and values of one file.
class Metadata {
 public:
  Metadata(ByteReader& reader, Header& header) : reader_(reader), header_(header) {}

  bool read(std::uint64_t keys) {
    for (std::uint64_t i = 0; i < keys; ++i) {
      if (!one(static_cast<std::int64_t>(i))) return false;
    }
    return true;
  }

 private:
  bool one(std::int64_t index) {
    std::string key;
    std::uint64_t length = 0;
    const Field of_length{"the length of key", index};
    if (!read_count(reader_, header_.version, length, of_length)) return false;
    if (length == 0) return reader_.fail(of_length, "is 0: a key needs a name");
    if (length > kLongestKey)
      return reader_.fail(of_length,
                          fmt::format("is {} bytes, over the limit of {}", length, kLongestKey));
    if (!keep(length, of_length) || !reader_.text(key, length, Field{"the name of key", index}))
      return false;
    if (!std::all_of(key.begin(), key.end(), [](char c) { return c > 0x20 && c < 0x7f; }))
      return reader_.fail(Field{"the name of key", index, key}, "is no printable ASCII");
    Value value;
    if (!read_type(value.type, Field{"the type of key", index, key})) return false;
    if (!read_value(value, key)) return false;
    if (key == "general.alignment" && !check_alignment(value)) return false;
    if (header_.values.contains(key))
      return reader_.fail(Field{"key", index, key}, "stands there a second time");
    header_.values.emplace(std::move(key), std::move(value));
    return true;
  }

  bool keep(std::uint64_t bytes, const Field& field) {
    kept_ += bytes;
    if (kept_ <= kMostKept) return true;
    return reader_.fail(field, fmt::format("brings names, texts and lists over the limit of {} "
                                           "bytes",
                                           kMostKept));
  }

  bool read_type(Type& type, const Field& field) {
    std::uint32_t number = 0;
    if (!reader_.read(number, field)) return false;
    if (number >= kTypes.size())
      return reader_.fail(field,
                          fmt::format("is {}, and the largest is {}", number, kTypes.size() - 1));
    type = static_cast<Type>(number);
    return true;
  }

  template <class T>
  bool read_number(Value& value, const Field& field) {
    T number{};
    if (!reader_.read(number, field)) return false;
    if constexpr (std::is_floating_point_v<T>) {
      value.number = static_cast<double>(number);
      if (!std::isfinite(value.number)) return reader_.fail(field, "is not a finite number");
    } else {
      if (std::cmp_greater(number, INT64_MAX))
        return reader_.fail(field, fmt::format("is {}, over the limit of 2^63 - 1", number));
      value.integer = static_cast<std::int64_t>(number);
    }
    return true;
  }

  // One value that is no array; `value.type` says which.
  bool read_scalar(Type type, Value& value, const Field& field) {
    switch (type) {
      case Type::u8:
        return read_number<std::uint8_t>(value, field);
      case Type::i8:
        return read_number<std::int8_t>(value, field);
      case Type::u16:
        return read_number<std::uint16_t>(value, field);
      case Type::i16:
        return read_number<std::int16_t>(value, field);
      case Type::u32:
        return read_number<std::uint32_t>(value, field);
      case Type::i32:
        return read_number<std::int32_t>(value, field);
      case Type::u64:
        return read_number<std::uint64_t>(value, field);
      case Type::i64:
        return read_number<std::int64_t>(value, field);
      case Type::f32:
        return read_number<float>(value, field);
      case Type::f64:
        return read_number<double>(value, field);
      case Type::boolean:
        if (!read_number<std::uint8_t>(value, field)) return false;
        if (value.integer > 1)
          return reader_.fail(field, fmt::format("is a bool of value {}", value.integer));
        return true;
      default:
        return reader_.fail(field, "has no such type");
    }
  }

  bool text_length(std::uint64_t& length, const Field& field) {
    if (!read_count(reader_, header_.version, length, field)) return false;
    if (length <= kLongestText) return true;
    return reader_.fail(
        field, fmt::format("has {} bytes, over the limit of {} for a text", length, kLongestText));
  }

  bool read_value(Value& value, std::string_view key) {
    const Field field{"the value of key", -1, key};
    if (value.type == Type::text) {
      if (!text_length(value.count, field)) return false;
      return keep(std::min<std::uint64_t>(value.count, kKeptText), field) &&
             reader_.text(value.text, value.count, field, kKeptText);
    }
    if (value.type != Type::list) return read_scalar(value.type, value, field);
    return read_list(&value, 1, field);
  }

  // `value` is null within another array: what that holds is checked and passed over.
  bool read_list(Value* value, int depth, const Field& field) {
    if (depth > kMostDepth)
      return reader_.fail(
          field, fmt::format("has arrays in arrays, deeper than the limit of {}", kMostDepth));
    Type element = Type::u8;
    std::uint64_t count = 0;
    if (!read_type(element, Field{"the element type of key", -1, field.name})) return false;
    if (!read_count(reader_, header_.version, count, field)) return false;
    const bool one_by_one = element == Type::text || element == Type::list;
    const std::uint64_t most = one_by_one ? kMostTexts : kMostElements;
    if (count > most)
      return reader_.fail(field, fmt::format("has {} elements, over the limit of {}", count, most));
    const bool counts32 = header_.version == 1;
    std::uint64_t least = kTypes[static_cast<std::size_t>(element)].bytes;
    if (counts32 && element == Type::text) least = 4;
    if (counts32 && element == Type::list) least = 8;
    if (!reader_.has(count * least, field)) return false;
    if (value != nullptr) {
      value->element = element;
      value->count = count;
    }
    if (one_by_one) {
      for (std::uint64_t i = 0; i < count; ++i) {
        std::uint64_t length = 0;
        if (element == Type::list ? !read_list(nullptr, depth + 1, field)
                                  : !text_length(length, field) || !reader_.skip(length, field))
          return false;
      }
      return true;
    }
    const bool numbers = element != Type::f32 && element != Type::f64;
    if (value == nullptr || !numbers || count > kKeptList)
      return reader_.skip(count * least, field);
    if (!keep(count * sizeof(std::int64_t), field)) return false;
    value->integers.reserve(static_cast<std::size_t>(count));
    for (std::uint64_t i = 0; i < count; ++i) {
      Value one;
      if (!read_scalar(element, one, field)) return false;
      value->integers.push_back(one.integer);
    }
    return true;
  }

  bool check_alignment(const Value& value) {
    const Field field{"key", -1, "general.alignment"};
    if (value.type != Type::u32)
      return reader_.fail(field,
                          fmt::format("is of type {}, and must be u32", gguf::to_text(value.type)));
    const std::uint64_t alignment = static_cast<std::uint64_t>(value.integer);
    if (!std::has_single_bit(alignment) || alignment > kMostAlignment)
      return reader_.fail(field, fmt::format("is {}, and must be a power of two up to the limit "
                                             "of {}",
                                             alignment, kMostAlignment));
    header_.alignment = value.integer;
    return true;
  }

  ByteReader& reader_;
  Header& header_;
  std::uint64_t kept_ = 0;
};

bool read_version(ByteReader& reader, Header& header) {
  std::string magic;
  if (!reader.text(magic, 4, Field{"the magic"})) return false;
  if (magic != "GGUF")
    return reader.fail(Field{"the magic"}, "is not \"GGUF\"", "this is no GGUF file");
  const Field field{"the version"};
  if (!reader.read(header.version, field)) return false;
  // A small number whose bytes stand the other way round.
  if ((header.version & 0xffffU) == 0 && header.version != 0) {
    header.big_endian = true;
    reader.set_big_endian(true);
    const std::uint32_t v = header.version;
    header.version = v >> 24 | (v >> 8 & 0xff00U) | (v << 8 & 0xff0000U) | v << 24;
  }
  if (header.version >= 1 && header.version <= 3) return true;
  return reader.fail(field, fmt::format("is {}, and we know 1 to 3", header.version),
                     "a newer file needs a newer weighin");
}

}  // namespace

const char* to_text(Type type) {
  const std::size_t at = static_cast<std::size_t>(type);
  return at < kTypes.size() ? kTypes[at].name : "unknown";
}

Budget::Budget() : header_bytes(kMostHeaderBytes) {}

const Value* Header::find(std::string_view key) const {
  const auto found = values.find(key);
  return found == values.end() ? nullptr : &found->second;
}

Result<Header> read_header(ByteSource& source, Budget& budget) {
  ByteReader reader(source, budget.header_bytes);
  Header header;
  std::uint64_t tensors = 0, keys = 0;
  const auto read = [&] {
    if (!read_version(reader, header) ||
        !read_count(reader, header.version, tensors, Field{"the number of tensors"}) ||
        !read_count(reader, header.version, keys, Field{"the number of keys"}))
      return false;
    if (tensors > budget.tensors)
      return reader.fail(Field{"the number of tensors"},
                         fmt::format("is {}, over the limit of {}", tensors, kMostTensors));
    if (keys > kMostKeys)
      return reader.fail(Field{"the number of keys"},
                         fmt::format("is {}, over the limit of {}", keys, kMostKeys));
    // The shortest records: a name of one byte, a value of one byte; one dimension.
    const std::uint64_t word = header.version == 1 ? 4 : 8;
    return reader.has(keys * (word + 1 + 4 + 1), Field{"the list of announced keys"}) &&
           Metadata(reader, header).read(keys) &&
           reader.has(tensors * (word + 1 + 4 + word + 4 + 8),
                      Field{"the list of announced tensors"}) &&
           read_tensors(reader, header, tensors);
  };
  if (!read()) return reader.error();
  budget.header_bytes -= reader.position();
  budget.tensors -= tensors;
  return header;
}

}  // namespace weighin::gguf
