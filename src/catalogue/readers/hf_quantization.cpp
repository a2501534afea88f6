// Which quantization does a config.json speak of?
//
// Keys: https://huggingface.co/docs/transformers/main_classes/quantization; compressed-tensors:
// https://github.com/vllm-project/compressed-tensors; MLX: https://github.com/ml-explore/mlx-lm.
#include "catalogue/readers/hf_quantization.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace weighin::catalogue {
namespace {

constexpr std::int64_t kMostGroup = 1 << 20;

std::string with_group(std::string word, std::int64_t group) {
  return group > 0 ? fmt::format("{}-g{}", word, group) : word;
}

// A group of -1 means one scale for a whole row.
std::int64_t group_of(HfValues& values) {
  return std::max<std::int64_t>(values.number({"group_size"}, 0, kMostGroup, -1), 0);
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

HfQuantization bitsandbytes(HfValues& values) {
  HfQuantization found;
  if (values.flag({"load_in_4bit", "_load_in_4bit"}, false)) {
    found.packing = HfPacking::bnb4;
    found.bits = 4;
    const std::string type = values.text({"bnb_4bit_quant_type"});
    found.format = "bnb-" + (type.empty() ? std::string("fp4") : printable(type, 8));
  } else {
    found.packing = HfPacking::bnb8;
    found.bits = 8;
    found.format = "bnb-int8";
  }
  return found;
}

// "config_groups" -> the first group's "weights": {"num_bits", "type", "group_size"}.
HfQuantization compressed(HfValues& values) {
  HfQuantization found;
  found.packing = HfPacking::compressed;
  found.format = "compressed-tensors";
  const std::string format = values.text({"format"});
  const JsonNode* groups = values.object("config_groups");
  if (groups == nullptr || groups->items.empty()) return found;
  HfValues group = values.inside(groups->items.front());
  const JsonNode* weights = group.object("weights");
  if (weights == nullptr) return found;
  HfValues own = values.inside(*weights);
  found.bits = own.number({"num_bits"}, 8, 32, 1);
  found.group = group_of(own);
  const bool floating = own.text({"type"}) == "float";
  const bool activations = group.find({"input_activations"}) != nullptr;
  if (floating && found.bits == 8) {
    found.format = "FP8";
  } else if (floating && found.bits == 4) {
    found.format = format.starts_with("mxfp4") ? "MXFP4" : "NVFP4";
  } else {
    found.format =
        with_group(fmt::format("W{}A{}", found.bits, activations ? found.bits : 16), found.group);
  }
  values.adopt(group);
  values.adopt(own);
  return found;
}

HfQuantization by_method(HfValues& values, const std::string& method) {
  HfQuantization found;
  const auto bits = [&](std::int64_t otherwise) {
    return values.number({"bits", "w_bit", "nbits", "num_bits"}, otherwise, 32, 1);
  };
  if (method == "bitsandbytes" || method == "bitsandbytes_4bit" || method == "bitsandbytes_8bit") {
    return bitsandbytes(values);
  }
  if (method == "compressed-tensors") return compressed(values);
  if (method == "gptq" || method == "marlin" || method == "gptqmodel" || method == "auto-round" ||
      method == "intel/auto-round") {
    const bool as_awq = values.text({"packing_format"}).find("awq") != std::string::npos;
    found.packing = as_awq ? HfPacking::awq : HfPacking::gptq;
    found.bits = bits(4);
    found.group = group_of(values);
    found.format = with_group(fmt::format("GPTQ-{}bit", found.bits), found.group);
  } else if (method == "awq") {
    found.packing = HfPacking::awq;
    found.bits = bits(4);
    found.group =
        std::max<std::int64_t>(values.number({"group_size", "q_group_size"}, 0, kMostGroup, -1), 0);
    found.format = with_group(fmt::format("AWQ-{}bit", found.bits), found.group);
  } else if (method == "fp8" || method == "fbgemm_fp8") {
    found.packing = HfPacking::fp8;
    found.bits = 8;
    found.format = "FP8";
  } else if (method == "mxfp4") {
    found.packing = HfPacking::mxfp4;
    found.bits = 4;
    found.group = 32;
    found.format = "MXFP4";
  } else if (method == "modelopt" || method == "nvfp4") {
    const std::string algorithm = upper(values.text({"quant_algo"}));
    const bool four = algorithm.find("FP4") != std::string::npos || method == "nvfp4";
    found.packing = four ? HfPacking::nvfp4 : HfPacking::fp8;
    found.bits = four ? 4 : 8;
    found.format = four ? "NVFP4" : "FP8";
  } else if (method == "bitnet") {
    found.packing = HfPacking::bitnet;
    found.bits = 2;
    found.format = "BitNet-1.58bit";
  } else if (method == "hqq") {
    found.packing = HfPacking::hqq;
    found.bits = 4;
    if (const JsonNode* outer = values.object("quant_config")) {
      HfValues config = values.inside(*outer);
      if (const JsonNode* weights = config.object("weight_quant_params")) {
        HfValues own = values.inside(*weights);
        found.bits = own.number({"nbits"}, 4, 8, 1);
        found.group = group_of(own);
        values.adopt(own);
      }
      values.adopt(config);
    }
    found.format = with_group(fmt::format("HQQ-{}bit", found.bits), found.group);
  } else {
    found.packing = HfPacking::other;
    found.format = upper(printable(method, 24));
    if (values.has({"bits"})) found.format += fmt::format("-{}bit", bits(4));
  }
  return found;
}

}  // namespace

HfQuantization read_hf_quantization(HfValues& values) {
  const JsonNode* mlx = values.find_outer({"quantization"});
  const JsonNode* node = values.find_outer({"quantization_config"});
  if (node == nullptr) node = values.find({"quantization_config"});
  if (node == nullptr && mlx == nullptr) return {};
  const JsonNode& chosen = node != nullptr ? *node : *mlx;
  if (chosen.kind != JsonKind::object) {
    values.fault(chosen.line, fmt::format("{}: \"{}\" is {}, not an object", values.file(),
                                          printable(chosen.key), to_text(chosen.kind)));
    return {};
  }
  HfValues own = values.inside(chosen);
  HfQuantization found;
  const std::string method = own.text({"quant_method"});
  if (!method.empty()) {
    found = by_method(own, method);
  } else if (own.has({"bits"}) && own.has({"group_size"})) {
    // MLX writes no method; its files name it nowhere else.
    found.packing = HfPacking::mlx;
    found.bits = own.number({"bits"}, 4, 8, 1);
    found.group = own.number({"group_size"}, 64, kMostGroup, 1);
    found.format = with_group(fmt::format("MLX-{}bit", found.bits), found.group);
    if (const std::string mode = own.text({"mode"}); !mode.empty() && mode != "affine")
      found.format = fmt::format("MLX-{}", printable(mode, 16));
  } else if (own.flag({"load_in_4bit"}, false) || own.flag({"load_in_8bit"}, false)) {
    found = bitsandbytes(own);
  }
  values.adopt(own);
  return found;
}

}  // namespace weighin::catalogue
