// What do the configs of models say whose layers do not all attend?
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "catalogue/readers/hf_families.hpp"

namespace weighin::catalogue {
namespace {

// The layers that attend, by "layer_types" or by a list of their numbers.
void take_attention_layers(HfValues& values, Shape& shape, std::string_view numbers) {
  const std::vector<std::string_view> types =
      values.texts("layer_types", static_cast<std::size_t>(kHfMostLayers));
  if (!types.empty()) {
    if (std::cmp_not_equal(types.size(), shape.layers)) {
      values.fault(values.find({"layer_types"})->line,
                   fmt::format("{}: \"layer_types\" names {} layers, \"num_hidden_layers\" {}",
                               values.file(), types.size(), shape.layers));
      return;
    }
    for (std::size_t layer = 0; layer < types.size(); ++layer) {
      if (types[layer] == "attention" || types[layer] == "full_attention")
        shape.attention_layers.push_back(static_cast<std::int64_t>(layer));
    }
  } else if (!numbers.empty()) {
    shape.attention_layers =
        values.numbers(numbers, static_cast<std::size_t>(kHfMostLayers), shape.layers - 1);
    std::vector<std::int64_t>& layers = shape.attention_layers;
    std::sort(layers.begin(), layers.end());
    layers.erase(std::unique(layers.begin(), layers.end()), layers.end());
  }
  shape.kv_layers = static_cast<std::int64_t>(shape.attention_layers.size());
}

StateSpace mamba2_of(HfValues& values, const Shape& shape, std::string_view prefix) {
  const auto key = [&](std::string_view word) { return fmt::format("{}{}", prefix, word); };
  StateSpace m;
  const bool own = prefix.empty();
  m.heads = values.number({own ? std::string("num_heads") : key("n_heads")}, 128, kHfMostWidth, 1);
  const std::string head = own ? "head_dim" : key("d_head");
  const std::int64_t expand =
      values.number({own ? std::string("expand") : key("expand")}, 2, 64, 1);
  m.inner = expand * shape.hidden;
  const JsonNode* width = values.find({head});
  m.head_dim = width != nullptr && width->kind == JsonKind::integer
                   ? values.number({head}, 64, kHfMostWidth, 1)
                   : m.inner / std::max<std::int64_t>(m.heads, 1);
  m.inner = m.heads * m.head_dim;
  m.state = values.number({own ? std::string("state_size") : key("d_state")}, 128, kHfMostWidth, 1);
  m.conv = values.number({own ? std::string("conv_kernel") : key("d_conv")}, 4, 4096, 1);
  m.groups = values.number({own ? std::string("n_groups") : key("n_groups")}, own ? 8 : 1,
                           kHfMostWidth, 1);
  return m;
}

}  // namespace

void finish_mamba(HfValues& values, Shape& shape) {
  shape.kind = "mamba1";
  StateSpace m;
  const std::int64_t expand = values.number({"expand"}, 2, 64, 1);
  m.inner = values.number({"intermediate_size", "d_inner"}, expand * shape.hidden, kHfMostWidth, 1);
  m.state = values.number({"state_size", "d_state"}, 16, kHfMostWidth, 1);
  m.conv = values.number({"conv_kernel", "d_conv"}, 4, 4096, 1);
  // "auto" is a sixteenth of the width, rounded up.
  const JsonNode* rank = values.find({"time_step_rank"});
  m.dt_rank = rank == nullptr || (rank->kind == JsonKind::string && rank->text == "auto")
                  ? (shape.hidden + 15) / 16
                  : values.number({"time_step_rank"}, 0, kHfMostWidth, 1);
  shape.state_space = m;
  shape.heads = shape.kv_heads = shape.head_dim = shape.ffn = 0;
  shape.kv_layers = 0;
}

// Its class norms step, input and output gates; the norms have no weights.
void finish_falcon_mamba(HfValues& values, Shape& shape) {
  finish_mamba(values, shape);
  shape.state_space->normed = 1;
}

void finish_mamba2(HfValues& values, Shape& shape) {
  shape.kind = "mamba2";
  shape.state_space = mamba2_of(values, shape, "");
  shape.heads = shape.kv_heads = shape.head_dim = shape.ffn = 0;
  shape.kv_layers = 0;
}

// Granite 4: where all layers attend, it is the plain architecture under the hybrid's name.
void finish_granite_hybrid(HfValues& values, Shape& shape) {
  take_attention_layers(values, shape, "");
  shape.ffn = values.number({"intermediate_size"}, 11008, kHfMostWidth, 1);
  take_experts(values, shape, false);
  const std::int64_t shared = values.number({"shared_intermediate_size"}, 1024, kHfMostWidth);
  shape.ffn = shape.experts ? 0 : shared;
  const bool all = shape.kv_layers == shape.layers;
  if (all) {
    shape.architecture = shape.experts ? "granitemoe" : "granite";
    shape.attention_layers.clear();
    shape.kv_layers = -1;
    return;
  }
  shape.kind = "granite_hybrid";
  shape.state_space = mamba2_of(values, shape, "mamba_");
}

void finish_lfm2(HfValues& values, Shape& shape) {
  shape.kind = "lfm2";
  shape.short_conv = values.number({"conv_L_cache"}, 3, 4096, 1);
  // "block_ff_dim" is that of two matrices: a third is taken off for the gate, then rounded up.
  if (shape.architecture == "lfm2") {
    shape.ffn = values.number({"block_ff_dim", "intermediate_size"}, 12288, kHfMostWidth, 1);
    if (values.flag({"block_auto_adjust_ff_dim"}, true)) {
      const std::int64_t multiple = values.number({"block_multiple_of"}, 256, kHfMostWidth, 1);
      const JsonNode* factor = values.find({"block_ffn_dim_multiplier"});
      std::int64_t ffn = 2 * shape.ffn / 3;
      if (factor != nullptr && factor->number > 0 && factor->number < 16)
        ffn = static_cast<std::int64_t>(factor->number * static_cast<double>(ffn));
      shape.ffn = (ffn + multiple - 1) / multiple * multiple;
    }
  } else {
    take_experts(values, shape, false);
  }
  take_attention_layers(values, shape, "full_attn_idxs");
  if (shape.attention_layers.empty()) {
    values.fault(values.node().line,
                 fmt::format("{}: neither \"layer_types\" nor \"full_attn_idxs\" says which of "
                             "the {} layers attend",
                             values.file(), shape.layers));
  }
}

void finish_qwen_hybrid(HfValues& values, Shape& shape) {
  shape.kind = "qwen_hybrid";
  LinearAttention linear;
  linear.k_heads = values.number({"linear_num_key_heads"}, 16, kHfMostWidth, 1);
  linear.v_heads = values.number({"linear_num_value_heads"}, 32, kHfMostWidth, 1);
  linear.k_dim = values.number({"linear_key_head_dim"}, 128, kHfMostWidth, 1);
  linear.v_dim = values.number({"linear_value_head_dim"}, 128, kHfMostWidth, 1);
  linear.conv = values.number({"linear_conv_kernel_dim"}, 4, 4096, 1);
  shape.linear = linear;
  shape.full_attention_interval = values.number({"full_attention_interval"}, 4, kHfMostLayers, 1);
  const std::vector<std::string_view> types =
      values.texts("layer_types", static_cast<std::size_t>(kHfMostLayers));
  const auto full = std::find(types.begin(), types.end(), "full_attention");
  if (full != types.end()) shape.full_attention_interval = full - types.begin() + 1;
  shape.kv_layers = shape.layers / shape.full_attention_interval;
  take_experts(values, shape, false);
}

// Keys and defaults: flash-linear-attention, fla/models/rwkv7/configuration_rwkv7.py. The ranks
// have other defaults from version to version: they must be said.
void finish_rwkv7(HfValues& values, Shape& shape) {
  shape.kind = "rwkv7";
  TimeMix mix;
  mix.head_size = values.number({"head_dim", "head_size"}, 64, kHfMostWidth, 1);
  mix.decay_rank = values.needed({"decay_low_rank_dim"}, 0, kHfMostWidth);
  mix.iclr_rank = values.needed({"a_low_rank_dim"}, 0, kHfMostWidth);
  mix.value_rank = values.needed({"v_low_rank_dim"}, 0, kHfMostWidth);
  mix.gate_rank = values.needed({"gate_low_rank_dim"}, 0, kHfMostWidth);
  shape.time_mix = mix;
  shape.kv_layers = 0;
  const JsonNode* ratio = values.find({"hidden_ratio"});
  if (!values.has({"intermediate_size"}) && ratio != nullptr && ratio->number > 0 &&
      ratio->number < 64) {
    shape.ffn = static_cast<std::int64_t>(ratio->number * static_cast<double>(shape.hidden));
  }
  if (const JsonNode* attention = values.find({"attn"})) {
    values.fault(attention->line,
                 fmt::format("{}: \"attn\" lets some layers of RWKV-7 attend", values.file()),
                 "such a model cannot be described yet");
  }
}

void finish_jamba(HfValues& values, Shape& shape) {
  shape.kind = "jamba";
  const std::int64_t period = values.number({"attn_layer_period"}, 8, kHfMostLayers, 1);
  const std::int64_t first = values.number({"attn_layer_offset"}, 4, kHfMostLayers);
  for (std::int64_t layer = first; layer < shape.layers; layer += period)
    shape.attention_layers.push_back(layer);
  shape.kv_layers = static_cast<std::int64_t>(shape.attention_layers.size());
  StateSpace m;
  m.inner = shape.hidden * values.number({"mamba_expand"}, 2, 64, 1);
  m.state = values.number({"mamba_d_state"}, 16, kHfMostWidth, 1);
  m.conv = values.number({"mamba_d_conv"}, 4, 4096, 1);
  const JsonNode* rank = values.find({"mamba_dt_rank"});
  m.dt_rank = rank == nullptr || rank->kind == JsonKind::string
                  ? (shape.hidden + 15) / 16
                  : values.number({"mamba_dt_rank"}, 0, kHfMostWidth, 1);
  m.normed = 1;
  shape.state_space = m;
  if (values.number({"num_experts"}, 16, kHfMostExperts) > 1) {
    take_experts(values, shape, false);
    if (shape.experts) {
      shape.experts->ffn = shape.ffn;
      shape.experts->interval = values.number({"expert_layer_period"}, 2, kHfMostLayers, 1);
    }
  }
}

}  // namespace weighin::catalogue
