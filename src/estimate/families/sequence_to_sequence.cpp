// Which tensors do models with an encoder and a decoder have: T5 and Whisper?
#include "estimate/tensors.hpp"

namespace weighin {
namespace {

// Names of one stack; the number of the layer stands behind the first word:
// "enc.blk.0.attn_q.weight".
struct StackNames {
  std::string_view attn_norm, attn_q, attn_k, attn_v, attn_o, ffn_norm, ffn_gate, ffn_up, ffn_down;
};
constexpr StackNames kEncoder{"enc.attn_norm.weight", "enc.attn_q.weight", "enc.attn_k.weight",
                              "enc.attn_v.weight",    "enc.attn_o.weight", "enc.ffn_norm.weight",
                              "enc.ffn_gate.weight",  "enc.ffn_up.weight", "enc.ffn_down.weight"};
constexpr StackNames kDecoder{"dec.attn_norm.weight", "dec.attn_q.weight", "dec.attn_k.weight",
                              "dec.attn_v.weight",    "dec.attn_o.weight", "dec.ffn_norm.weight",
                              "dec.ffn_gate.weight",  "dec.ffn_up.weight", "dec.ffn_down.weight"};
constexpr StackNames kCross{"dec.cross_attn_norm.weight",
                            "dec.cross_attn_q.weight",
                            "dec.cross_attn_k.weight",
                            "dec.cross_attn_v.weight",
                            "dec.cross_attn_o.weight",
                            "",
                            "",
                            "",
                            ""};

void add_t5(const Shape& s, TensorList& list) {
  const std::int64_t width = s.hidden, inner = s.heads * s.head_dim;
  const auto attention = [&](const StackNames& names, std::int32_t layer) {
    list.vector(names.attn_norm, layer, width);
    list.matrix(names.attn_q, layer, Role::attention_q, width, inner);
    list.matrix(names.attn_k, layer, Role::attention_k, width, inner);
    list.matrix(names.attn_v, layer, Role::attention_v, width, inner);
    list.matrix(names.attn_o, layer, Role::other_matrix, inner, width);
  };
  const auto feed_forward = [&](const StackNames& names, std::int32_t layer) {
    list.vector(names.ffn_norm, layer, width);
    if (s.gated_ffn) list.matrix(names.ffn_gate, layer, Role::ffn_gate, width, s.ffn);
    list.matrix(names.ffn_up, layer, Role::ffn_up, width, s.ffn);
    list.matrix(names.ffn_down, layer, Role::ffn_down, s.ffn, width);
  };
  list.matrix("token_embd.weight", -1, Role::token_embedding, width, s.vocab);
  list.small("enc.attn_rel_b.weight", 0, s.heads, s.relative_buckets);
  for (std::int32_t layer = 0; layer < s.layers; ++layer) {
    attention(kEncoder, layer);
    feed_forward(kEncoder, layer);
  }
  list.vector("enc.output_norm.weight", -1, width);
  list.small("dec.attn_rel_b.weight", 0, s.heads, s.relative_buckets);
  for (std::int32_t layer = 0; layer < s.decoder_layers; ++layer) {
    attention(kDecoder, layer);
    attention(kCross, layer);
    feed_forward(kDecoder, layer);
  }
  list.vector("dec.output_norm.weight", -1, width);
  if (!s.tied_embeddings) list.matrix("output.weight", -1, Role::output, width, s.vocab);
}

void add_whisper(const Shape& s, TensorList& list) {
  const std::int64_t width = s.hidden;
  const auto norm = [&](std::int32_t layer) {
    list.vector("norm.weight", layer, width);
    list.vector("norm.bias", layer, width);
  };
  const auto attention = [&](std::int32_t layer) {
    norm(layer);
    list.matrix("attn_q.weight", layer, Role::attention_q, width, width);
    list.matrix("attn_k.weight", layer, Role::attention_k, width, width);  // the key has no bias
    list.matrix("attn_v.weight", layer, Role::attention_v, width, width);
    list.matrix("attn_output.weight", layer, Role::attention_output, width, width);
    for (int bias = 0; bias < 3; ++bias) list.vector("attn.bias", layer, width);
  };
  const auto feed_forward = [&](std::int32_t layer) {
    norm(layer);
    list.matrix("ffn_up.weight", layer, Role::ffn_up, width, s.ffn);
    list.vector("ffn_up.bias", layer, s.ffn);
    list.matrix("ffn_down.weight", layer, Role::ffn_down, s.ffn, width);
    list.vector("ffn_down.bias", layer, width);
  };
  // Two convolutions of three frames each.
  list.small("encoder.conv1.weight", -1, 3, s.mel_bins, width);
  list.vector("encoder.conv1.bias", -1, width);
  list.small("encoder.conv2.weight", -1, 3, width, width);
  list.vector("encoder.conv2.bias", -1, width);
  list.small("encoder.positional_embedding", -1, width, s.audio_positions);
  for (std::int32_t layer = 0; layer < s.layers; ++layer) {
    attention(layer);
    feed_forward(layer);
  }
  norm(-1);
  list.matrix("token_embd.weight", -1, Role::token_embedding, width, s.vocab);
  list.small("decoder.positional_embedding", -1, width, s.positions);
  for (std::int32_t layer = 0; layer < s.decoder_layers; ++layer) {
    attention(layer);
    attention(layer);
    feed_forward(layer);
  }
  norm(-1);
}

}  // namespace

bool add_sequence_to_sequence(const Shape& s, TensorList& list) {
  if (s.kind == "t5") {
    add_t5(s, list);
  } else {
    add_whisper(s, list);
  }
  return true;
}

}  // namespace weighin
