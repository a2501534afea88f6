// How does MLC pack quantized weights into whole numbers?
#include "catalogue/readers/mlc_weights.hpp"

#include <algorithm>
#include <array>

namespace weighin::mlc {
namespace {

struct Type {
  std::string_view name;
  int bits;
};
constexpr std::array<Type, 14> kTypes{{{"uint32", 32},
                                       {"int32", 32},
                                       {"float32", 32},
                                       {"float16", 16},
                                       {"bfloat16", 16},
                                       {"int8", 8},
                                       {"uint8", 8},
                                       {"uint16", 16},
                                       {"int16", 16},
                                       {"float8_e4m3fn", 8},
                                       {"float8_e5m2", 8},
                                       {"e4m3_float8", 8},
                                       {"e5m2_float8", 8},
                                       {"int64", 64}}};

// Names of parameters: https://github.com/mlc-ai/mlc-llm, python/mlc_llm/quantization.
constexpr std::array<std::string_view, 8> kHelpers{
    "q_scale", "scales",  "qzeros",      "q_zero",
    "scale",   "q_zeros", "zero_points", "calibration_scale"};
constexpr std::array<std::string_view, 2> kPacked{"q_weight", "qweight"};

template <class Words>
bool is_one_of(const Words& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

int bits_of(std::string_view word) {
  const bool fits =
      word.size() > 2 && word[0] == 'q' && word[1] >= '1' && word[1] <= '8' && word[2] == 'f';
  return fits ? word[1] - '0' : 0;
}

int stored_bits(std::string_view type) {
  const auto* const found = std::find_if(kTypes.begin(), kTypes.end(),
                                         [&](const Type& each) { return each.name == type; });
  return found == kTypes.end() ? 0 : found->bits;
}

std::int64_t weights_in(std::string_view name, std::string_view type, std::int64_t elements,
                        int bits) {
  const std::string_view last = name.substr(name.rfind('.') + 1);
  if (is_one_of(kHelpers, last)) return 0;
  if (!is_one_of(kPacked, last) || bits == 0 || type.find("float") != std::string_view::npos)
    return elements;
  // A stored value holds whole weights only: ten of three bits in 32 (q3f16_1).
  return elements * std::max(1, stored_bits(type) / bits);
}

}  // namespace weighin::mlc
