// How large is the KV cache, and the recurrent state?
#include <algorithm>

#include "estimate/batch.hpp"
#include "estimate/footprint.hpp"
#include "estimate/tensors.hpp"
#include "weighin/formats.hpp"

namespace weighin {
namespace {

bool is_encoder(const Shape& shape) {
  return shape.kind == "bert" || shape.kind == "nomic" || shape.kind == "modernbert" ||
         shape.architecture == "gemma-embedding";
}

}  // namespace

const std::vector<std::string>& kv_types() {
  // common/arg.cpp of llama.cpp: --cache-type-k
  static const std::vector<std::string> kTypes{"f32",  "f16",  "bf16", "q8_0",  "q5_1",
                                               "q5_0", "q4_1", "q4_0", "iq4_nl"};
  return kTypes;
}

std::optional<KvCache> kv_cache(const Shape& shape, const Plan& plan) {
  const WeightFormat* format = find_weight_format(plan.kv_type);
  if (format == nullptr) return std::nullopt;
  KvCache cache;
  const std::int64_t layers =
      shape.kind == "t5" || shape.kind == "whisper" ? shape.decoder_layers : shape.layers;
  cache.layer_bytes.assign(static_cast<std::size_t>(std::max<std::int64_t>(layers, 0)), 0);
  if (is_encoder(shape)) return cache;  // attends within the batch
  const CacheCells cells = cache_cells(shape, plan);
  cache.cells = cells.all;
  cache.sliding_cells = cells.sliding * cells.streams;
  // Without flash attention values are kept transposed, as wide in every layer as in the widest.
  std::int64_t widest = 0;
  if (plan.flash_attn == "off") widest = widest_values(shape);
  const std::int64_t with_cache = layers - shape.kv_shared_layers;
  for (std::int64_t layer = 0; layer < with_cache; ++layer) {
    if (!is_attention_layer(shape, layer)) continue;
    const bool sliding = is_sliding_layer(shape, layer);
    const std::int64_t head_dim =
        !sliding && shape.global_head_dim > 0 ? shape.global_head_dim : shape.head_dim;
    const std::int64_t kv_heads =
        !sliding && shape.global_kv_heads > 0 ? shape.global_kv_heads : shape.kv_heads;
    std::optional<Bytes> cell;
    if (shape.latent && is_decompressed(shape)) {
      const LatentAttention& a = *shape.latent;
      const auto keys =
          format_bytes(*format, shape.heads * (a.qk_nope_head_dim + a.qk_rope_head_dim), 1);
      const auto values = format_bytes(*format, shape.heads * a.v_head_dim, 1);
      if (keys && values) cell = checked_add(*keys, *values);
    } else if (shape.latent) {
      cell = format_bytes(*format, shape.latent->kv_lora_rank + shape.latent->qk_rope_head_dim, 1);
      // The indexer keeps a key of its own for each cell.
      const auto keys = has_indexer(shape, layer)
                            ? format_bytes(*format, shape.latent->indexer_head_dim, 1)
                            : std::optional<Bytes>(0);
      cell = cell && keys ? checked_add(*cell, *keys) : std::nullopt;
    } else {
      // Each head's row must be whole blocks.
      if (head_dim % format->block_weights != 0) return std::nullopt;
      const auto keys = format_bytes(*format, kv_heads * head_dim, 1);
      const auto values = format_bytes(*format, std::max(widest, kv_heads * head_dim), 1);
      if (keys && values) cell = checked_add(*keys, *values);
    }
    if (!cell) return std::nullopt;
    const auto bytes = checked_multiply(*cell, sliding ? cache.sliding_cells : cache.cells);
    const auto total = bytes ? checked_add(cache.total_bytes, *bytes) : std::nullopt;
    if (!total) return std::nullopt;
    cache.total_bytes = *total;
    cache.layer_bytes[static_cast<std::size_t>(layer)] = *bytes;
    (sliding ? cache.bytes_per_sliding_cell : cache.bytes_per_cell) += *cell;
  }
  return cache;
}

std::optional<Bytes> recurrent_state_bytes(const Shape& shape, std::int64_t sequences) {
  Bytes values = 0;
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    if (!is_recurrent_layer(shape, layer)) continue;
    if (shape.time_mix) {
      // Two shifted tokens, and one matrix of head size for each head.
      values += (2 + shape.time_mix->head_size) * shape.hidden;
    } else if (shape.linear) {
      const LinearAttention& a = *shape.linear;
      values += (a.conv - 1) * (2 * a.k_heads * a.k_dim + a.v_heads * a.v_dim) +
                a.v_heads * a.k_dim * a.v_dim;
    } else if (shape.short_conv > 0) {
      values += (shape.short_conv - 1) * shape.hidden;
    } else if (shape.state_space) {
      const StateSpace& m = *shape.state_space;
      const std::int64_t channels = m.heads > 0 ? m.inner + 2 * m.groups * m.state : m.inner;
      values += (m.conv - 1) * channels + m.state * m.inner;
    }
  }
  const auto bytes = checked_multiply(values, 4);
  return bytes ? checked_multiply(*bytes, sequences) : std::nullopt;
}

Bytes output_buffer_bytes(const Shape& shape, const Plan& plan) {
  return 4 * plan.parallel * (is_encoder(shape) ? shape.hidden : shape.vocab);
}

}  // namespace weighin
