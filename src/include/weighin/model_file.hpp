// What does a model's own file say that it holds?
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "weighin/bytes.hpp"
#include "weighin/catalogue.hpp"

namespace weighin {

/// One tensor as a header names it.
struct FileTensor {
  std::string name;  ///< "blk.0.attn_q.weight", "model.layers.0.self_attn.q_proj.weight"
  std::string type;  ///< by weighin/formats.hpp where it has a row there: "Q4_K", "BF16", …
  std::uint8_t dimensions = 0;
  /// Row length first (as GGUF writes it); formats that write it last are turned round. 1 where not
  /// used.
  std::array<std::int64_t, 4> size{1, 1, 1, 1};
  Bytes bytes = 0;  ///< that it takes in the file
  /// Weights; more than the product of `size` where several are packed into one stored value (GPTQ,
  /// AWQ).
  std::int64_t weights = 0;
};

/// One file of a model.
struct FilePart {
  std::string name;
  Bytes bytes = 0;
  bool missing = false;  ///< named by another part, and not there (bytes 0)
};

enum class FileRole {
  model,
  projector,  ///< of images or sound, beside a model (GGUF: mmproj)
  adapter,    ///< LoRA, on top of a model
};
const char* to_text(FileRole role);  ///< "model", "projector", "adapter"

/// What was found in a file, by its header alone.
struct ModelFile {
  std::string reader;  ///< "gguf", "safetensors", "config", "onnx", "litert", "mlc"
  std::string path;    ///< path or URL as the user named it
  FileRole role = FileRole::model;
  /// Runtime that loads it as it is: "llama.cpp", "onnx-web", "litert", "webllm"; empty where none
  /// of ours does (safetensors, config.json: to be converted first).
  std::string runtime;
  /// Weight format: a mix of llama.cpp ("Q4_K_M"), a type ("BF16"), or the runtime's own word
  /// ("q4f16", "q4f16_1", "int4"). Empty where there are no weights (config.json).
  std::string format;
  std::vector<FilePart> parts;  ///< all files that a download would take
  Bytes total_bytes = 0;        ///< sum of the parts that are there
  Bytes header_bytes = 0;       ///< that are no tensor data
  Bytes bytes_read = 0;         ///< that we read to know all this
  std::vector<FileTensor> tensors;
  /// Weights of all tensors that belong to the model (computed tables such as rope_freqs do not
  /// count).
  std::int64_t parameters = 0;
  std::int64_t lora_rank = 0;      ///< of an adapter; 0 = not said
  std::vector<std::string> notes;  ///< what a user should know: "part 3 of 5 is missing: NAME"
};

/// What a file says of the shape of its model, in one of the languages that files speak. Both give
/// the same Shape for the same model as the catalogue does.
///
/// Reads what `name` in `folder` holds: GGUF, safetensors (or its index), config.json, ONNX, LiteRT
/// (.task, .litertlm, .tflite), MLC; found by content, not by its ending. With an empty `name`
/// whatever of these lies in the folder. The answer is a ModelSpec with `file` set, `shape` where
/// it could be read, and known_by reported. Errors: ErrorKind::data with file, field and limit (two
/// lines), ErrorKind::no_input.
Result<ModelSpec> read_model(Folder& folder, std::string_view name);

/// The model as a catalogue of one entry (JSON), which read_catalogue() takes: `id`, or one made of
/// the model's name. Shapes come back equal. ErrorKind::data where the model says too little.
Result<std::string> catalogue_entry(const ModelSpec& model, const std::string& id = {});

/// True where a word of the command line looks like a file and not like a model's name: it has an
/// ending of one of the readers, or a slash at its begin or end.
bool looks_like_file(std::string_view word);

/// The words for the readers, for messages: "gguf, safetensors, …".
std::vector<std::string> model_file_kinds();

}  // namespace weighin
