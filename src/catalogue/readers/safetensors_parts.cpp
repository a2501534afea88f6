// How are the shards of a checkpoint found, read and held against its index?
#include "catalogue/readers/safetensors_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "catalogue/json_reader.hpp"
#include "catalogue/readers/safetensors_index.hpp"

namespace weighin::catalogue {
namespace {

// Behind a URL each absent part costs a request: after so many in a row the rest is taken as
// absent.
constexpr std::size_t kMostAbsentInARow = 16;

class Gathering {
 public:
  explicit Gathering(Folder& folder) : folder_(folder) {
    const Result<std::vector<std::string>> names = folder.names();
    if (names) names_ = *names;
  }

  // One part's header; a part that is not there is noted and no error.
  Result<Done> add(const std::string& name, std::size_t number, std::size_t of) {
    if (!is_there(name)) return absent(name, number, of);
    const Result<std::unique_ptr<ByteSource>> source = folder_.open(name);
    if (!source) {
      if (source.error().kind == ErrorKind::no_input) return absent(name, number, of);
      Error error = source.error();
      if (error.hint.empty()) error.hint = "the files of one model lie beside each other";
      return error;
    }
    absent_in_a_row_ = 0;
    return add(**source, name);
  }

  Result<Done> add(ByteSource& source, const std::string& name) {
    const Result<SafetensorsHeader> header =
        read_safetensors_header(source, parts_.file.tensors, budget_);
    if (!header) return header.error();
    parts_.mlx = parts_.mlx || header->mlx;
    count(source, name, header->header_bytes);
    return Done{};
  }

  // A file without tensors: index, config.
  void count(const ByteSource& source, const std::string& name, Bytes header_bytes) {
    ModelFile& file = parts_.file;
    file.parts.push_back({name, source.size(), false});
    file.total_bytes += source.size();
    file.header_bytes += header_bytes;
    file.bytes_read += source.bytes_read();
  }

  SafetensorsParts& parts() { return parts_; }

 private:
  bool is_there(const std::string& name) const {
    if (names_) return std::binary_search(names_->begin(), names_->end(), name);
    return absent_in_a_row_ < kMostAbsentInARow;
  }
  Done absent(const std::string& name, std::size_t number, std::size_t of) {
    ++absent_in_a_row_;
    ++parts_.missing;
    parts_.file.parts.push_back({name, 0, true});
    constexpr std::size_t kMostNotes = 20;
    if (parts_.missing <= kMostNotes) {
      parts_.file.notes.push_back(
          fmt::format("part {} of {} is missing: {}", number, of, printable(name)));
    }
    return Done{};
  }

  Folder& folder_;
  std::optional<std::vector<std::string>> names_;
  TensorBudget budget_;
  SafetensorsParts parts_;
  std::size_t absent_in_a_row_ = 0;
};

Error refuse(const std::string& what, const std::string& where) {
  return Error{ErrorKind::data, what, where, "download the files again"};
}

// What the index says of one shard must be in it.
std::optional<Error> check_shard(const SafetensorsIndex& index, std::uint32_t shard,
                                 std::span<const FileTensor> tensors, const std::string& shown,
                                 std::size_t& beyond) {
  std::size_t found = 0;
  for (const FileTensor& tensor : tensors) {
    if (index.holds(tensor.name, shard)) {
      ++found;
    } else {
      ++beyond;
    }
  }
  const std::size_t named = index.count_in(shard);
  if (found == named) return std::nullopt;
  return refuse(
      fmt::format("{}: \"weight_map\" names {} tensors of {} that it does not hold, of {}", shown,
                  named - found, printable(index.shards[shard]), named),
      "index");
}

std::optional<Error> check_twice(const std::vector<FileTensor>& tensors, const std::string& shown) {
  std::vector<std::uint32_t> order(tensors.size());
  std::iota(order.begin(), order.end(), 0U);
  const auto name = [&](std::uint32_t at) -> const std::string& { return tensors[at].name; };
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return name(a) < name(b); });
  const auto twice =
      std::adjacent_find(order.begin(), order.end(),
                         [&](std::uint32_t a, std::uint32_t b) { return name(a) == name(b); });
  if (twice == order.end()) return std::nullopt;
  return refuse(
      fmt::format("{}: tensor \"{}\" stands in two parts", shown, printable(name(*twice))),
      "header");
}

Result<Done> gather_by_index(Gathering& gathering, std::string_view name, ByteSource& source) {
  const Result<SafetensorsIndex> index = read_safetensors_index(source);
  if (!index) return index.error();
  ModelFile& file = gathering.parts().file;
  file.tensors.reserve(index->places.size());
  std::size_t beyond = 0;
  for (std::size_t shard = 0; shard < index->shards.size(); ++shard) {
    const std::size_t first = file.tensors.size();
    const std::size_t missing = gathering.parts().missing;
    const auto added = gathering.add(index->shards[shard], shard + 1, index->shards.size());
    if (!added) return added.error();
    if (gathering.parts().missing > missing) continue;
    const auto fault = check_shard(*index, static_cast<std::uint32_t>(shard),
                                   std::span<const FileTensor>(file.tensors).subspan(first),
                                   source.shown(), beyond);
    if (fault) return *fault;
  }
  if (beyond > 0)
    file.notes.push_back(fmt::format("{} tensors stand in the parts and not in the index", beyond));
  gathering.count(source, std::string(name), source.size());
  return Done{};
}

}  // namespace

Result<SafetensorsParts> read_safetensors_parts(Folder& folder, std::string_view name,
                                                ByteSource& source) {
  Gathering gathering(folder);
  const std::vector<std::string> siblings = shards_by_name(name);
  std::string index_name;
  if (!siblings.empty()) {
    // "model-00001-of-00002.safetensors" -> "model.safetensors.index.json"
    const std::string_view stem = name.substr(0, name.size() - std::string_view("-00001-of-00002"
                                                                                ".safetensors")
                                                                   .size());
    index_name = fmt::format("{}.safetensors.index.json", stem);
  }
  Result<Done> read = Done{};
  if (name.ends_with(".json")) {
    read = gather_by_index(gathering, name, source);
  } else if (siblings.empty()) {
    read = gathering.add(source, std::string(name));
  } else if (folder.has(index_name)) {
    const Result<std::unique_ptr<ByteSource>> index = folder.open(index_name);
    if (!index) return index.error();
    read = gather_by_index(gathering, index_name, **index);
  } else {
    for (std::size_t part = 0; part < siblings.size(); ++part) {
      read = gathering.add(siblings[part], part + 1, siblings.size());
      if (!read) break;
    }
  }
  if (!read) return read.error();
  SafetensorsParts& parts = gathering.parts();
  if (const auto fault = check_twice(parts.file.tensors, source.shown())) return *fault;
  if (parts.missing > 0 && parts.file.tensors.empty()) {
    return Error{ErrorKind::no_input,
                 fmt::format("{}: none of its {} parts is there", source.shown(), parts.missing),
                 "",
                 fmt::format("download {} and the others beside it",
                             printable(parts.file.parts.front().name))};
  }
  return std::move(parts);
}

}  // namespace weighin::catalogue
