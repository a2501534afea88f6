// How much arithmetic is one token's attention, and how many experts meet it?
//
// A query head multiplies its vector with the keys of every cell and adds up as many values: the
// cache of grouped queries is smaller than that, its arithmetic is not.
#include <algorithm>

#include "estimate/footprint.hpp"
#include "estimate/tensors.hpp"

namespace weighin {

void fill_attention_work(const Shape& shape, TokenWork& work) {
  const std::int64_t layers =
      shape.kind == "t5" || shape.kind == "whisper" ? shape.decoder_layers : shape.layers;
  for (std::int64_t layer = 0; layer < layers; ++layer) {
    if (!is_attention_layer(shape, layer)) continue;
    const bool sliding = is_sliding_layer(shape, layer);
    std::int64_t width = 2 * shape.head_dim;
    if (!sliding && shape.global_head_dim > 0) width = 2 * shape.global_head_dim;
    if (shape.latent) width = 2 * shape.latent->kv_lora_rank + shape.latent->qk_rope_head_dim;
    (sliding ? work.attention_products_sliding_per_cell : work.attention_products_per_cell) +=
        shape.heads * width;
  }
  if (shape.experts) {
    work.expert_count = shape.experts->count;
    work.experts_used = std::min(shape.experts->used, shape.experts->count);
  }
}

}  // namespace weighin
