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
  /// A mix by its llama.cpp name, a plain type, or a word of the runtime's own ("q4f16"); empty =
  /// what is usual for the runtime and the model.
  std::string format = "Q4_K_M";
  std::int64_t context = 4096;    ///< cells of the KV cache
  std::string kv_type = "f16";    ///< f16 | q8_0 | q4_0 | …
  std::int64_t ubatch = 512;
  std::string flash_attn = "auto";  ///< on | off | auto
  std::int64_t parallel = 1;        ///< sequences
  /// Logits kept for a batch; 0 = as many as `parallel` (llama-server, llama-cli), -1 = the whole
  /// batch (llama-bench and the API's default).
  std::int64_t outputs = 0;
  std::int64_t gpu_layers = 0;  ///< of the model's layers + 1; -1 = all
  /// How the offloaded layers are dealt out to several GPUs, in their order (llama.cpp takes each
  /// one's free memory); empty = one GPU.
  std::vector<double> gpu_shares;
  std::int64_t lora_rank = 0;  ///< of an adapter on top; 0 = none
  /// Matrices that the adapter changes: "all", or words of attention_q/k/v/output and ffn_gate/up/
  /// down as "q,k,v,o,gate,up,down".
  std::string lora_targets = "all";
  /// File of a projector (images, sound) that is loaded beside the model.
  Bytes projector_bytes = 0;
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
  Bytes projector_bytes = 0;    ///< weights of a projector beside the model
  Bytes draft_bytes = 0;        ///< all that a draft model takes (speculative decoding)
  Bytes gpu_context_bytes = 0;  ///< what the drivers take of the GPUs before anything is loaded
  Bytes runtime_bytes = 0;      ///< the process's own: tokenizer, libraries
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
  Bytes repacked_bytes = 0;  ///< of anonymous_bytes: weights that loading writes in another layout
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
  std::int64_t weights = 0;   ///< multiply-adds for one token
  std::int64_t matrices = 0;  ///< as stored: all experts of a layer are one
  bool experts = false;       ///< matrices that a router chooses from: few tokens meet each
  bool output = false;        ///< the output matrix: of a prompt, the last token alone meets it
};

/// The work of one token, for speed predictions.
struct TokenWork {
  std::vector<FormatWork> formats;
  Bytes kv_bytes_per_cell = 0;  ///< read per token for each filled cell of full-attention layers
  Bytes kv_bytes_sliding_per_cell = 0;
  std::int64_t sliding_window = 0;
  Bytes state_bytes = 0;  ///< read and written per token
  std::int64_t layers = 0;
  /// Multiply-adds of attention (scores and weighted values) of one token with one cell.
  std::int64_t attention_products_per_cell = 0;
  std::int64_t attention_products_sliding_per_cell = 0;
  std::int64_t expert_count = 0, experts_used = 0;  ///< of a layer; 0 = no experts
  std::int64_t values = 0;     ///< values of the graph: each ends in a barrier of all threads
  Bytes value_bytes = 0;       ///< what is written of them for one token of a full batch
  Bytes weight_bytes() const {
    Bytes sum = 0;
    for (const FormatWork& work : formats) sum += work.bytes;
    return sum;
  }
};

/// What one place does of a token's work where layers are dealt out to GPUs, as shares of the whole.
struct WorkShare {
  int gpu = -1;             ///< which of Plan::gpu_shares (0 where there are none); -1 = the CPU
  std::int64_t layers = 0;  ///< how many of them
  double weights = 0.0;     ///< of the bytes of all layers' matrices
  double full_cells = 0.0, sliding_cells = 0.0;  ///< of the attention layers of either kind
  double state = 0.0;       ///< of the recurrent layers
  Bytes weights_bytes = 0;  ///< weights that lie there
  bool output = false;      ///< it multiplies the output matrix too
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
  /// What is fetched beside the model's own files, and not counted in download_bytes: a tokenizer
  /// of its own, and the runtime itself where a browser has to fetch it.
  std::vector<Part> fetched_besides;
  /// The most that the runtime can address, all in all (wasm32: 4 GiB); 0 = no such limit.
  Bytes address_space_bytes = 0;
  /// GPU features that the runtime needs ("shader-f16").
  std::vector<std::string> needed_features;
  TokenWork token;
  Bytes largest_tensor_bytes = 0;  ///< the largest single tensor, for a GPU's allocation limits
  Bytes gpu_bytes = 0, host_bytes = 0;  ///< of a split by gpu_layers; gpu + host = total
  std::vector<Bytes> gpu_split_bytes;   ///< gpu_bytes by GPU, one entry for each of the shares
  /// Who does what of a token, in the order in which it passes them; empty where one place does all.
  std::vector<WorkShare> work_shares;
  Bytes activation_bytes = 0;  ///< of one token between two layers: what crosses from place to place
  Residency residency;                  ///< of the part that lies in the system's memory
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

/// The longest context that a memory holds.
struct LongestContext {
  /// A multiple of 256 (or the model's own most); 0 = not even one block fits.
  std::int64_t context = 0;
  std::int64_t model_most = 0;  ///< what the model takes, or 2^30 where that is not known
  Estimate estimate;            ///< at that context (of one block where none fits)
};
/// Decided on the bad end of the estimate's range. With all layers on GPUs (gpu_layers -1)
/// `memory_bytes` is theirs, otherwise that of all places. Fails as estimate() fails.
Result<LongestContext> max_context(const ModelSpec& model, const Plan& plan, Bytes memory_bytes);

/// One format in a given memory.
struct FormatFit {
  std::string format;
  Bytes need_bytes = 0;  ///< at the plan's context, the bad end of the range
  std::int64_t longest_context = 0;
  bool fits = false;  ///< at the plan's context
};
/// The best format for a memory, and the longest context that it leaves room for.
struct BestFit {
  std::string format;              ///< empty where none fits at the plan's context
  std::int64_t context = 0;        ///< the longest
  std::vector<FormatFit> formats;  ///< all that make sense for the model, most bits first
  Estimate estimate;               ///< of the best; of the smallest where none fits
};
/// Takes the format with most bits that fits at the plan's context, then lengthens the context.
Result<BestFit> fit_in(const ModelSpec& model, const Plan& plan, Bytes memory_bytes);

/// Tensors of one name, type and shape in all layers.
struct TensorLine {
  std::string name;                        ///< "blk.*.attn_q.weight"
  std::int64_t count = 0;                  ///< layers that have it
  std::string size;                        ///< "2048 x 8192"
  std::string type;                        ///< "Q4_K"
  Bytes file_bytes = 0, memory_bytes = 0;  ///< of all of them
  bool repacked = false;                   ///< in memory in a layout of the CPU's own
};
/// An estimate down to its tensors. The lines of `download` add up to download_bytes, those of
/// `Estimate::parts` to the memory's total.
struct Explanation {
  std::vector<TensorLine> tensors;
  std::vector<Part> download;
};
/// Nothing is shown of a runtime that has no list of tensors.
Result<Explanation> explain(const Estimate& estimate);

/// The main model's estimate with a draft model beside it (speculative decoding): all that the
/// draft takes is added, and named. Both must be of one runtime and have the same place.
Result<Estimate> with_draft(Estimate main, const Estimate& draft);

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
