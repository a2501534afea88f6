// What do the configs of encoders say, and of models with an encoder and a decoder?
#include <algorithm>

#include "catalogue/readers/hf_families.hpp"

namespace weighin::catalogue {

void finish_bert(HfValues& values, Shape& shape) {
  shape.kind = "bert";
  shape.positions = shape.context_max;
  shape.token_types = values.number({"type_vocab_size"}, 2, kHfMostVocab);
  shape.pooler = true;  // of the base model; only the weights say whether it was left out
}

// Positions begin behind the padding's number.
void finish_roberta(HfValues& values, Shape& shape) {
  finish_bert(values, shape);
  const std::int64_t padding = values.number({"pad_token_id"}, 1, kHfMostVocab);
  shape.context_max = std::max<std::int64_t>(shape.positions - padding - 1, 1);
}

void finish_albert(HfValues& values, Shape& shape) {
  finish_bert(values, shape);
  const std::int64_t embedded = values.number({"embedding_size"}, 128, kHfMostWidth, 1);
  if (embedded != shape.hidden) shape.embedding_width = embedded;
  shape.shared_layers = true;
}

void finish_distilbert(HfValues& /*values*/, Shape& shape) {
  shape.kind = "bert";
  shape.positions = shape.context_max;
}

void finish_nomic(HfValues& values, Shape& shape) {
  shape.kind = "nomic";
  shape.token_types = values.number({"type_vocab_size"}, 2, kHfMostVocab);
  shape.qkv_bias = values.flag({"qkv_proj_bias"}, false);
  shape.ffn_bias = values.flag({"mlp_fc1_bias"}, false);
}

void finish_modernbert(HfValues& values, Shape& shape) {
  shape.kind = "modernbert";
  shape.sliding_window = values.number({"local_attention"}, 128, kHfMostContext);
  const std::int64_t every = values.number({"global_attn_every_n_layers"}, 3, kHfMostLayers, 1);
  if (shape.sliding_window > 0)
    shape.swa_pattern = every == 3 ? "global every 3rd layer"
                                   : "global every " + std::to_string(every) + "th layer";
}

void finish_t5(HfValues& values, Shape& shape) {
  shape.kind = "t5";
  shape.decoder_layers = values.number({"num_decoder_layers"}, shape.layers, kHfMostLayers);
  shape.relative_buckets = values.number({"relative_attention_num_buckets"}, 32, kHfMostWidth, 1);
  shape.gated_ffn = values.text({"feed_forward_proj"}).starts_with("gated");
}

void finish_whisper(HfValues& values, Shape& shape) {
  shape.kind = "whisper";
  shape.decoder_layers = values.number({"decoder_layers"}, 4, kHfMostLayers, 1);
  shape.mel_bins = values.number({"num_mel_bins"}, 80, kHfMostWidth, 1);
  shape.audio_positions = values.number({"max_source_positions"}, 1500, kHfMostVocab, 1);
  shape.positions = shape.context_max;
}

}  // namespace weighin::catalogue
