// Has every tensor of a GGUF file its own name, a possible size and its place?
#include "catalogue/readers/gguf_tensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "weighin/formats.hpp"

namespace weighin::gguf {
namespace {

// Where the data of the next tensor may begin, and of which the last ended there.
struct Place {
  Bytes end = 0;     // of the data so far
  Bytes padded = 0;  // the same, up to the alignment
};

bool read_name(ByteReader& reader, std::uint32_t version, std::int64_t index, std::string& name) {
  const Field field{"the name of tensor", index};
  std::uint64_t length = 0;
  if (!read_count(reader, version, length, field)) return false;
  if (length > kLongestName)
    return reader.fail(field,
                       fmt::format("has {} bytes, over the limit of {}", length, kLongestName));
  if (length == 0) return reader.fail(field, "is empty");
  if (!reader.text(name, length, field)) return false;
  if (std::all_of(name.begin(), name.end(), [](char c) { return c > 0x20 && c < 0x7f; }))
    return true;
  return reader.fail(Field{"the name of tensor", index, name}, "is no printable ASCII");
}

bool read_dimensions(ByteReader& reader, std::uint32_t version, std::int64_t index,
                     FileTensor& tensor) {
  const Field field{"the dimensions of tensor", index, tensor.name};
  std::uint32_t dimensions = 0;
  if (!reader.read(dimensions, field)) return false;
  if (dimensions < 1 || dimensions > kMostDimensions)
    return reader.fail(field, fmt::format("are {}, and must be 1 to the limit of {}", dimensions,
                                          kMostDimensions));
  tensor.dimensions = static_cast<std::uint8_t>(dimensions);
  Bytes product = 1;
  for (std::uint32_t d = 0; d < dimensions; ++d) {
    std::uint64_t size = 0;
    if (!read_count(reader, version, size, field)) return false;
    if (size == 0) return reader.fail(field, fmt::format("hold a 0 (dimension {})", d));
    const auto next = size > INT64_MAX ? std::nullopt
                                       : checked_multiply(product, static_cast<std::int64_t>(size));
    if (!next)
      return reader.fail(field, fmt::format("hold {} (dimension {}): more weights than the limit "
                                            "of 2^63 - 1",
                                            size, d));
    tensor.size[d] = static_cast<std::int64_t>(size);
    product = *next;
  }
  tensor.weights = product;
  return true;
}

bool read_format(ByteReader& reader, std::int64_t index, FileTensor& tensor) {
  const Field field{"the type of tensor", index, tensor.name};
  std::uint32_t number = 0;
  if (!reader.read(number, field)) return false;
  const WeightFormat* format =
      number > 0xffffU ? nullptr : find_gguf_type(static_cast<int>(number));
  if (format == nullptr)
    return reader.fail(field, fmt::format("is {}, which is no tensor type of GGUF today", number),
                       "a file of a removed type must be made anew; a newer one needs a newer "
                       "weighin");
  if (tensor.size[0] % format->block_weights != 0)
    return reader.fail(field, fmt::format("is {}, and a row of {} weights is no whole number of "
                                          "its blocks of {}",
                                          format->name, tensor.size[0], format->block_weights));
  const auto bytes = format_bytes(*format, tensor.size[0], tensor.weights / tensor.size[0]);
  if (!bytes)
    return reader.fail(Field{"the size of tensor", index, tensor.name},
                       "is over the limit of 2^63 - 1 bytes");
  tensor.type = format->name;
  tensor.bytes = *bytes;
  return true;
}

bool read_offset(ByteReader& reader, Bytes alignment, std::int64_t index, const FileTensor& tensor,
                 Place& place) {
  const Field field{"the offset of tensor", index, tensor.name};
  std::uint64_t offset = 0;
  if (!reader.read(offset, field)) return false;
  if (offset > INT64_MAX)
    return reader.fail(field, fmt::format("is {}, over the limit of 2^63 - 1", offset));
  const Bytes begin = static_cast<Bytes>(offset);
  if (begin % alignment != 0)
    return reader.fail(field,
                       fmt::format("is {}, no multiple of the alignment of {}", begin, alignment));
  if (begin < place.end)
    return reader.fail(
        field, fmt::format("is {}, within the data before it, which end at {}", begin, place.end));
  if (begin != place.padded)
    return reader.fail(field, fmt::format("is {}, and the data before it end at {}: no hole may "
                                          "lie between tensors",
                                          begin, place.end));
  const auto end = checked_add(begin, tensor.bytes);
  const auto padded =
      end ? checked_add(*end, (alignment - *end % alignment) % alignment) : std::nullopt;
  if (!padded) return reader.fail(field, "and its size are over the limit of 2^63 - 1 bytes");
  place = {*end, *padded};
  return true;
}

bool check_names(ByteReader& reader, const std::vector<FileTensor>& tensors) {
  std::vector<std::uint32_t> order(tensors.size());
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const int compared = tensors[a].name.compare(tensors[b].name);
    return compared != 0 ? compared < 0 : a < b;
  });
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (tensors[order[i]].name == tensors[order[i - 1]].name)
      return reader.fail(
          Field{"tensor", static_cast<std::int64_t>(order[i]), tensors[order[i]].name},
          fmt::format("has the name of tensor {}", order[i - 1]));
  }
  return true;
}

}  // namespace

bool read_count(ByteReader& reader, std::uint32_t version, std::uint64_t& count,
                const Field& field) {
  if (version != 1) return reader.read(count, field);
  std::uint32_t narrow = 0;
  if (!reader.read(narrow, field)) return false;
  count = narrow;
  return true;
}

bool read_tensors(ByteReader& reader, Header& header, std::uint64_t count) {
  Place place;
  header.tensors.reserve(static_cast<std::size_t>(count));
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::int64_t index = static_cast<std::int64_t>(i);
    FileTensor tensor;
    if (!read_name(reader, header.version, index, tensor.name) ||
        !read_dimensions(reader, header.version, index, tensor) ||
        !read_format(reader, index, tensor) ||
        !read_offset(reader, header.alignment, index, tensor, place))
      return false;
    header.tensors.push_back(std::move(tensor));
  }
  if (!check_names(reader, header.tensors)) return false;
  const Bytes rest = reader.position() % header.alignment;
  header.data_begin = reader.position() + (rest == 0 ? 0 : header.alignment - rest);
  if (header.tensors.empty()) {
    header.data_begin = std::min(header.data_begin, reader.size());
    return true;
  }
  const auto end = checked_add(header.data_begin, place.end);
  if (end && *end <= reader.size()) return true;
  if (!end) return reader.fail(Field{"the tensors' data"}, "are over the limit of 2^63 - 1 bytes");
  return reader.fail(Field{"the tensors' data"},
                     fmt::format("end at byte {}, and the file is truncated at {}: {} bytes are "
                                 "missing",
                                 *end, reader.size(), *end - reader.size()),
                     "the download was cut off: resume it or download again");
}

}  // namespace weighin::gguf
