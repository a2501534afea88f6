// What is this model?
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "weighin/core.hpp"

namespace weighin {

/// Mixture of experts.
struct Experts {
  std::int64_t count = 0;          ///< routed experts in a layer
  std::int64_t used = 0;           ///< routed experts a token goes through
  std::int64_t ffn = 0;            ///< width of one expert
  std::int64_t latent = 0;         ///< width that experts read and write, where narrower than the model's (Nemotron 3 Super)
  std::int64_t shared_count = 0;
  std::int64_t shared_ffn = 0;     ///< width of all shared experts together
  std::int64_t leading_dense = 0;  ///< first layers that are dense
  std::int64_t interval = 1;       ///< every n-th layer is a mixture (the others dense)
  bool router_bias = false;        ///< the router is a linear layer with a bias
  bool expert_bias = false;        ///< each expert's matrices have biases
  bool correction_bias = false;    ///< one value an expert for load balance (DeepSeek-V3 and after)
  bool shared_gate = false;        ///< the shared expert's output is gated by one row of weights
};

/// Multi-head latent attention (DeepSeek-V2 and after).
struct LatentAttention {
  std::int64_t q_lora_rank = 0;  ///< 0 = the query is not compressed
  std::int64_t kv_lora_rank = 0;
  std::int64_t qk_nope_head_dim = 0, qk_rope_head_dim = 0, v_head_dim = 0;
  /// Sparse attention (DeepSeek-V3.2, GLM-5): a small indexer chooses the cells that are attended. 0 = none.
  std::int64_t indexer_heads = 0, indexer_head_dim = 0;
  /// Where not every layer has an indexer of its own (GLM-5.2): the first ones do, and from the last of these every n-th.
  std::int64_t indexer_leading = 0, indexer_interval = 0;
};

/// State-space layers (Mamba, Mamba-2).
struct StateSpace {
  std::int64_t inner = 0, state = 0, conv = 0;
  std::int64_t dt_rank = 0;             ///< Mamba
  std::int64_t groups = 0, heads = 0, head_dim = 0;  ///< Mamba-2
  std::int64_t normed = 0;  ///< 1: step, input and output gates are normed (Falcon Mamba, Jamba)
};

/// Linear attention with a gated delta rule (Qwen3-Next and after).
struct LinearAttention {
  std::int64_t k_heads = 0, v_heads = 0, k_dim = 0, v_dim = 0, conv = 0;
};

/// RWKV-7: time mixing with matrices of low rank.
struct TimeMix {
  std::int64_t head_size = 0;
  std::int64_t decay_rank = 0, iclr_rank = 0, value_rank = 0, gate_rank = 0;
};

/// Hyperparameters in the field's terms: all that the estimator needs to list every tensor. 0 = has none.
struct Shape {
  std::string kind;          ///< the catalogue's kind: decoder, bert, t5, whisper, mamba1, lfm2, …
  std::string architecture;  ///< llama.cpp's name of the architecture: llama, qwen3moe, gemma3, …
  std::int64_t layers = 0, decoder_layers = 0;
  std::int64_t hidden = 0, ffn = 0, vocab = 0;
  std::int64_t heads = 0, kv_heads = 0, head_dim = 0;
  std::int64_t context_max = 0;
  bool tied_embeddings = false;
  bool gated_ffn = true;       ///< three matrices (gate, up, down) in place of two
  bool fused_qkv = false, fused_ffn = false;
  bool qkv_bias = false;
  bool attention_output_bias = false;
  bool ffn_bias = false;
  bool output_bias = false;     ///< of the output matrix
  bool qk_norm = false;
  bool qk_norm_full = false;    ///< the norm spans all heads' values, not one head's
  std::int64_t norms_per_layer = 2;
  bool norm_weight = true;      ///< false: norms have no weights at all (OLMo 1)
  bool norm_bias = false;       ///< LayerNorm with a bias
  bool embedding_norm = false;  ///< a norm right after the embedding
  bool sub_norms = false;       ///< BitNet: a norm before attention's output and before ffn_down
  bool attention_sinks = false; ///< one value a head (gpt-oss)
  std::int64_t activation_weights = 0;  ///< learned values of the activation, a layer (Apertus: 2)
  std::int64_t positions = 0;   ///< rows of a learned position table (GPT-2, BERT, OPT)
  std::int64_t token_types = 0; ///< rows of BERT's segment table
  std::int64_t embedding_width = 0;  ///< ALBERT: narrower than `hidden`, widened by a matrix
  bool shared_layers = false;   ///< ALBERT: one layer's weights serve all layers
  bool pooler = false;          ///< BERT's pooling layer (hidden x hidden, bias) is part of the weights
  std::int64_t relative_buckets = 0;  ///< T5: rows of the relative position table
  std::int64_t mel_bins = 0, audio_positions = 0;  ///< Whisper: input features, encoder positions
  bool embedding_stored_twice = false;  ///< tied, but published files hold the matrix twice
  std::int64_t file_vocab = 0;  ///< rows that GGUF files keep, where fewer than `vocab`
  std::int64_t sliding_window = 0;
  std::string swa_pattern;     ///< as in the catalogue
  std::int64_t kv_layers = -1, kv_swa_layers = 0, kv_shared_layers = 0;  ///< -1 = as `layers`
  bool wide_shared_ffn = false;  ///< Gemma 4 E2B: layers that share KV have a feed-forward twice as wide
  std::int64_t global_head_dim = 0, global_kv_heads = 0;  ///< of the full-attention layers, where they differ
  std::int64_t per_layer_embedding = 0, per_layer_vocab = 0;
  std::vector<std::int64_t> attention_layers;  ///< of a hybrid: which layers attend
  std::vector<std::int64_t> ffn_layers;  ///< of a hybrid whose layers do one thing each (Nemotron-H): which are a feed-forward
  std::int64_t full_attention_interval = 0;
  std::int64_t rope_factors = 0;  ///< tables of rotary factors in a GGUF file: 1 (rope_freqs) or 2 (long, short)
  std::int64_t short_conv = 0;  ///< cache length of LFM2's convolution
  std::int64_t multi_token_layers = 0;
  std::string tokenizer;        ///< kind of tokenizer, for the size of its section in a file
  std::optional<Experts> experts;
  std::optional<LatentAttention> latent;
  std::optional<StateSpace> state_space;
  std::optional<LinearAttention> linear;
  std::optional<TimeMix> time_mix;
};

/// A published file of a model, where its size is known.
struct Variant {
  std::string runtime;  ///< "llama.cpp", "onnx-web", …
  std::string format;   ///< "Q4_K_M"
  std::string file;
  Bytes bytes = 0;
  std::string source;
};

/// A parameter count that somebody printed, and which tensors that somebody counted.
struct PublishedCount {
  std::int64_t count = 0;
  std::string counts;  ///< "text/unique weights", "with vision tower", …
  std::string source;
};

/// Weights that come with a model beside its language model (vision tower, draft layer).
struct ExtraPart {
  std::string what;
  std::int64_t parameters = 0;
};

struct ModelFile;  // weighin/model_file.hpp

/// A published adapter (LoRA) that goes with the model.
struct Adapter {
  std::string name;        ///< "Llama-3.2-1B-Instruct-QLORA_INT4_EO8"
  std::string repository;  ///< empty where none is named
  std::int64_t rank = 0;   ///< 0: not told
  std::string source;
};

/// One model: facts, each with its source.
struct ModelSpec {
  std::string id;           ///< "gemma-2b": short, unique, lower case
  std::string name;         ///< "Gemma 2B"
  std::string repository;   ///< "google/gemma-2b"; empty for hosted models
  std::vector<std::string> aliases;
  std::string family;       ///< "gemma"
  std::string size_class;   ///< "2B"
  std::string modality;     ///< text | embedding | speech | …
  bool hosted_only = false; ///< no published weights (GPT-4): not downloadable
  /// Unique weights of the language model: published where a published count says the same, computed
  /// where it was recomputed from the shape and published counts say otherwise (`others`).
  Known<std::int64_t> parameters;
  Known<std::int64_t> active_parameters;  ///< that one token goes through
  Known<std::int64_t> context_max;
  /// Where nobody has checked it: known_by assumed, Confidence::low, and the remark in `why`.
  Known<std::string> license, release, native_dtype;
  /// Languages that its makers name, as ISO 639-1 codes ("en, de, fr"), or how many they name where they
  /// list none ("140 or more").
  Known<std::string> languages;
  std::string source;       ///< of the hyperparameters; several are joined by "; "
  std::string note;         ///< what a reader should know; may be empty
  std::string teacher;      ///< model that it was distilled or pruned from; empty = none known
  std::string teacher_source;
  std::vector<PublishedCount> published;
  std::vector<ExtraPart> extra;
  std::vector<Adapter> adapters;
  std::optional<Shape> shape;
  std::vector<Variant> variants;
  KnownBy known_by = KnownBy::published;  ///< assumed for a bare size ("7B")
  /// Where it was read from a file that the user has (weighin/model_file.hpp): what the file holds. Null
  /// for the catalogue's own.
  std::shared_ptr<const ModelFile> file;
};

/// What one token of a SPEC may mean.
struct Catalogue {
  std::string source;   ///< file it was read from
  std::vector<ModelSpec> models;
};

/// Reads and checks a catalogue (models.json, or an overlay). `name` is for messages: every error says
/// file:line and what. At most 64 MiB, depth 64, no duplicate keys or ids.
Result<Catalogue> read_catalogue(std::string_view json, const std::string& name);
/// Lays `overlay` over `base`: same id replaces, new ids are added.
Catalogue overlay(Catalogue base, const Catalogue& overlay);
/// The catalogue that $WEIGHIN_CATALOGUE names, or models.json beside the program, in ../share/weighin, or
/// at the root of the checkout it was built in. `host` is the live one, `program` an absolute path.
Result<Catalogue> default_catalogue(const Host& host, const std::string& program);

/// One finding of `weighin models validate`.
struct CatalogueFinding {
  std::string model, field, what;
  bool fatal = false;
};

/// Finds the model that `spec` means: id, name, repository or alias, whatever the case, punctuation,
/// owner or tuning suffix; or a bare size ("7B"), which gives the class's reference architecture with
/// known_by assumed. Unknown: ErrorKind::usage with the nearest names in the hint; ambiguous: the choices.
Result<ModelSpec> find_model(const Catalogue& catalogue, std::string_view spec);

/// Size classes, like weight classes in boxing, the smallest first.
struct SizeClass {
  std::string name;             ///< "2B"
  std::int64_t from = 0, to = 0;  ///< parameters: from < count <= to
  std::string reference;        ///< id of the model that stands for the class
};
const std::vector<SizeClass>& size_classes();
/// The class of a parameter count.
const SizeClass& size_class_of(std::int64_t parameters);

}  // namespace weighin
