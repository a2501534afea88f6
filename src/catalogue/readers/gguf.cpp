// What model is in this GGUF file, or these?
#include <fmt/format.h>

#include <algorithm>

#include "catalogue/readers/gguf_format.hpp"
#include "catalogue/readers/gguf_shape.hpp"
#include "catalogue/readers/gguf_split.hpp"
#include "catalogue/readers/gguf_tokenizer.hpp"
#include "catalogue/readers/reader.hpp"

namespace weighin {
namespace {

using namespace gguf;

constexpr std::string_view kEnding = ".gguf";

std::string lower(std::string_view text) {
  std::string small(text);
  for (char& c : small) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  return small;
}

bool ends_with(std::string_view text, std::string_view ending) {
  return text.size() >= ending.size() && text.substr(text.size() - ending.size()) == ending;
}

int rank_in_folder(std::string_view file_name) {
  const std::string name = lower(file_name);
  if (!ends_with(name, kEnding)) return 0;
  const auto part = parse_part_name(name);
  // A model before the last parts of one, and before what only belongs to a model.
  if (name.find("mmproj") != std::string::npos) return 30;
  return part && part->number > 1 ? 20 : 10;
}

bool recognises(const Sniff& sniff) { return sniff.head.substr(0, 4) == "GGUF"; }

// "a/Gemma-2B.Q4_K_M-00001-of-00002.gguf" -> "Gemma-2B.Q4_K_M"
std::string_view stem_of(std::string_view name) {
  if (const auto part = parse_part_name(name)) return part->stem;
  return ends_with(lower(name), kEnding) ? name.substr(0, name.size() - kEnding.size()) : name;
}

FileRole role_of(Keys& keys) {
  const std::string type = keys.text("general.type");
  if (keys.architecture() == "clip" || type == "mmproj") return FileRole::projector;
  if (type == "adapter") return FileRole::adapter;
  return FileRole::model;
}

// The rank of "x.lora_a" is its number of rows; an adapter may mix ranks.
std::int64_t lora_rank(const std::vector<FileTensor>& tensors) {
  std::int64_t rank = 0;
  for (const FileTensor& tensor : tensors) {
    if (ends_with(tensor.name, ".lora_a")) rank = std::max(rank, tensor.size[1]);
  }
  return rank;
}

struct Counts {
  std::int64_t all = 0, active = 0, draft = 0;
  bool overflow = false;
};

void add(std::int64_t& sum, std::int64_t count, Counts& counts) {
  const auto more = checked_add(sum, count);
  counts.overflow = counts.overflow || !more;
  sum = more.value_or(sum);
}

// Weights of the model itself: computed tables, draft layers and Falcon's second copy of the
// embedding are in the file and no part of it.
Counts count_weights(const std::vector<FileTensor>& tensors, const Shape* shape) {
  Counts counts;
  for (const FileTensor& tensor : tensors) {
    const TensorName name = parse_name(tensor.name);
    if (is_computed_table(tensor.name)) continue;
    if (shape != nullptr && shape->embedding_stored_twice && tensor.name == "output.weight")
      continue;
    // RWKV-7's first layer has no values to mix with: files hold a copy of another matrix.
    if (shape != nullptr && shape->time_mix && name.layer == 0 &&
        name.kind.starts_with("time_mix_v") && !name.kind.starts_with("time_mix_value")) {
      continue;
    }
    if (shape != nullptr && name.stack.empty() && name.layer >= shape->layers) {
      add(counts.draft, tensor.weights, counts);
      continue;
    }
    const bool expert =
        shape != nullptr && shape->experts &&
        (ends_with(name.kind, "_exps.weight") || ends_with(name.kind, "_exps.bias"));
    add(counts.all, tensor.weights, counts);
    add(counts.active,
        expert ? tensor.weights / shape->experts->count * shape->experts->used : tensor.weights,
        counts);
  }
  // Values of the activation stand among the keys, and are weights all the same.
  if (shape != nullptr) {
    add(counts.all, shape->activation_weights * shape->layers, counts);
    add(counts.active, shape->activation_weights * shape->layers, counts);
  }
  return counts;
}

void note_facts(const Whole& whole, const ModelFile& file, const Counts& counts, const Shape* shape,
                std::vector<std::string>& notes) {
  for (std::size_t i = 0; i < whole.parts.size(); ++i) {
    if (whole.parts[i].missing)
      notes.push_back(fmt::format("part {} of {} is missing: {}", i + 1, whole.parts.size(),
                                  whole.parts[i].name));
  }
  if (whole.header.version == 1)
    notes.push_back("GGUF version 1: llama.cpp no longer loads it; convert it anew");
  if (whole.header.big_endian)
    notes.push_back("written for big-endian machines: llama.cpp loads it only there");
  Bytes tables = 0;
  for (const FileTensor& tensor : file.tensors)
    tables += is_computed_table(tensor.name) ? tensor.bytes : 0;
  if (tables > 0)
    notes.push_back(fmt::format("{} of computed tables (rotary factors) are no parameters",
                                text_binary(tables)));
  if (counts.draft > 0 && shape != nullptr)
    notes.push_back(
        fmt::format("{} draft layers with {} weights are not counted: llama.cpp leaves "
                    "them in the file unless asked to predict several tokens",
                    shape->multi_token_layers, text_count(counts.draft)));
}

template <class T>
Known<T> told(T value, const std::string& path) {
  return Known<T>::of(std::move(value), path, KnownBy::reported);
}

Result<ModelSpec> describe(Whole whole, std::string_view name, const std::string& path) {
  Keys keys(whole.header, path);
  ModelSpec spec;
  auto file = std::make_shared<ModelFile>();
  file->reader = "gguf";
  file->path = path;
  file->runtime = "llama.cpp";
  file->role = role_of(keys);
  file->parts = whole.parts;
  for (const FilePart& part : whole.parts) file->total_bytes += part.bytes;
  file->header_bytes = whole.header_bytes;
  file->bytes_read = whole.bytes_read;
  file->tensors = std::move(whole.header.tensors);
  if (file->tensors.empty() && whole.missing == 0) {
    return Error{ErrorKind::data,
                 fmt::format("{}: the number of tensors is 0: it holds no weights", path), "byte 8",
                 "give the file of a model"};
  }
  file->format = format_of(keys.whole("general.file_type", 0xffff), file->tensors);

  if (file->role == FileRole::model) {
    if (keys.architecture().empty())
      keys.fail("general.architecture", "is missing: it names what the model is");
    const LayerCount layers = count_layers(keys);
    const Index index(file->tensors, layers.own > 0 ? layers.own : kMostLayers);
    spec.shape = gguf::read_shape(keys, index, file->notes);
    if (spec.shape) spec.shape->tokenizer = tokenizer_kind(keys, spec.shape->vocab);
  } else if (file->role == FileRole::adapter) {
    file->lora_rank = lora_rank(file->tensors);
    if (file->lora_rank == 0)
      file->notes.push_back("no tensor of it is named \"….lora_a\": its rank is not known");
  }
  const Shape* shape = spec.shape ? &*spec.shape : nullptr;
  const Counts counts = count_weights(file->tensors, shape);
  if (counts.overflow)
    keys.fail("general.architecture", "has more weights than the limit of 2^63 - 1");
  file->parameters = counts.all;
  note_facts(whole, *file, counts, shape, file->notes);

  spec.id = lower(stem_of(name));
  spec.name = keys.text("general.name");
  if (spec.name.empty()) spec.name = std::string(stem_of(name));
  spec.family = keys.architecture();
  spec.modality = shape != nullptr && (keys.has("pooling_type") || shape->kind == "bert" ||
                                       shape->kind == "nomic" || shape->kind == "modernbert")
                      ? "embedding"
                      : "text";
  spec.source = path;
  spec.known_by = KnownBy::reported;
  if (whole.missing == 0) {
    spec.parameters = told(counts.all, path);
    spec.active_parameters = told(counts.active, path);
    spec.size_class = size_class_of(counts.all).name;
  } else {
    const std::string why =
        fmt::format("{} of {} parts are missing", whole.missing, whole.parts.size());
    spec.parameters = Known<std::int64_t>::unknown(Status::error, why, path);
    spec.active_parameters = spec.parameters;
  }
  if (shape != nullptr && shape->context_max > 0) spec.context_max = told(shape->context_max, path);
  if (const std::string license = keys.text("general.license"); !license.empty())
    spec.license = told(license, path);
  if (keys.error()) return *keys.error();
  spec.file = std::move(file);
  return spec;
}

Result<ModelSpec> read(Folder& folder, std::string_view name, ByteSource& source) {
  Result<Whole> whole = read_whole_model(folder, name, source);
  if (!whole) return whole.error();
  return describe(std::move(*whole), name, source.shown());
}

}  // namespace

extern const Reader gguf_reader;
const Reader gguf_reader{"gguf", rank_in_folder, recognises, read};

}  // namespace weighin
