// What does a Hugging Face config.json alone say of its model?
#include <fmt/format.h>

#include "catalogue/readers/hf_config.hpp"
#include "catalogue/readers/reader.hpp"

namespace weighin {
namespace {

int rank(std::string_view name) { return name == "config.json" ? 90 : 0; }

// JSON that speaks of a model; MLC's file and the index of shards are others' though they may name
// the same words.
bool recognises(const Sniff& sniff) {
  const std::size_t first = sniff.head.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || sniff.head[first] != '{') return false;
  const auto says = [&](std::string_view word) {
    return sniff.head.find(word) != std::string_view::npos;
  };
  if (sniff.name.ends_with(".index.json") || says("\"weight_map\"")) return false;
  if (sniff.name == "mlc-chat-config.json" || says("\"model_lib\"") || says("\"conv_template\"") ||
      says("\"records\""))
    return false;
  // A long config may name its kind only behind the first bytes.
  return says("\"model_type\"") || says("\"architectures\"") || sniff.name == "config.json";
}

Result<ModelSpec> read(Folder& folder, std::string_view name, ByteSource& source) {
  const Result<catalogue::HfConfig> config = catalogue::read_hf_config(source);
  if (!config) return config.error();
  if (!config->shape && config->model_type.empty()) {
    return Error{ErrorKind::data,
                 fmt::format("{}: neither \"model_type\" nor \"text_config\" says what it is",
                             source.shown()),
                 fmt::format("{}:1", source.shown()),
                 "is this the config.json of a language model?"};
  }
  ModelSpec model = catalogue::spec_of(*config, folder, name, source.shown());
  auto file = std::make_shared<ModelFile>();
  file->reader = "config";
  file->path = source.shown();
  file->parts.push_back({std::string(name), source.size(), false});
  file->total_bytes = file->header_bytes = source.size();
  file->bytes_read = source.bytes_read();
  file->notes = config->notes;
  file->notes.emplace_back("a config.json alone: the weights are not here");
  if (!config->quantization.format.empty()) {
    file->notes.push_back(fmt::format("its weights are packed as {}", config->quantization.format));
  }
  if (config->nested)
    file->notes.emplace_back("the language model alone is described, not what sees or hears");
  model.file = std::move(file);
  return model;
}

}  // namespace

extern const Reader config_reader;
const Reader config_reader{"config", rank, recognises, read};

}  // namespace weighin
