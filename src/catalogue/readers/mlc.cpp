// What does a folder hold that MLC wrote for WebLLM?
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "catalogue/json_reader.hpp"
#include "catalogue/readers/beside.hpp"
#include "catalogue/readers/mlc_cache.hpp"
#include "catalogue/readers/mlc_weights.hpp"
#include "catalogue/readers/reader.hpp"

namespace weighin {
namespace {

constexpr const char* kConfig = "mlc-chat-config.json";
// The older and the newer name of the list of shards.
constexpr std::array<const char*, 2> kCaches{"tensor-cache.json", "ndarray-cache.json"};
constexpr Bytes kMostConfigBytes = Bytes{1} << 20;
constexpr std::size_t kMostConfigValues = 50'000;
constexpr std::size_t kMostTokenizerFiles = 64;

int rank(std::string_view name) {
  if (name == kConfig) return 60;
  return name == kCaches[0] || name == kCaches[1] ? 61 : 0;
}

// Two kinds of JSON that others write too: the name decides, else the words that only MLC uses.
bool recognises(const Sniff& sniff) {
  const std::size_t first = sniff.head.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || sniff.head[first] != '{') return false;
  if (rank(sniff.name) > 0) return true;
  const auto says = [&](std::string_view word) {
    return sniff.head.find(word) != std::string_view::npos;
  };
  return (says("\"dataPath\"") && says("\"records\"")) ||
         (says("\"quantization\"") && says("\"model_config\"") && says("\"model_type\""));
}

std::string text_of(const catalogue::JsonNode& node, std::string_view key) {
  const catalogue::JsonNode* found = node.find(key);
  if (found == nullptr || found->kind != catalogue::JsonKind::string || found->text.size() > 256)
    return {};
  return catalogue::printable(found->text);
}

// MLC's model_config has Hugging Face's own words: it is read as a config.json.
ModelSpec spec_of(const std::string& text, ModelFile& file) {
  const nlohmann::json config = nlohmann::json::parse(text, nullptr, false);
  if (!config.is_object() || !config.contains("model_config") ||
      !config["model_config"].is_object())
    return {};
  nlohmann::json inner = config["model_config"];
  if (!inner.contains("model_type") && config.contains("model_type"))
    inner["model_type"] = config["model_type"];
  if (!inner.contains("max_position_embeddings") && config.contains("context_window_size"))
    inner["max_position_embeddings"] = config["context_window_size"];
  const auto folder = folder_in_memory(
      file.path,
      {{"config.json", inner.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)}});
  Result<ModelSpec> spec = read_model(*folder, "config.json");
  if (spec) return std::move(*spec);
  file.notes.push_back("the model's shape is not known: " + to_text(spec.error()));
  return {};
}

Result<std::unique_ptr<ByteSource>> open_cache(Folder& folder, std::string& name) {
  for (const char* each : kCaches) {
    if (!folder.has(each)) continue;
    name = each;
    return folder.open(each);
  }
  return Error{ErrorKind::no_input,
               fmt::format("there is no {} or {} in {}", kCaches[0], kCaches[1], folder.shown()),
               "", "download the whole folder of the model"};
}

void add_tokenizer(Folder& folder, const catalogue::JsonNode& config, ModelFile& file) {
  const catalogue::JsonNode* names = config.find("tokenizer_files");
  if (names == nullptr) return;
  for (const catalogue::JsonNode& name : names->items) {
    if (file.parts.size() > kMostTokenizerFiles) return;
    if (!is_plain_name(name.text)) continue;
    FilePart part{name.text, 0, true};
    if (folder.has(name.text)) {
      const Result<std::unique_ptr<ByteSource>> source = folder.open(name.text);
      if (source) part = FilePart{name.text, (*source)->size(), false};
    }
    file.parts.push_back(std::move(part));
  }
}

// A file of another name is the config where it says so, else the list of shards.
Result<bool> holds_config(std::string_view name, ByteSource& given) {
  if (rank(name) > 0) return name == kConfig;
  const Result<std::string> text = read_all(given, mlc::kMostCacheBytes);
  if (!text) return text.error();
  return text->find("\"model_config\"") != std::string::npos;
}

Result<ModelSpec> read(Folder& folder, std::string_view name, ByteSource& given) {
  ModelFile file;
  file.reader = "mlc";
  file.path = given.shown();
  file.runtime = "webllm";
  ModelSpec spec;
  std::unique_ptr<ByteSource> opened;
  const Result<bool> is_config = holds_config(name, given);
  if (!is_config) return is_config.error();
  ByteSource* config = *is_config ? &given : nullptr;
  ByteSource* cache = *is_config ? nullptr : &given;
  if (config == nullptr && folder.has(kConfig)) {
    Result<std::unique_ptr<ByteSource>> source = folder.open(kConfig);
    if (!source) return source.error();
    opened = std::move(*source);
    config = opened.get();
  }
  if (config != nullptr) {
    const Result<std::string> text = read_all(*config, kMostConfigBytes);
    if (!text) return text.error();
    catalogue::JsonLimits limits;
    limits.depth = 32;
    limits.values = kMostConfigValues;
    const Result<catalogue::JsonNode> root = catalogue::read_json(*text, config->shown(), limits);
    if (!root) {
      Error error = root.error();
      error.what = fmt::format("{}: {}", config->shown(), error.what);
      if (error.hint.empty()) error.hint = "download it again";
      return error;
    }
    if (root->kind != catalogue::JsonKind::object)
      return Error{ErrorKind::data, fmt::format("{}: it is not an object", config->shown()),
                   "line 1", "download it again"};
    file.format = text_of(*root, "quantization");
    spec = spec_of(*text, file);
    file.parts.push_back(
        FilePart{config == &given ? std::string(name) : kConfig, config->size(), false});
    add_tokenizer(folder, *root, file);
  } else {
    file.notes.push_back(
        fmt::format("there is no {} beside it: format and shape are not known", kConfig));
  }
  std::string cache_name(name);
  std::unique_ptr<ByteSource> found;
  if (cache == nullptr) {
    Result<std::unique_ptr<ByteSource>> source = open_cache(folder, cache_name);
    if (!source) return source.error();
    found = std::move(*source);
    cache = found.get();
  }
  Result<mlc::Cache> read = mlc::read_cache(folder, *cache, mlc::bits_of(file.format));
  if (!read) return read.error();
  file.parts.push_back(FilePart{cache_name, cache->size(), false});
  file.parts.insert(file.parts.end(), read->parts.begin(), read->parts.end());
  for (const FilePart& part : file.parts) {
    if (part.missing) file.notes.push_back(fmt::format("{} is missing", part.name));
  }
  file.header_bytes = cache->size() + (config != nullptr ? config->size() : 0);
  file.bytes_read = cache->bytes_read() + (config != nullptr ? config->bytes_read() : 0);
  file.tensors = std::move(read->tensors);
  file.parameters = read->parameters;
  finish_spec(spec, folder.shown(), std::move(file));
  return spec;
}

}  // namespace

extern const Reader mlc_reader;
const Reader mlc_reader{"mlc", rank, recognises, read};

}  // namespace weighin
