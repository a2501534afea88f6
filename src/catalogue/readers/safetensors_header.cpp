// Is this header of a safetensors file sound, and which tensors does it name?
#include "catalogue/readers/safetensors_header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <unordered_set>

#include "catalogue/json_reader.hpp"
#include "catalogue/readers/hf_json_stream.hpp"

namespace weighin::catalogue {
namespace {

constexpr Bytes kLengthBytes = 8;
constexpr std::size_t kMostMetadata = 4096;  // keys
constexpr std::size_t kMostMetadataKeyBytes = std::size_t{1} << 20;
// The shortest entry: "a":{"dtype":"I8","shape":[],"data_offsets":[0,1]},
constexpr Bytes kLeastEntryBytes = 48;

constexpr std::array kTypes{SafetensorsType{"F64", 64},        SafetensorsType{"F32", 32},
                            SafetensorsType{"F16", 16},        SafetensorsType{"BF16", 16},
                            SafetensorsType{"F8_E4M3", 8},     SafetensorsType{"F8_E5M2", 8},
                            SafetensorsType{"F8_E8M0", 8},     SafetensorsType{"F8_E4M3FNUZ", 8},
                            SafetensorsType{"F8_E5M2FNUZ", 8}, SafetensorsType{"F6_E2M3", 6},
                            SafetensorsType{"F6_E3M2", 6},     SafetensorsType{"F4", 4},
                            SafetensorsType{"C64", 64},        SafetensorsType{"I64", 64},
                            SafetensorsType{"I32", 32},        SafetensorsType{"I16", 16},
                            SafetensorsType{"I8", 8},          SafetensorsType{"U64", 64},
                            SafetensorsType{"U32", 32},        SafetensorsType{"U16", 16},
                            SafetensorsType{"U8", 8},          SafetensorsType{"BOOL", 8}};

struct Range {
  Bytes begin = 0, end = 0;
};

class HeaderEvents final : public JsonEvents {
 public:
  HeaderEvents(std::vector<FileTensor>& tensors, TensorBudget& budget, Bytes data_bytes)
      : tensors_(tensors), budget_(budget), data_bytes_(data_bytes) {}

  bool open(bool object) override {
    ++depth_;
    if (depth_ == 1) return object || fail("the header is a list, not an object");
    if (depth_ == 2) {
      if (!object) return fail(fmt::format("{} is a list, not an object", shown()));
      if (!metadata_) begin_tensor();
      return true;
    }
    if (metadata_) return fail("\"__metadata__\" holds something else than texts");
    const bool list = field_ == Field::shape || field_ == Field::offsets;
    if (depth_ > 3 || object || !list) return wrong("a list or an object");
    in_list_ = true;
    return true;
  }

  bool close() override {
    --depth_;
    if (depth_ == 2) {
      in_list_ = false;
      if (field_ == Field::offsets && offsets_ != 2)
        return fail(fmt::format("\"data_offsets\" of {} has {} numbers, not 2", shown(), offsets_));
    } else if (depth_ == 1) {
      const bool done = metadata_ || end_tensor();
      metadata_ = false;
      return done;
    }
    return true;
  }

  bool key(const std::string& name) override {
    if (depth_ == 1) return key_of_tensor(name);
    if (metadata_) return key_of_metadata(name);
    Field field = Field::none;
    if (name == "dtype") field = Field::type;
    if (name == "shape") field = Field::shape;
    if (name == "data_offsets") field = Field::offsets;
    if (field == Field::none)
      return fail(fmt::format("{} has \"{}\", which is no field of a tensor", shown(),
                              printable(name, 40)));
    const unsigned bit = 1U << static_cast<unsigned>(field);
    if ((seen_ & bit) != 0)
      return fail(fmt::format("{} has \"{}\" twice", shown(), printable(name, 40)));
    seen_ |= bit;
    field_ = field;
    return true;
  }

  bool text(const std::string& value) override {
    if (depth_ == 0) return fail("the header is a text, not an object");
    if (metadata_) {
      if (depth_ != 2) return fail("\"__metadata__\" is a text, not an object");
      if (format_key_ && value == "mlx") mlx_ = true;
      return true;
    }
    if (depth_ != 2 || field_ != Field::type) return wrong("a text");
    type_ = find_safetensors_type(value);
    if (type_ == nullptr)
      return fail(fmt::format("\"dtype\" of {} is \"{}\", which is no type of the format", shown(),
                              printable(value, 24)));
    tensor_.type = value;
    return true;
  }

  bool integer(std::int64_t value) override {
    if (!in_list_) return wrong("a number");
    if (value < 0)
      return fail(fmt::format("\"{}\" of {} is {}, less than 0",
                              field_ == Field::shape ? "shape" : "data_offsets", shown(), value));
    if (field_ == Field::shape) {
      if (sizes_.size() == kMostRank)
        return fail(fmt::format("\"shape\" of {} has more than {} numbers", shown(), kMostRank));
      sizes_.push_back(value);
      return true;
    }
    if (offsets_ < 2) (offsets_ == 0 ? range_.begin : range_.end) = value;
    ++offsets_;
    return offsets_ <= 2 ||
           fail(fmt::format("\"data_offsets\" of {} has more than 2 numbers", shown()));
  }

  bool other(const char* what) override { return wrong(what); }

  const std::vector<Range>& ranges() const { return ranges_; }
  bool mlx() const { return mlx_; }

 private:
  enum class Field : unsigned { none, type, shape, offsets };

  std::string shown() const { return fmt::format("tensor \"{}\"", printable(tensor_.name, 80)); }

  bool wrong(const char* what) {
    if (depth_ == 0) return fail(fmt::format("the header is {}, not an object", what));
    if (metadata_) return fail(fmt::format("\"__metadata__\" holds {}, not only texts", what));
    if (depth_ == 1) return fail(fmt::format("{} is {}, not an object", shown(), what));
    const char* field = field_ == Field::type    ? "dtype"
                        : field_ == Field::shape ? "shape"
                                                 : "data_offsets";
    return fail(fmt::format("\"{}\" of {} is or holds {}", field, shown(), what));
  }

  bool key_of_tensor(const std::string& name) {
    if (name == "__metadata__") {
      if (metadata_seen_) return fail("\"__metadata__\" stands twice in the header");
      metadata_ = metadata_seen_ = true;
      return true;
    }
    if (name.size() > kLongestTensorName)
      return fail(fmt::format("the name of a tensor is {} bytes long, more than {}", name.size(),
                              kLongestTensorName));
    if (budget_.tensors == 0) return fail(fmt::format("more than {} tensors", kMostTensors));
    if (name.size() > budget_.name_bytes)
      return fail(fmt::format("the names of all tensors take more than {} bytes", kMostNameBytes));
    --budget_.tensors;
    budget_.name_bytes -= name.size();
    tensor_ = FileTensor{};
    tensor_.name = name;
    return true;
  }

  bool key_of_metadata(const std::string& name) {
    metadata_bytes_ += name.size();
    if (metadata_keys_.size() == kMostMetadata || metadata_bytes_ > kMostMetadataKeyBytes)
      return fail(fmt::format("\"__metadata__\" has more than {} keys", kMostMetadata));
    format_key_ = name == "format";
    return metadata_keys_.insert(name).second ||
           fail(fmt::format("\"__metadata__\" has \"{}\" twice", printable(name, 40)));
  }

  void begin_tensor() {
    field_ = Field::none;
    seen_ = 0;
    type_ = nullptr;
    sizes_.clear();
    range_ = Range{};
    offsets_ = 0;
  }

  bool end_tensor() {
    for (const auto& [field, name] : {std::pair{Field::type, "dtype"},
                                      {Field::shape, "shape"},
                                      {Field::offsets, "data_offsets"}}) {
      if ((seen_ & (1U << static_cast<unsigned>(field))) == 0)
        return fail(fmt::format("{} has no \"{}\"", shown(), name));
    }
    if (type_ == nullptr) return wrong("no text");
    std::int64_t elements = 1;
    for (const std::int64_t size : sizes_) {
      const auto product = checked_multiply(elements, size);
      if (!product)
        return fail(fmt::format("\"shape\" of {}: the product is beyond 63 bits", shown()));
      elements = *product;
    }
    const auto bits = checked_multiply(elements, std::int64_t{type_->bits});
    if (!bits || *bits % 8 != 0)
      return fail(
          fmt::format("\"shape\" of {}: {} values of {} bits fill no whole bytes or are "
                      "beyond 63 bits",
                      shown(), elements, type_->bits));
    if (range_.end < range_.begin)
      return fail(fmt::format("\"data_offsets\" of {} end at {}, before they begin at {}", shown(),
                              range_.end, range_.begin));
    if (range_.end > data_bytes_)
      return fail(
          fmt::format("\"data_offsets\" of {} end at {}, beyond the file's {} bytes of data",
                      shown(), range_.end, data_bytes_),
          "the file was cut off: download it again");
    if (range_.end - range_.begin != *bits / 8)
      return fail(fmt::format("\"data_offsets\" of {} span {} bytes, its type and shape {}",
                              shown(), range_.end - range_.begin, *bits / 8));
    keep(elements);
    return true;
  }

  void keep(std::int64_t elements) {
    // A side of 0 makes an empty tensor, however large the product of the others would be.
    if (elements == 0) sizes_ = {0};
    tensor_.dimensions = static_cast<std::uint8_t>(std::min<std::size_t>(sizes_.size(), 4));
    // Row length first; dimensions beyond four are folded into the last.
    std::size_t at = 0;
    for (auto size = sizes_.rbegin(); size != sizes_.rend(); ++size, ++at)
      tensor_.size[std::min<std::size_t>(at, 3)] *= *size;
    tensor_.bytes = range_.end - range_.begin;
    tensor_.weights = elements;
    tensors_.push_back(std::move(tensor_));
    tensor_ = FileTensor{};
    ranges_.push_back(range_);
  }

  std::vector<FileTensor>& tensors_;
  TensorBudget& budget_;
  Bytes data_bytes_;
  int depth_ = 0;
  bool metadata_ = false, metadata_seen_ = false, format_key_ = false, mlx_ = false;
  bool in_list_ = false;
  std::unordered_set<std::string> metadata_keys_;
  std::size_t metadata_bytes_ = 0;
  FileTensor tensor_;
  Field field_ = Field::none;
  unsigned seen_ = 0;
  const SafetensorsType* type_ = nullptr;
  std::vector<std::int64_t> sizes_;
  Range range_;
  int offsets_ = 0;
  std::vector<Range> ranges_;
};

Error refuse(const ByteSource& source, std::string what, std::string where,
             std::string hint = "download the file again") {
  return Error{ErrorKind::data, fmt::format("{}: {}", source.shown(), what), std::move(where),
               std::move(hint)};
}

// The tensors' ranges, one after the other, fill the data.
Result<Done> check_ranges(const ByteSource& source, std::span<const FileTensor> tensors,
                          const std::vector<Range>& ranges, Bytes data_bytes) {
  std::vector<std::uint32_t> order(ranges.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return ranges[a].begin != ranges[b].begin ? ranges[a].begin < ranges[b].begin
                                              : ranges[a].end < ranges[b].end;
  });
  Bytes filled = 0;
  for (const std::uint32_t at : order) {
    const Range& range = ranges[at];
    if (range.begin != filled) {
      return refuse(source,
                    fmt::format("\"data_offsets\" of tensor \"{}\" begin at {}, {} at {}",
                                printable(tensors[at].name), range.begin,
                                range.begin < filled ? "within the one before, which ends"
                                                     : "behind a hole that begins",
                                filled),
                    "header");
    }
    filled = range.end;
  }
  if (filled != data_bytes) {
    return refuse(source,
                  fmt::format("the tensors end at {}, the file's data at {}", filled, data_bytes),
                  "header");
  }
  return Done{};
}

Result<Done> check_names(const ByteSource& source, std::span<const FileTensor> tensors) {
  std::vector<std::uint32_t> order(tensors.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return tensors[a].name < tensors[b].name; });
  const auto twice = std::adjacent_find(
      order.begin(), order.end(),
      [&](std::uint32_t a, std::uint32_t b) { return tensors[a].name == tensors[b].name; });
  if (twice == order.end()) return Done{};
  return refuse(
      source,
      fmt::format("tensor \"{}\" stands twice in the header", printable(tensors[*twice].name)),
      "header");
}

}  // namespace

const SafetensorsType* find_safetensors_type(std::string_view name) {
  const auto found = std::find_if(kTypes.begin(), kTypes.end(),
                                  [&](const SafetensorsType& type) { return type.name == name; });
  return found == kTypes.end() ? nullptr : &*found;
}

Result<SafetensorsHeader> read_safetensors_header(ByteSource& source,
                                                  std::vector<FileTensor>& tensors,
                                                  TensorBudget& budget) {
  std::array<char, 9> head{};
  const Result<std::size_t> count = source.read(0, head);
  if (!count) return count.error();
  if (*count < head.size()) {
    return refuse(
        source,
        fmt::format("{} bytes, less than the 8 of the header's length and a \"{{\"", source.size()),
        "byte 0");
  }
  std::uint64_t length = 0;
  for (std::size_t byte = 8; byte-- > 0;)
    length = length << 8U | static_cast<std::uint8_t>(head[byte]);
  if (length > static_cast<std::uint64_t>(budget.header_bytes)) {
    const Bytes before = kMostSafetensorsHeaders - budget.header_bytes;
    return refuse(source,
                  fmt::format("the header's length is {}{}, more than the {} bytes that the "
                              "headers of a model may take",
                              length, before > 0 ? fmt::format(" after {} of others", before) : "",
                              kMostSafetensorsHeaders),
                  "byte 0", "is this a safetensors file? Download it again");
  }
  SafetensorsHeader header;
  header.header_bytes = kLengthBytes + static_cast<Bytes>(length);
  header.data_bytes = source.size() - header.header_bytes;
  if (header.data_bytes < 0) {
    return refuse(source,
                  fmt::format("the header's length is {}, the file only {} bytes long", length,
                              source.size()),
                  "byte 0", "the file was cut off: download it again");
  }
  if (head[8] != '{' || length == 0)
    return refuse(source, "the header does not begin with \"{\"", "byte 8");
  budget.header_bytes -= static_cast<Bytes>(length);
  const std::size_t first = tensors.size();
  const std::size_t likely = std::min(
      budget.tensors, static_cast<std::size_t>(header.header_bytes / kLeastEntryBytes) + 1);
  if (tensors.capacity() - first < likely && first == 0) tensors.reserve(likely);
  HeaderEvents events(tensors, budget, header.data_bytes);
  const Result<Done> read = stream_json(source, kLengthBytes, static_cast<Bytes>(length), events);
  if (!read) return read.error();
  const std::span<const FileTensor> own = std::span<const FileTensor>(tensors).subspan(first);
  if (const auto checked = check_ranges(source, own, events.ranges(), header.data_bytes); !checked)
    return checked.error();
  if (const auto checked = check_names(source, own); !checked) return checked.error();
  header.mlx = events.mlx();
  return header;
}

}  // namespace weighin::catalogue
