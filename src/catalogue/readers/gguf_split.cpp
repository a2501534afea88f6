// Do the parts of a split GGUF model fit together?
//
// Names and keys: tools/gguf-split of https://github.com/ggml-org/llama.cpp.
#include "catalogue/readers/gguf_split.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>

#include "catalogue/readers/gguf_keys.hpp"
#include "core/byte_reader.hpp"

namespace weighin::gguf {
namespace {

constexpr std::string_view kEnding = ".gguf";

std::optional<std::int64_t> five_digits(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.size() != 5 || error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

// What a part says of the whole.
struct SplitKeys {
  std::int64_t number = 0, count = 1, tensors = -1;
};

Result<SplitKeys> read_split_keys(const Header& header, const std::string& file) {
  Keys keys(header, file);
  SplitKeys split;
  split.number = keys.whole("split.no", kMostParts).value_or(0);
  split.count = keys.whole("split.count", kMostParts).value_or(1);
  split.tensors =
      keys.whole("split.tensors.count", static_cast<std::int64_t>(kMostTensors)).value_or(-1);
  if (keys.error()) return *keys.error();
  return split;
}

Error contradiction(const std::string& file, std::string_view key, std::int64_t said,
                    std::int64_t is) {
  return Error{ErrorKind::data,
               fmt::format("{}: key \"{}\" is {}, and must be {}", file, key, said, is),
               "in its header", "the parts do not belong together: download all of them again"};
}

Result<Done> check_part(const Header& header, const std::string& file, const PartName& name) {
  const auto split = read_split_keys(header, file);
  if (!split) return split.error();
  if (split->count != name.count)
    return contradiction(file, "split.count", split->count, name.count);
  if (split->number != name.number - 1)
    return contradiction(file, "split.no", split->number, name.number - 1);
  return Done{};
}

Result<Done> check_unique(const std::vector<FileTensor>& tensors, const std::string& file) {
  std::vector<std::string_view> names;
  names.reserve(tensors.size());
  for (const FileTensor& tensor : tensors) names.push_back(tensor.name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice == names.end()) return Done{};
  return Error{
      ErrorKind::data,
      fmt::format("{}: tensor \"{}\" stands in two of the parts", file, ascii_text(*twice)),
      "in their headers", "the parts do not belong together: download all of them again"};
}

// Adds a part's own sums and tensors; the first part's keys stay.
Result<Done> add_part(Whole& whole, Folder& folder, std::string_view name, const PartName& split,
                      ByteSource* source, Budget& budget) {
  std::unique_ptr<ByteSource> opened;
  if (source == nullptr) {
    auto file = folder.open(name);
    if (!file && file.error().kind == ErrorKind::no_input && !folder.has(name)) {
      if (split.number == 1) {
        return Error{
            ErrorKind::no_input,
            fmt::format("{} is missing: it holds the keys of all {} parts", name, split.count),
            folder.shown(), "download it into the same folder"};
      }
      whole.parts.push_back({std::string(name), 0, true});
      ++whole.missing;
      return Done{};
    }
    if (!file) return file.error();
    opened = std::move(*file);
    source = opened.get();
  }
  Result<Header> header = read_header(*source, budget);
  if (!header) return header.error();
  if (split.count > 1) {
    const auto fits = check_part(*header, source->shown(), split);
    if (!fits) return fits.error();
  }
  whole.parts.push_back({std::string(name), source->size(), false});
  whole.header_bytes += header->data_begin;
  whole.bytes_read += source->bytes_read();
  if (split.number == 1) {
    whole.header = std::move(*header);
  } else {
    std::move(header->tensors.begin(), header->tensors.end(),
              std::back_inserter(whole.header.tensors));
  }
  return Done{};
}

}  // namespace

std::optional<PartName> parse_part_name(std::string_view name) {
  // "-00001-of-00005.gguf"
  constexpr std::size_t kTail = 20;
  if (name.size() <= kTail || name.substr(name.size() - kEnding.size()) != kEnding) return {};
  const std::string_view tail = name.substr(name.size() - kTail);
  if (tail[0] != '-' || tail.substr(6, 4) != "-of-") return {};
  const auto number = five_digits(tail.substr(1, 5)), count = five_digits(tail.substr(10, 5));
  if (!number || !count || *number < 1 || *number > *count || *count > kMostParts) return {};
  return PartName{name.substr(0, name.size() - kTail), *number, *count};
}

std::string part_name(std::string_view stem, std::int64_t number, std::int64_t count) {
  return fmt::format("{}-{:05}-of-{:05}.gguf", stem, number, count);
}

Result<Whole> read_whole_model(Folder& folder, std::string_view name, ByteSource& source) {
  Whole whole;
  Budget budget;
  const auto named = parse_part_name(name);
  if (!named || named->count == 1) {
    const auto added = add_part(whole, folder, name, {{}, 1, 1}, &source, budget);
    if (!added) return added.error();
    const auto split = read_split_keys(whole.header, source.shown());
    if (!split) return split.error();
    if (split->count > 1) {
      return Error{ErrorKind::data,
                   fmt::format("{}: key \"split.count\" says that it is one of {} parts, and its "
                               "name does not say which",
                               source.shown(), split->count),
                   "in its header",
                   fmt::format("give it its name back: NAME-00001-of-{:05}.gguf", split->count)};
    }
    return whole;
  }
  for (std::int64_t number = 1; number <= named->count; ++number) {
    const std::string part = part_name(named->stem, number, named->count);
    const bool own = number == named->number;
    const auto added =
        add_part(whole, folder, own ? name : std::string_view(part),
                 {named->stem, number, named->count}, own ? &source : nullptr, budget);
    if (!added) return added.error();
  }
  const std::string file =
      fmt::format("{}/{}", folder.shown(), part_name(named->stem, 1, named->count));
  const auto unique = check_unique(whole.header.tensors, file);
  if (!unique) return unique.error();
  const auto split = read_split_keys(whole.header, file);
  if (!split) return split.error();
  const std::int64_t found = static_cast<std::int64_t>(whole.header.tensors.size());
  if (split->tensors >= 0 && whole.missing == 0 && split->tensors != found)
    return contradiction(file, "split.tensors.count", split->tensors, found);
  return whole;
}

}  // namespace weighin::gguf
