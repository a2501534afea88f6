// Which tensors of a .tflite are constants, and how many weights and bytes has each?
#include "catalogue/readers/litert_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "catalogue/json_reader.hpp"
#include "catalogue/readers/flat_reader.hpp"

namespace weighin::litert {
namespace {

using catalogue::printable;
using flat::Table;
using flat::Vector;

constexpr std::int64_t kMostElements = std::int64_t{1} << 44;
constexpr std::uint32_t kMostDimensions = 16;

// Types and field numbers: https://github.com/google-ai-edge/LiteRT, tflite/schema/schema.fbs.
struct Type {
  const char* name;
  int bits;  // 0 = no fixed size, or no numbers
  std::int64_t Tally::*kind;
};
constexpr std::array<Type, 21> kTypes{
    {{"F32", 32, &Tally::fp32},  {"F16", 16, &Tally::fp16}, {"I32", 32, nullptr},
     {"U8", 8, &Tally::int8},    {"I64", 64, nullptr},      {"STRING", 0, nullptr},
     {"BOOL", 8, nullptr},       {"I16", 16, nullptr},      {"COMPLEX64", 64, nullptr},
     {"I8", 8, &Tally::int8},    {"F64", 64, nullptr},      {"COMPLEX128", 128, nullptr},
     {"U64", 64, nullptr},       {"RESOURCE", 0, nullptr},  {"VARIANT", 0, nullptr},
     {"U32", 32, nullptr},       {"U16", 16, nullptr},      {"I4", 4, &Tally::int4},
     {"BF16", 16, &Tally::fp16}, {"I2", 2, &Tally::int2},   {"U4", 4, &Tally::int4}}};

enum ModelField { kSubgraphs = 2, kBuffers = 4 };
enum SubgraphField { kTensors = 0 };
enum TensorField { kShape = 0, kType = 1, kBuffer = 2, kName = 3, kSparsity = 6 };
enum BufferField { kData = 0, kOffset = 1, kSize = 2 };

class ModelReader {
 public:
  ModelReader(ByteSource& source, const std::string& prefix, ModelFile& file, Tally& tally)
      : reader_(source), prefix_(prefix), file_(file), tally_(tally) {}

  Result<Done> read() {
    const Table model = reader_.root();
    const Vector buffers = reader_.vector(model, kBuffers, 4, kMostBuffers, "buffers");
    const Vector graphs = reader_.vector(model, kSubgraphs, 4, kMostSubgraphs, "subgraphs");
    buffers_ = buffers;
    taken_.resize(buffers.count);
    for (std::uint32_t i = 0; i < graphs.count && reader_.ok(); ++i) {
      const Table graph = reader_.table_at(graphs.at + 4 * Bytes{i}, fmt::format("subgraph {}", i));
      const Vector tensors = reader_.vector(graph, kTensors, 4, kMostWalked, "tensors");
      walked_ += tensors.count;
      if (walked_ > kMostWalked)
        reader_.fail(
            fmt::format("more than the limit of {} tensors in all subgraphs", kMostWalked));
      for (std::uint32_t j = 0; j < tensors.count && reader_.ok(); ++j) {
        place_ = fmt::format("tensor {} of subgraph {}", j, i);
        tensor(reader_.table_at(tensors.at + 4 * Bytes{j}, place_));
      }
    }
    check_overlaps();
    if (!reader_.ok()) return reader_.error();
    file_.header_bytes += std::max<Bytes>(0, reader_.source().size() - data_bytes_);
    return Done{};
  }

 private:
  struct Range {
    Bytes begin, end;
  };

  // The bytes of a buffer: within the FlatBuffer, or behind it in files beyond 2 GB.
  bool buffer(std::uint64_t number, Range& range) {
    const Table table = reader_.table_at(buffers_.at + 4 * static_cast<Bytes>(number),
                                         fmt::format("buffer {}", number));
    const Vector data =
        reader_.vector(table, kData, 1, std::numeric_limits<std::uint32_t>::max(), "data");
    const std::uint64_t offset = reader_.number(table, kOffset, 8, 0, "a buffer's offset");
    const std::uint64_t size = reader_.number(table, kSize, 8, 0, "a buffer's size");
    if (!reader_.ok()) return false;
    range = {data.at, data.at + data.count};
    if (offset <= 1) return true;  // 1 stands for "to be set", and the data is inside
    const auto whole = static_cast<std::uint64_t>(reader_.source().size());
    if (data.count > 0)
      return reader_.fail(fmt::format("buffer {}: its data is inside and outside", number));
    if (offset > whole || size > whole - offset)
      return reader_.fail(
          fmt::format("buffer {}: offset {} and size {} lead beyond the file's {} bytes", number,
                      offset, size, whole));
    range = {static_cast<Bytes>(offset), static_cast<Bytes>(offset + size)};
    return true;
  }

  void tensor(const Table& table) {
    const std::uint64_t number = reader_.number(table, kBuffer, 4, 0, place_);
    if (!reader_.ok()) return;
    if (number >= taken_.size()) {
      if (number > 0)
        reader_.fail(fmt::format("{}: buffer {} of {}", place_, number, taken_.size()));
      return;
    }
    // Buffer 0 is empty by rule. Signatures share their weights.
    if (number == 0 || taken_[number]) return;
    Range range{};
    if (!buffer(number, range)) return;
    if (range.begin == range.end) return;
    taken_[number] = true;
    FileTensor made;
    made.bytes = range.end - range.begin;
    const std::uint64_t type = reader_.number(table, kType, 1, 0, place_);
    made.name = reader_.text(table, kName, kMostNameBytes, fmt::format("the name of {}", place_));
    std::int64_t elements = 1;
    if (!shape(table, made, elements)) return;
    if (type >= kTypes.size()) {
      reader_.fail(
          fmt::format("{}: its type {} is not one of 0 to {}", place_, type, kTypes.size() - 1));
      return;
    }
    const Type& row = kTypes[type];
    const bool sparse = reader_.field(table, kSparsity, 4, place_).has_value();
    if (!sparse && row.bits > 0 && (elements * row.bits + 7) / 8 > made.bytes) {
      reader_.fail(fmt::format("{} (\"{}\"): its shape takes {} bytes, its buffer has {}", place_,
                               printable(made.name), (elements * row.bits + 7) / 8, made.bytes));
      return;
    }
    if (!reader_.ok()) return;
    made.type = row.name;
    // A single value is a constant of the graph; whole numbers of 16 bits and more are shapes,
    // indices and biases of quantized sums.
    if (row.kind != nullptr && elements > 1) {
      made.weights = elements;
      tally_.*row.kind += elements;
      file_.parameters += elements;
    }
    if (!prefix_.empty()) made.name = fmt::format("{}/{}", prefix_, made.name);
    data_bytes_ += made.bytes;
    names_ += made.name.size();
    if (file_.tensors.size() >= kMostTensors || names_ > kMostNames) {
      reader_.fail(fmt::format("more than the limit of {} tensors with data, or {} bytes of names",
                               kMostTensors, kMostNames));
      return;
    }
    ranges_.push_back(range);
    file_.tensors.push_back(std::move(made));
  }

  bool shape(const Table& table, FileTensor& made, std::int64_t& elements) {
    const Vector sides = reader_.vector(table, kShape, 4, kMostDimensions, "shape");
    made.dimensions = static_cast<std::uint8_t>(std::min<std::uint32_t>(sides.count, 4));
    for (std::uint32_t i = 0; i < sides.count; ++i) {
      const auto side = static_cast<std::int64_t>(static_cast<std::int32_t>(
          reader_.integer(sides.at + 4 * Bytes{sides.count - 1 - i}, 4, "shape")));
      if (side < 0 || (side > 0 && std::max(elements, made.size[std::min<std::uint32_t>(i, 3)]) >
                                       kMostElements / side))
        return reader_.fail(
            fmt::format("{}: its shape is negative, or makes more than the limit of "
                        "{} elements",
                        place_, kMostElements));
      elements *= side;
      made.size[std::min<std::uint32_t>(i, 3)] *= side;
    }
    return reader_.ok();
  }

  // Two buffers over the same bytes would count weights that are not there.
  void check_overlaps() {
    std::sort(ranges_.begin(), ranges_.end(),
              [](const Range& a, const Range& b) { return a.begin < b.begin; });
    for (std::size_t i = 1; i < ranges_.size(); ++i) {
      const bool same =
          ranges_[i].begin == ranges_[i - 1].begin && ranges_[i].end == ranges_[i - 1].end;
      if (!same && ranges_[i].begin < ranges_[i - 1].end) {
        reader_.fail(fmt::format("two buffers overlap at byte {}", ranges_[i].begin));
        return;
      }
    }
  }

  static constexpr std::size_t kMostNames = std::size_t{12} << 20;

  flat::Reader reader_;
  const std::string& prefix_;
  ModelFile& file_;
  Tally& tally_;
  Vector buffers_;
  std::vector<bool> taken_;
  std::vector<Range> ranges_;
  std::uint64_t walked_ = 0;
  std::size_t names_ = 0;
  Bytes data_bytes_ = 0;
  std::string place_;
};

}  // namespace

bool is_model(std::string_view head) { return head.size() >= 8 && head.substr(4, 4) == "TFL3"; }

Result<Done> add_model(ByteSource& source, const std::string& prefix, ModelFile& file,
                       Tally& tally) {
  return ModelReader(source, prefix, file, tally).read();
}

std::string format_word(const Tally& tally) {
  const struct {
    const char* word;
    std::int64_t weights;
  } kinds[] = {{"fp32", tally.fp32},
               {"fp16", tally.fp16},
               {"int8", tally.int8},
               {"int4", tally.int4},
               {"int2", tally.int2}};
  std::int64_t all = 0;
  for (const auto& kind : kinds) all += kind.weights / 10;
  for (const auto& kind : kinds) {
    if (kind.weights > 0 && kind.weights / 10 >= all / 10 * 9) return kind.word;
  }
  return all > 0 ? "mixed" : "";
}

}  // namespace weighin::litert
