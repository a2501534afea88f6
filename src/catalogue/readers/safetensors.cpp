// What model do safetensors files hold, alone, in shards, or beside a config.json?
#include <fmt/format.h>

#include <algorithm>

#include "catalogue/readers/hf_config.hpp"
#include "catalogue/readers/reader.hpp"
#include "catalogue/readers/safetensors_parts.hpp"
#include "catalogue/readers/safetensors_shape.hpp"
#include "catalogue/readers/safetensors_weights.hpp"

namespace weighin {
namespace {

using catalogue::HfConfig;
using catalogue::SafetensorsParts;

constexpr std::string_view kIndexEnding = ".safetensors.index.json";
constexpr std::string_view kEnding = ".safetensors";

// The index first: it names all parts. What Hugging Face's library saves before other files
// ("consolidated.safetensors" holds the same weights under other names).
int rank(std::string_view name) {
  if (name == "model.safetensors.index.json") return 20;
  if (name == "model.safetensors") return 21;
  if (name.ends_with(kIndexEnding)) return 22;
  if (!name.ends_with(kEnding)) return 0;
  if (name.starts_with("adapter_model")) return 80;
  return name.starts_with("consolidated") ? 24 : 23;
}

bool recognises(const Sniff& sniff) {
  if (sniff.head.size() > 8 && sniff.head[8] == '{' && sniff.head[7] == 0 && sniff.head[6] == 0 &&
      sniff.head[5] == 0 && sniff.head[4] == 0)
    return true;
  const std::size_t first = sniff.head.find_first_not_of(" \t\r\n");
  const bool json = first != std::string_view::npos && sniff.head[first] == '{';
  if (json && (sniff.head.find("\"weight_map\"") != std::string_view::npos ||
               sniff.name.ends_with(kIndexEnding)))
    return true;
  // A broken one is still ours to judge.
  return sniff.name.ends_with(kEnding) || sniff.name.ends_with(kIndexEnding);
}

Result<std::optional<HfConfig>> config_beside(Folder& folder, ModelFile& file) {
  if (!folder.has("config.json")) return std::optional<HfConfig>{};
  const Result<std::unique_ptr<ByteSource>> source = folder.open("config.json");
  if (!source) {
    if (source.error().kind == ErrorKind::no_input) return std::optional<HfConfig>{};
    return source.error();
  }
  Result<HfConfig> config = catalogue::read_hf_config(**source);
  if (!config) return config.error();
  file.parts.push_back({"config.json", (*source)->size(), false});
  file.total_bytes += (*source)->size();
  file.header_bytes += (*source)->size();
  file.bytes_read += (*source)->bytes_read();
  return std::optional<HfConfig>(std::move(*config));
}

bool is_adapter(const ModelFile& file) {
  const auto low_rank =
      std::count_if(file.tensors.begin(), file.tensors.end(), [](const FileTensor& tensor) {
        return tensor.name.find(".lora_A") != std::string::npos ||
               tensor.name.find(".lora_B") != std::string::npos;
      });
  return low_rank > 0 && 2 * low_rank >= static_cast<std::ptrdiff_t>(file.tensors.size());
}

// Rank and base model: adapter_config.json says both, the tensors the rank alone.
Result<Done> take_adapter(Folder& folder, ModelFile& file, HfConfig& config) {
  file.role = FileRole::adapter;
  for (const FileTensor& tensor : file.tensors) {
    if (tensor.name.find(".lora_A") != std::string::npos && tensor.dimensions == 2)
      file.lora_rank = std::max(file.lora_rank, tensor.size[1]);
  }
  if (!folder.has("adapter_config.json")) return Done{};
  const Result<std::unique_ptr<ByteSource>> source = folder.open("adapter_config.json");
  if (!source) return source.error();
  const Result<std::string> text = read_all(**source, catalogue::kMostConfigBytes);
  if (!text) return text.error();
  const std::string& shown = (*source)->shown();
  const Result<catalogue::JsonNode> root = catalogue::read_config_object(*text, shown);
  if (!root) return root.error();
  catalogue::HfValues values(*root, *root, shown);
  file.lora_rank = values.number({"r"}, file.lora_rank, 1 << 16);
  const std::string base = values.text({"base_model_name_or_path"});
  if (values.error()) return *values.error();
  if (!base.empty())
    config.notes.push_back(fmt::format("an adapter for {}", catalogue::printable(base, 96)));
  file.parts.push_back({"adapter_config.json", (*source)->size(), false});
  file.total_bytes += (*source)->size();
  file.header_bytes += (*source)->size();
  file.bytes_read += (*source)->bytes_read();
  return Done{};
}

// Shape and count, by the config where there is one and by the tensors.
void take_model(SafetensorsParts& parts, HfConfig& config, bool with_config, ModelSpec& model,
                const std::string& path) {
  ModelFile& file = parts.file;
  catalogue::HfQuantization packing = config.quantization;
  if (packing.packing == catalogue::HfPacking::none)
    packing = catalogue::packing_by_names(file.tensors, parts.mlx);
  const Shape* shape = model.shape ? &*model.shape : nullptr;
  const catalogue::WeightSum sum = catalogue::count_weights(file.tensors, shape, packing);
  file.format = sum.format;
  file.parameters = sum.parameters;
  file.notes.insert(file.notes.end(), sum.notes.begin(), sum.notes.end());
  if (model.shape) {
    catalogue::settle_by_tensors(*model.shape, sum.output_matrix, sum.pooler, parts.missing == 0,
                                 file.notes);
  } else if (!with_config && packing.packing == catalogue::HfPacking::none && parts.missing == 0) {
    model.shape = catalogue::shape_from_tensors(file.tensors, file.notes);
    if (model.shape) model.known_by = KnownBy::assumed;
  }
  if (parts.missing == 0 && sum.complete && sum.parameters > 0) {
    model.parameters = Known<std::int64_t>::of(sum.parameters, path);
    model.size_class = size_class_of(sum.parameters).name;
  } else {
    model.parameters = Known<std::int64_t>::unknown(
        Status::error,
        parts.missing > 0 ? "parts of it are missing" : "its weights cannot be counted", path);
  }
}

Result<ModelSpec> read(Folder& folder, std::string_view name, ByteSource& source) {
  Result<SafetensorsParts> parts = catalogue::read_safetensors_parts(folder, name, source);
  if (!parts) return parts.error();
  ModelFile& file = parts->file;
  file.reader = "safetensors";
  file.path = source.shown();
  HfConfig config;
  bool with_config = false;
  if (is_adapter(file)) {
    const auto taken = take_adapter(folder, file, config);
    if (!taken) return taken.error();
  } else {
    Result<std::optional<HfConfig>> beside = config_beside(folder, file);
    if (!beside) return beside.error();
    with_config = beside->has_value();
    if (with_config) config = std::move(**beside);
  }
  ModelSpec model = catalogue::spec_of(config, folder, name, source.shown());
  file.notes.insert(file.notes.begin(), config.notes.begin(), config.notes.end());
  if (file.role == FileRole::adapter) {
    const catalogue::WeightSum sum = catalogue::count_weights(file.tensors, nullptr, {});
    file.format = sum.format;
    file.parameters = sum.parameters;
    model.parameters = Known<std::int64_t>::of(sum.parameters, source.shown());
  } else {
    take_model(*parts, config, with_config, model, source.shown());
  }
  model.file = std::make_shared<const ModelFile>(std::move(file));
  return model;
}

}  // namespace

extern const Reader safetensors_reader;
const Reader safetensors_reader{"safetensors", rank, recognises, read};

}  // namespace weighin
