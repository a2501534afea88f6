// Which of an ONNX file's tensors are a model's weights, and in which format?
#pragma once

#include <string>
#include <vector>

#include "catalogue/readers/onnx_graph.hpp"
#include "weighin/model_file.hpp"

namespace weighin::onnx {

/// How many weights lie in which kind of type.
struct Tally {
  std::int64_t weights = 0;
  std::int64_t blocks[9] = {};  ///< block-quantized, by bits
  std::int64_t bnb4 = 0;
  std::int64_t int8 = 0, uint8 = 0, int4 = 0;
  std::int64_t fp32 = 0, fp16 = 0, bf16 = 0;
  bool half_helpers = false;  ///< the scales of the block-quantized weights are 16-bit floats
};

/// The file's tensors with what each holds of weights: none in scales, zero points, shapes and
/// rotary tables. Adds them up in `tally`. A tensor smaller than its node says is ErrorKind::data.
Result<std::vector<FileTensor>> weights_of(const Graph& graph, const std::string& shown,
                                           Tally& tally);

/// The word for the format: that of the name where it fits what the file holds, else what it holds.
std::string format_word(const Tally& tally, const std::string& by_name);

}  // namespace weighin::onnx
