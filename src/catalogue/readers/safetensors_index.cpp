// Does the index of a sharded checkpoint name plain files, and not too many?
#include "catalogue/readers/safetensors_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "catalogue/json_reader.hpp"
#include "catalogue/readers/hf_json_stream.hpp"
#include "catalogue/readers/safetensors_header.hpp"

namespace weighin::catalogue {
namespace {

std::uint64_t hash_of(std::string_view name) {
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a
  for (const char c : name) hash = (hash ^ static_cast<std::uint8_t>(c)) * 1099511628211U;
  return hash;
}

class IndexEvents final : public JsonEvents {
 public:
  bool open(bool object) override {
    ++depth_;
    if (depth_ == 1) return object || fail("the index is a list, not an object");
    if (depth_ == 2 && map_) return object || fail("\"weight_map\" is a list, not an object");
    return !map_ || fail("\"weight_map\" holds something else than names of files");
  }
  bool close() override {
    if (--depth_ == 1) map_ = false;
    return true;
  }
  bool key(const std::string& name) override {
    if (depth_ == 1) {
      map_ = name == "weight_map";
      if (map_ && seen_) return fail("\"weight_map\" stands twice in the index");
      seen_ = seen_ || map_;
      return true;
    }
    if (!map_) return true;
    if (places_.size() == kMostTensors)
      return fail(fmt::format("\"weight_map\" names more than {} tensors", kMostTensors));
    tensor_ = hash_of(name);
    return true;
  }
  bool text(const std::string& value) override {
    if (!map_) return true;
    if (depth_ != 2) return fail("\"weight_map\" is a text, not an object");
    const auto known = shards_.find(value);
    if (known != shards_.end()) {
      places_.emplace_back(tensor_, known->second);
      return true;
    }
    if (!is_plain_name(value)) {
      return fail(fmt::format("\"weight_map\" names the file \"{}\", which leads elsewhere",
                              printable(value)),
                  "the files of one model lie beside each other in one folder");
    }
    if (!value.ends_with(".safetensors")) {
      return fail(fmt::format("\"weight_map\" names the file \"{}\", which is no safetensors file",
                              printable(value)),
                  "take the model's safetensors files in place of PyTorch's");
    }
    if (shards_.size() == kMostShards)
      return fail(fmt::format("\"weight_map\" names more than {} files", kMostShards));
    const auto number = static_cast<std::uint32_t>(shards_.size());
    shards_.emplace(value, number);
    places_.emplace_back(tensor_, number);
    return true;
  }
  bool integer(std::int64_t /*value*/) override { return other("a number"); }
  bool other(const char* what) override {
    if (depth_ == 0) return fail(fmt::format("the index is {}, not an object", what));
    return !map_ || fail(fmt::format("\"weight_map\" is or holds {}, not names of files", what));
  }

  Result<SafetensorsIndex> take(const std::string& shown) {
    if (!seen_ || places_.empty()) {
      return Error{
          ErrorKind::data,
          fmt::format("{}: {}", shown,
                      seen_ ? "\"weight_map\" names no tensor" : "there is no \"weight_map\""),
          "index", "is this the index of a sharded checkpoint?"};
    }
    SafetensorsIndex index;
    std::vector<std::uint32_t> sorted(shards_.size());
    for (const auto& [name, number] : shards_) {
      sorted[number] = static_cast<std::uint32_t>(index.shards.size());
      index.shards.push_back(name);
    }
    index.places = std::move(places_);
    for (auto& [tensor, shard] : index.places) shard = sorted[shard];
    std::sort(index.places.begin(), index.places.end());
    const auto twice =
        std::adjacent_find(index.places.begin(), index.places.end(),
                           [](const auto& a, const auto& b) { return a.first == b.first; });
    if (twice != index.places.end()) {
      return Error{ErrorKind::data,
                   fmt::format("{}: \"weight_map\" names a tensor twice (once in {})", shown,
                               index.shards[twice->second]),
                   "index", "download the file again"};
    }
    return index;
  }

 private:
  int depth_ = 0;
  bool map_ = false, seen_ = false;
  std::uint64_t tensor_ = 0;
  std::map<std::string, std::uint32_t, std::less<>> shards_;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> places_;
};

// The number that a run of five digits writes.
int five_digits(std::string_view text) {
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace

std::size_t SafetensorsIndex::count_in(std::uint32_t shard) const {
  return static_cast<std::size_t>(std::count_if(
      places.begin(), places.end(), [&](const auto& place) { return place.second == shard; }));
}

bool SafetensorsIndex::holds(std::string_view tensor, std::uint32_t shard) const {
  return std::binary_search(places.begin(), places.end(), std::pair{hash_of(tensor), shard});
}

Result<SafetensorsIndex> read_safetensors_index(ByteSource& source) {
  if (source.size() > kMostIndexBytes) {
    return Error{ErrorKind::data,
                 fmt::format("{}: {} bytes, more than the {} that an index may have",
                             source.shown(), source.size(), kMostIndexBytes),
                 "index", "is this the index of a sharded checkpoint?"};
  }
  IndexEvents events;
  const Result<Done> read = stream_json(source, 0, source.size(), events);
  if (!read) return read.error();
  return events.take(source.shown());
}

std::vector<std::string> shards_by_name(std::string_view name) {
  constexpr std::string_view kEnding = ".safetensors", kOf = "-of-";
  constexpr std::size_t kDigits = 5;
  if (!name.ends_with(kEnding)) return {};
  std::string_view stem = name.substr(0, name.size() - kEnding.size());
  if (stem.size() < 2 * kDigits + kOf.size() + 1) return {};
  const int total = five_digits(stem.substr(stem.size() - kDigits));
  stem.remove_suffix(kDigits);
  if (!stem.ends_with(kOf)) return {};
  stem.remove_suffix(kOf.size());
  const int own = five_digits(stem.substr(stem.size() - kDigits));
  stem.remove_suffix(kDigits);
  if (!stem.ends_with('-') || total < 1 || own < 1 || own > total ||
      total > static_cast<int>(kMostShards))
    return {};
  std::vector<std::string> all;
  for (int part = 1; part <= total; ++part)
    all.push_back(fmt::format("{}{:05}-of-{:05}{}", stem, part, total, kEnding));
  return all;
}

}  // namespace weighin::catalogue
