// How do the real engine's kernels compare to ours, and where was that measured?
#pragma once

#include <optional>
#include <string_view>

namespace weighin {

/// What an engine does at another rate than our kernel of the same work.
enum class EnginePart {
  decode,           ///< a matrix times one vector
  decode_experts,   ///< the same with chosen experts
  prefill,          ///< a matrix times a batch
  prefill_experts,  ///< each expert times the few tokens that chose it
  attention,        ///< one token over the cells of the cache
  attention_batch,  ///< a prompt over them
};

/// The engine's rate as a share of ours: of our kernel of the same format where every run measures
/// it (F16, Q4_0, Q8_0, Q4_K, Q5_K, Q6_K), else of the kernel that stands for it (Q4_0; F16 for
/// BF16 and F32). Parts of decode are arithmetic, shares of our *prefill* kernel's operations:
/// that decode kernels of ours wait for memory, the engine's often do not.
struct EngineShare {
  double share = 1.0;
  double error = 0.0;     ///< the share may be off by this part of itself, either way
  bool measured = false;  ///< a row of this very format and instruction set
};

/// The row of `engine`, our instruction set, weight format ("" where there is none) and part; else
/// that of the nearest instruction set, wider; nothing where no row is known for the format.
std::optional<EngineShare> engine_share(std::string_view engine, std::string_view isa,
                                        std::string_view format, EnginePart part);

/// What an engine spends beside its arithmetic.
struct EngineCost {
  double value_seconds = 0.0;  ///< for each value of the graph: hand-over, barrier, small sums
  double error = 0.0;
};
EngineCost engine_cost(std::string_view engine, std::string_view isa);

}  // namespace weighin
