// How are a million footprints of one model asked for in a second?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "estimate/footprint.hpp"
#include "estimate/weights.hpp"
#include "weighin/estimate.hpp"

namespace weighin {

/// All footprints of one model in llama.cpp on the CPU: any format, any context, the rest as in the
/// plan. What does not depend on the question is computed once; the scratch buffer is a straight
/// line between a few contexts, and its pieces are kept. Equal to estimate() in every byte.
/// Not safe for several threads at once.
class Footprints {
 public:
  /// Nothing for a model whose tensors are not known.
  static std::optional<Footprints> of(const ModelSpec& model, const Plan& plan);

  /// Formats by their place in formats_of("llama.cpp").
  std::size_t format_count() const { return weights_.size(); }
  /// Weights as loaded; nothing where a size overflows.
  std::optional<Bytes> weights_bytes(std::size_t format);
  /// All that the CPU holds: the estimate's memory.total_bytes.
  std::optional<Bytes> total_bytes(std::size_t format, std::int64_t context);

 private:
  Footprints() = default;
  std::optional<Bytes> scratch_bytes(std::int64_t context);
  Shape shape_;
  Plan plan_;
  std::vector<Tensor> tensors_;
  struct FormatWeights {
    Bytes loaded_bytes = 0, adapter_bytes = 0;
    bool asked = false, known = false;
  };
  bool sum_up(const std::vector<StoredTensor>& stored, FormatWeights& kept) const;
  std::vector<FormatWeights> weights_;
  std::vector<ReservedPiece> pieces_;
  std::size_t last_piece_ = 0;
  Bytes fixed_bytes_ = 0;
  Bytes cell_bytes_ = 0, sliding_cell_bytes_ = 0;
};

}  // namespace weighin
