// How fast would an engine's work run on a GPU, by our kernels' rates there?
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "advise/rates.hpp"

namespace weighin {

/// The rates of one GPU. No engine was timed beside our kernels on a GPU yet: what it reaches of
/// their rates is assumed, from public figures of llama.cpp's Vulkan backend
/// (tests/advise/published_gpu_speeds.csv), and the ranges are as wide as these scatter.
class GpuRates {
 public:
  /// `place` as in the measurements: "gpu0".
  GpuRates(const Measurements& measurements, std::string place);

  /// Bytes of weights a second, one token at a time. The format's own rate, else its kin's, and
  /// never more than memory gives; where no decode was measured, a share of the read rate.
  std::optional<EngineRate> decode(std::string_view format, bool experts) const;
  /// Operations a second (two for a multiply-add) on a batch of tokens: the better of the F16 and
  /// the 8-bit kernel, since quantized weights are unpacked to either.
  std::optional<EngineRate> prefill(std::string_view format, bool experts) const;
  /// Bytes of the KV cache a second.
  std::optional<EngineRate> attention() const;
  /// Seconds that one value of the graph costs beside its own arithmetic: what a measured block
  /// takes more than its matrices and its attention, or a dispatch.
  Range value_seconds() const;
  /// Seconds of handing work over and hearing of its end.
  Range submit_seconds() const;
  /// Bytes a second to the GPU ("transfer to device") and back ("transfer to host").
  std::optional<Range> transfer(std::string_view name) const;
  const Measurement* read() const { return rates_.read(); }

 private:
  std::optional<double> block_value_seconds() const;
  Rates rates_;
};

}  // namespace weighin
