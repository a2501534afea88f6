// What would a model take: to download, to load, to run one token?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "weighin/catalogue.hpp"
#include "weighin/core.hpp"

namespace weighin {

/// What the user wants to run, and how.
struct Plan {
  std::string runtime = "llama.cpp";
  std::string format = "Q4_K_M";  ///< a mix by its llama.cpp name, or a plain type
  std::int64_t context = 4096;    ///< cells of the KV cache
  std::string kv_type = "f16";    ///< f16 | q8_0 | q4_0 | …
  std::int64_t ubatch = 512;
  std::string flash_attn = "auto";  ///< on | off | auto
  std::int64_t parallel = 1;        ///< sequences
  /// Logits kept for a batch; 0 = as many as `parallel` (llama-server, llama-cli), -1 = the whole
  /// batch (llama-bench and the API's default).
  std::int64_t outputs = 0;
  std::int64_t gpu_layers = 0;  ///< of the model's layers + 1; -1 = all
  std::int64_t lora_rank = 0;   ///< adapter on all linear matrices; 0 = none
  /// Which repacked copies the CPU makes of the weights: base | avx2 | avx512 | amx | neon | none.
  std::string repack = "avx2";
  bool importance_matrix = false;  ///< made with an imatrix (changes some mixes)
  /// One KV cache for all sequences (llama-server's default for its slots), not one for each.
  bool kv_unified = false;
};

/// Where the bytes go. The names mean what llama.cpp prints on loading.
struct MemoryNeed {
  Bytes weights_bytes =
      0;  ///< all model buffers as loaded without mapping, repacked ones in place of plain
  Bytes kv_cache_bytes = 0;
  Bytes state_bytes = 0;  ///< recurrent state
  Bytes compute_bytes = 0;
  Bytes output_bytes = 0;
  Bytes adapter_bytes = 0;
  Bytes runtime_bytes = 0;  ///< the process's own: tokenizer, libraries
  Bytes total_bytes = 0;
};

/// The same need by what can be done about it. The engine maps the file by default: its pages are
/// cache that the kernel may drop at any time, but the plain weights among them are read again for
/// every token.
struct Residency {
  Bytes working_set_bytes =
      0;  ///< must stay in memory to run at speed: anonymous + plain weights; verdicts take this
  Bytes anonymous_bytes =
      0;  ///< only the process's end gives it back: repacked weights, cache, scratch, process
  Bytes mapped_bytes = 0;    ///< pages of the file, reclaimable
  Bytes reserved_bytes = 0;  ///< scratch that is asked for and never touched
};

/// One named part of the need, with its formula in numbers.
struct Part {
  std::string what;  ///< "weights: token embedding"
  Bytes bytes = 0;
  std::string how;  ///< "256000 x 2048 x Q6_K"
};

/// Bytes of one weight format that are read for each token.
struct FormatWork {
  std::string format;  ///< tensor type: "Q4_K"
  Bytes bytes = 0;  ///< of matrices read for one token (embedding rows and idle experts left out)
  std::int64_t weights = 0;  ///< multiply-adds for one token
  std::int64_t matrices = 0;
};

/// The work of one token, for speed predictions.
struct TokenWork {
  std::vector<FormatWork> formats;
  Bytes kv_bytes_per_cell = 0;  ///< read per token for each filled cell of full-attention layers
  Bytes kv_bytes_sliding_per_cell = 0;
  std::int64_t sliding_window = 0;
  Bytes state_bytes = 0;  ///< read and written per token
  std::int64_t layers = 0;
  Bytes weight_bytes() const {
    Bytes sum = 0;
    for (const FormatWork& work : formats) sum += work.bytes;
    return sum;
  }
};

/// What an estimate rests on; it decides how wide the range is.
enum class Basis {
  file,          ///< the header of the model's own file: every tensor's type and size
  architecture,  ///< its hyperparameters: the tensors and types are computed
  size,          ///< a count of parameters only: another model of the class stands for it
};
const char* to_text(Basis basis);  ///< "file", "architecture", "size"

struct Estimate {
  ModelSpec model;
  Plan plan;
  Known<Bytes> download_bytes;
  double bits_per_weight = 0.0;  ///< of the file
  MemoryNeed memory;
  /// The need of the memory of one place, low-mid-high, by what the estimate rests on.
  Range total_bytes_range;
  std::vector<Part> parts;  ///< of download and memory; the memory parts add up to the total
  TokenWork token;
  Bytes largest_tensor_bytes = 0;  ///< the largest single tensor, for a GPU's allocation limits
  Bytes gpu_bytes = 0, host_bytes = 0;  ///< of a split by gpu_layers; gpu + host = total
  KnownBy known_by = KnownBy::computed;
  Basis basis = Basis::architecture;
  /// False where the plan's runtime does not run this kind of model; the sizes hold all the same.
  bool supported = true;
  std::string why_not;             ///< the reason where it does not
  std::vector<std::string> notes;  ///< what was assumed
};

/// Checks a plan by itself: known runtime, format, KV type, sane numbers, no impossible combination
/// (quantized V cache without flash attention). ErrorKind::usage with a hint.
Result<Done> check_plan(const Plan& plan);

/// The estimate of one model under one plan. Pure: no file, no clock, no GPU. Fails with
/// ErrorKind::usage on an impossible plan or a hosted model (no weights to download).
Result<Estimate> estimate(const ModelSpec& model, const Plan& plan);

/// Total and active parameters recomputed from the shape; nothing for a kind that is not known.
struct ParameterCount {
  std::int64_t total = 0, active = 0, embedding = 0;
};
std::optional<ParameterCount> count_parameters(const Shape& shape);

/// The runtimes that estimate() knows, and the formats of a runtime, the best quality first.
std::vector<std::string> runtimes();
std::vector<std::string> formats_of(const std::string& runtime);

/// What `weighin models validate` finds: counts that do not add up, missing sources, dead
/// references.
std::vector<CatalogueFinding> validate(const Catalogue& catalogue);

}  // namespace weighin
