// What model does a config.json describe?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/json_reader.hpp"
#include "catalogue/readers/hf_quantization.hpp"
#include "weighin/bytes.hpp"
#include "weighin/catalogue.hpp"
#include "weighin/model_file.hpp"

namespace weighin::catalogue {

/// A config of Hugging Face's, read.
struct HfConfig {
  std::string model_type;  ///< of the text model: "gemma3_text"
  std::string name;        ///< "_name_or_path" where it is OWNER/NAME
  std::string native_dtype;
  std::optional<Shape> shape;
  HfQuantization quantization;
  bool assumed = false;  ///< the family is not known: read as if it were llama's
  bool nested = false;   ///< a text model within one that also sees or hears
  std::vector<std::string> notes;
};

/// Most bytes of a config.json: the largest known hold lists of layers that are not quantized.
inline constexpr Bytes kMostConfigBytes = Bytes{8} << 20;

/// The object that a config.json or adapter_config.json is; errors name `file`.
Result<JsonNode> read_config_object(std::string_view text, const std::string& file);
/// Reads the text of a config.json; `file` is for messages.
Result<HfConfig> read_hf_config(std::string_view text, const std::string& file);
/// The same from its source.
Result<HfConfig> read_hf_config(ByteSource& source);

/// The model of a folder, or of the file `name` in it, as far as a config tells.
ModelSpec spec_of(const HfConfig& config, const Folder& folder, std::string_view name,
                  const std::string& path);
/// A model's name from where it lies: "…/models--google--gemma-2b/snapshots/X" ->
/// "google/gemma-2b".
std::string name_from_place(std::string_view folder, std::string_view file);

}  // namespace weighin::catalogue
