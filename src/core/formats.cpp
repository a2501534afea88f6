// How many bytes does a block of each weight format take?
#include "weighin/formats.hpp"

#include <array>
#include <cctype>

namespace weighin {
namespace {

// Numbers and sizes of the tensor types of GGUF files: GGML_QUANT_SIZES in gguf-py/gguf/constants.py of
// llama.cpp. (Q8_1 and Q8_K hold activations while running and stand in no file; the C structure of
// Q8_1 is 36 bytes.)
constexpr std::string_view kGgufPy = "https://github.com/ggml-org/llama.cpp gguf-py/gguf/constants.py";
// 4-bit groups of 32 with a 16-bit or 32-bit scale: mlc_llm/quantization/quantization.py.
constexpr std::string_view kMlc = "https://github.com/mlc-ai/mlc-llm python/mlc_llm/quantization/quantization.py";
// Int4 blocks of 32 with a float or half scale: MatMulNBits in ONNX Runtime's contrib operators.
constexpr std::string_view kOnnx = "https://github.com/microsoft/onnxruntime docs/ContribOperators.md MatMulNBits";

constexpr std::array kFormats{
    WeightFormat{"F32", 0, 1, 4, "float", kGgufPy},
    WeightFormat{"F16", 1, 1, 2, "float", kGgufPy},
    WeightFormat{"Q4_0", 2, 32, 18, "legacy", kGgufPy},
    WeightFormat{"Q4_1", 3, 32, 20, "legacy", kGgufPy},
    WeightFormat{"Q5_0", 6, 32, 22, "legacy", kGgufPy},
    WeightFormat{"Q5_1", 7, 32, 24, "legacy", kGgufPy},
    WeightFormat{"Q8_0", 8, 32, 34, "legacy", kGgufPy},
    WeightFormat{"Q8_1", 9, 32, 40, "legacy", kGgufPy},
    WeightFormat{"Q2_K", 10, 256, 84, "k-quant", kGgufPy},
    WeightFormat{"Q3_K", 11, 256, 110, "k-quant", kGgufPy},
    WeightFormat{"Q4_K", 12, 256, 144, "k-quant", kGgufPy},
    WeightFormat{"Q5_K", 13, 256, 176, "k-quant", kGgufPy},
    WeightFormat{"Q6_K", 14, 256, 210, "k-quant", kGgufPy},
    WeightFormat{"Q8_K", 15, 256, 292, "k-quant", kGgufPy},
    WeightFormat{"IQ2_XXS", 16, 256, 66, "i-quant", kGgufPy},
    WeightFormat{"IQ2_XS", 17, 256, 74, "i-quant", kGgufPy},
    WeightFormat{"IQ3_XXS", 18, 256, 98, "i-quant", kGgufPy},
    WeightFormat{"IQ1_S", 19, 256, 50, "i-quant", kGgufPy},
    WeightFormat{"IQ4_NL", 20, 32, 18, "i-quant", kGgufPy},
    WeightFormat{"IQ3_S", 21, 256, 110, "i-quant", kGgufPy},
    WeightFormat{"IQ2_S", 22, 256, 82, "i-quant", kGgufPy},
    WeightFormat{"IQ4_XS", 23, 256, 136, "i-quant", kGgufPy},
    WeightFormat{"I8", 24, 1, 1, "integer", kGgufPy},
    WeightFormat{"I16", 25, 1, 2, "integer", kGgufPy},
    WeightFormat{"I32", 26, 1, 4, "integer", kGgufPy},
    WeightFormat{"I64", 27, 1, 8, "integer", kGgufPy},
    WeightFormat{"F64", 28, 1, 8, "float", kGgufPy},
    WeightFormat{"IQ1_M", 29, 256, 56, "i-quant", kGgufPy},
    WeightFormat{"BF16", 30, 1, 2, "float", kGgufPy},
    WeightFormat{"TQ1_0", 34, 256, 54, "ternary", kGgufPy},
    WeightFormat{"TQ2_0", 35, 256, 66, "ternary", kGgufPy},
    WeightFormat{"MXFP4", 39, 32, 17, "microscaling", kGgufPy},
    WeightFormat{"NVFP4", 40, 64, 36, "microscaling", kGgufPy},
    WeightFormat{"Q1_0", 41, 128, 18, "legacy", kGgufPy},
    WeightFormat{"Q2_0", 42, 64, 18, "legacy", kGgufPy},
    // Not GGUF.
    WeightFormat{"MLC_q4f16_1", -1, 32, 18, "mlc", kMlc},
    WeightFormat{"MLC_q4f32_1", -1, 32, 20, "mlc", kMlc},
    WeightFormat{"MLC_q3f16_1", -1, 40, 18, "mlc", kMlc},
    WeightFormat{"ONNX_q4", -1, 32, 20, "onnx", kOnnx},
    WeightFormat{"ONNX_q4f16", -1, 32, 18, "onnx", kOnnx},
};

bool same_letters(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(a[i])) !=
        std::tolower(static_cast<unsigned char>(b[i]))) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::span<const WeightFormat> weight_formats() { return kFormats; }

const WeightFormat* find_weight_format(std::string_view name) {
  // Nearly always the table's own writing: the quantizer's rules ask for a million a second.
  for (const WeightFormat& format : kFormats) {
    if (format.name == name) return &format;
  }
  for (const WeightFormat& format : kFormats) {
    if (same_letters(format.name, name)) return &format;
  }
  return nullptr;
}

const WeightFormat* find_gguf_type(int gguf_type) {
  if (gguf_type < 0) return nullptr;
  for (const WeightFormat& format : kFormats) {
    if (format.gguf_type == gguf_type) return &format;
  }
  return nullptr;
}

std::optional<Bytes> format_bytes(const WeightFormat& format, Bytes row_weights, Bytes rows) {
  if (row_weights < 0 || rows < 0 || row_weights % format.block_weights != 0) return std::nullopt;
  const auto row_bytes = checked_multiply(row_weights / format.block_weights, format.block_bytes);
  if (!row_bytes) return std::nullopt;
  return checked_multiply(*row_bytes, rows);
}

}  // namespace weighin
