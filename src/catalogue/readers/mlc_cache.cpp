// Are the shards of an MLC model there, and what does each hold?
#include "catalogue/readers/mlc_cache.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "catalogue/json_reader.hpp"
#include "catalogue/readers/mlc_weights.hpp"

namespace weighin::mlc {
namespace {

using catalogue::JsonKind;
using catalogue::JsonNode;
using catalogue::printable;

constexpr std::int64_t kMostElements = std::int64_t{1} << 44;  // also bytes of a shard: 16 TiB
constexpr std::size_t kMostDimensions = 16;
constexpr const char* kHint = "download the list and its shards again";

class CacheReader {
 public:
  CacheReader(Folder& folder, std::string shown, int bits)
      : folder_(folder), shown_(std::move(shown)), bits_(bits) {}

  Result<Cache> read(const JsonNode& root) {
    const JsonNode* shards = root.find("records");
    if (shards == nullptr || shards->kind != JsonKind::array)
      return wrong(root.line, "\"records\" is not a list of shards");
    if (shards->items.size() > kMostShards)
      return wrong(shards->line, fmt::format("\"records\": {} shards, more than the limit of {}",
                                             shards->items.size(), kMostShards));
    for (const JsonNode& each : shards->items) {
      if (!shard(each)) return error_;
    }
    return std::move(cache_);
  }

 private:
  Error wrong(int line, std::string what) const {
    return Error{ErrorKind::data, fmt::format("{}: {}", shown_, what), fmt::format("line {}", line),
                 kHint};
  }
  bool fail(const JsonNode& at, std::string what) {
    error_ = wrong(at.line, std::move(what));
    return false;
  }

  bool number(const JsonNode& owner, std::string_view key, Bytes& out) {
    const JsonNode* node = owner.find(key);
    if (node == nullptr || node->kind != JsonKind::integer || node->integer < 0 ||
        node->integer > kMostElements)
      return fail(
          node == nullptr ? owner : *node,
          fmt::format("\"{}\" is no whole number from 0 to the limit of {}", key, kMostElements));
    out = node->integer;
    return true;
  }

  bool text(const JsonNode& owner, std::string_view key, std::string& out) {
    const JsonNode* node = owner.find(key);
    if (node == nullptr || node->kind != JsonKind::string || node->text.empty() ||
        node->text.size() > 1024)
      return fail(node == nullptr ? owner : *node,
                  fmt::format("\"{}\" is no text of 1 to the limit of 1024 bytes", key));
    out = node->text;
    return true;
  }

  bool shard(const JsonNode& node) {
    FilePart part;
    Bytes said = 0;
    if (!text(node, "dataPath", part.name) || !number(node, "nbytes", said)) return false;
    if (!is_plain_name(part.name))
      return fail(
          node, fmt::format("\"dataPath\": \"{}\" leads out of the folder", printable(part.name)));
    if (!names_.insert(part.name).second)
      return fail(node, fmt::format("\"dataPath\": {} is there twice", printable(part.name)));
    if (folder_.has(part.name)) {
      const Result<std::unique_ptr<ByteSource>> source = folder_.open(part.name);
      if (!source) {
        error_ = source.error();
        return false;
      }
      part.bytes = (*source)->size();
      if (part.bytes != said)
        return fail(
            node, fmt::format("\"nbytes\": {} for {}, which has {}", said, part.name, part.bytes));
    } else {
      part.missing = true;
    }
    const JsonNode* records = node.find("records");
    if (records == nullptr || records->kind != JsonKind::array)
      return fail(node, "\"records\" of a shard is not a list");
    std::vector<std::pair<Bytes, Bytes>> ranges;
    for (const JsonNode& each : records->items) {
      if (!record(each, said, ranges)) return false;
    }
    std::sort(ranges.begin(), ranges.end());
    for (std::size_t i = 1; i < ranges.size(); ++i) {
      if (ranges[i].first < ranges[i - 1].second)
        return fail(node, fmt::format("{}: two records overlap at \"byteOffset\" {}", part.name,
                                      ranges[i].first));
    }
    cache_.parts.push_back(std::move(part));
    return true;
  }

  bool record(const JsonNode& node, Bytes shard_bytes,
              std::vector<std::pair<Bytes, Bytes>>& ranges) {
    if (cache_.tensors.size() == kMostRecords)
      return fail(node, fmt::format("more than the limit of {} records", kMostRecords));
    FileTensor tensor;
    std::string type;
    Bytes offset = 0;
    if (!text(node, "name", tensor.name) || !text(node, "dtype", type) ||
        !number(node, "nbytes", tensor.bytes) || !number(node, "byteOffset", offset))
      return false;
    if (!tensor_names_.insert(tensor.name).second)
      return fail(node, fmt::format("record \"{}\" is there twice", printable(tensor.name)));
    if (offset > shard_bytes || tensor.bytes > shard_bytes - offset)
      return fail(node,
                  fmt::format("record \"{}\": \"byteOffset\" {} and \"nbytes\" {} lead beyond "
                              "the shard's {} bytes",
                              printable(tensor.name), offset, tensor.bytes, shard_bytes));
    if (tensor.bytes > 0) ranges.emplace_back(offset, offset + tensor.bytes);
    std::int64_t elements = 1;
    if (!shape(node, tensor, elements)) return false;
    int bits = stored_bits(type);
    if (bits == 0)
      return fail(node, fmt::format("record \"{}\": \"dtype\" {} is not known",
                                    printable(tensor.name), printable(type)));
    // Float32 is stored as its upper half where the record says so.
    const JsonNode* format = node.find("format");
    const bool halved = type == "float32" && format != nullptr && format->text == "f32-to-bf16" &&
                        tensor.bytes == elements * 2;
    if (halved) bits = 16;
    if (tensor.bytes != elements * bits / 8)
      return fail(node, fmt::format("record \"{}\": \"nbytes\" {} in place of {} by its shape",
                                    printable(tensor.name), tensor.bytes, elements * bits / 8));
    tensor.type = halved ? "BF16" : shown_type(type);
    tensor.weights = weights_in(tensor.name, type, elements, bits_);
    cache_.parameters += tensor.weights;
    cache_.tensors.push_back(std::move(tensor));
    return true;
  }

  bool shape(const JsonNode& node, FileTensor& tensor, std::int64_t& elements) {
    const JsonNode* shape = node.find("shape");
    if (shape == nullptr || shape->kind != JsonKind::array || shape->items.size() > kMostDimensions)
      return fail(node, fmt::format("\"shape\" is no list of up to the limit of {} numbers",
                                    kMostDimensions));
    const std::size_t count = shape->items.size();
    tensor.dimensions = static_cast<std::uint8_t>(std::min<std::size_t>(count, 4));
    for (std::size_t i = 0; i < count; ++i) {
      const JsonNode& side = shape->items[count - 1 - i];
      if (side.kind != JsonKind::integer || side.integer < 0 ||
          (side.integer > 0 && std::max(elements, tensor.size[std::min<std::size_t>(i, 3)]) >
                                   kMostElements / side.integer))
        return fail(side,
                    fmt::format("record \"{}\": \"shape\" is negative, or makes more than the "
                                "limit of {} elements",
                                printable(tensor.name), kMostElements));
      elements *= side.integer;
      tensor.size[std::min<std::size_t>(i, 3)] *= side.integer;
    }
    return true;
  }

  static std::string shown_type(const std::string& type) {
    if (type == "float32") return "F32";
    if (type == "float16") return "F16";
    if (type == "bfloat16") return "BF16";
    if (type == "uint32") return "U32";
    if (type == "int8") return "I8";
    return type;
  }

  Folder& folder_;
  std::string shown_;
  int bits_;
  Cache cache_;
  Error error_;
  std::unordered_set<std::string> names_, tensor_names_;
};

}  // namespace

Result<Cache> read_cache(Folder& folder, ByteSource& source, int bits) {
  const Result<std::string> text = read_all(source, kMostCacheBytes);
  if (!text) return text.error();
  catalogue::JsonLimits limits;
  limits.depth = 16;
  limits.values = kMostValues;
  const Result<JsonNode> root = catalogue::read_json(*text, source.shown(), limits);
  if (!root) {
    Error error = root.error();
    error.what = fmt::format("{}: {}", source.shown(), error.what);
    if (error.hint.empty()) error.hint = kHint;
    return error;
  }
  return CacheReader(folder, source.shown(), bits).read(*root);
}

}  // namespace weighin::mlc
