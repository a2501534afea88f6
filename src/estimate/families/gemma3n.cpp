// Which tensors does Gemma 3n have: per-layer embeddings, AltUp, LAuReL?
//
// As llama.cpp's src/models/gemma3n.cpp loads them: 4 AltUp streams, LAuReL rank 64.
#include "estimate/tensors.hpp"

namespace weighin {

bool add_gemma3n(const Shape& s, TensorList& list) {
  constexpr std::int64_t kStreams = 4;
  constexpr std::int64_t kLaurelRank = 64;
  const std::int64_t width = s.hidden, per_layer = s.per_layer_embedding;
  const auto source = [&](std::string_view name, std::int32_t layer, std::int64_t ne0,
                          std::int64_t ne1, std::int64_t ne2 = 1) {
    list.matrix(name, layer, Role::keep_source, ne0, ne1, ne2);
  };
  list.matrix("token_embd.weight", -1, Role::token_embedding, width, s.vocab);
  list.matrix("per_layer_token_embd.weight", -1, Role::per_layer_embedding, per_layer * s.layers,
              s.per_layer_vocab);
  source("per_layer_model_proj.weight", -1, width, per_layer * s.layers);
  list.vector("per_layer_proj_norm.weight", -1, per_layer);
  source("altup_proj.weight", -1, width, width, kStreams - 1);
  source("altup_unembd_proj.weight", -1, width, width, kStreams - 1);
  for (std::int32_t layer = 0; layer < s.layers; ++layer) {
    add_attention(s, layer, list);
    add_ffn(s, layer, list);
    list.matrix("inp_gate.weight", layer, Role::other_matrix, width, per_layer);
    list.matrix("proj.weight", layer, Role::other_matrix, per_layer, width);
    list.vector("post_norm.weight", layer, width);
    source("altup_correct_coef.weight", layer, kStreams, kStreams);
    list.vector("altup_correct_scale.weight", layer, width);
    source("altup_predict_coef.weight", layer, kStreams, kStreams * kStreams);
    source("altup_router.weight", layer, width, kStreams);
    list.vector("altup_router_norm.weight", layer, width);
    source("laurel_l.weight", layer, width, kLaurelRank);
    source("laurel_r.weight", layer, kLaurelRank, width);
    list.vector("laurel_post_norm.weight", layer, width);
  }
  list.vector("output_norm.weight", -1, width);
  return true;
}

}  // namespace weighin
