// Which of a checkpoint's tensors are weights of the model, and how many weights does each hold?
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalogue/readers/hf_quantization.hpp"
#include "weighin/catalogue.hpp"
#include "weighin/model_file.hpp"

namespace weighin::catalogue {

/// What a tensor is to the count.
enum class TensorPart {
  weight,     ///< of the language model
  tied_copy,  ///< the output matrix of a model that shares it with the input
  computed,   ///< a table that the library computes: rotary angles, masks, positions
  scale,      ///< scales, zero points and order of packed weights
  senses,     ///< a tower that sees or hears, and its projector
  draft,      ///< layers that predict several tokens
  head,       ///< an encoder's head for training or classification
};

struct WeightSum {
  std::int64_t parameters = 0;
  std::string format;
  bool output_matrix = false;  ///< an own output matrix is stored
  bool pooler = false;
  bool complete = true;  ///< false where packed weights could not be counted
  std::vector<std::string> notes;
};

/// The part that a tensor of that name and shape is.
TensorPart part_of(const FileTensor& tensor, const Shape* shape, const HfQuantization& packed);

/// Sets `weights` of each tensor, and adds up those of the model. `shape` may be null.
WeightSum count_weights(std::vector<FileTensor>& tensors, const Shape* shape,
                        HfQuantization packed);

/// How the weights are packed by the names alone, where no config says it.
HfQuantization packing_by_names(const std::vector<FileTensor>& tensors, bool mlx);

}  // namespace weighin::catalogue
