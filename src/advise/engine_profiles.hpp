// How do the real engine's kernels compare to ours, and where was that measured?
#pragma once

#include <optional>
#include <span>
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
  bool measured = false;  ///< a row of this very machine's kind
  /// Of decode: the engine's bytes a second as a share of what one thread reads from memory, times
  /// the threads; 0 = not measured. See EngineRow::of_read.
  double of_read = 0.0;
  double sharpness = 0.0;  ///< of decode, see EngineProfile::sharpness
};

/// Which kernels of the engine are compared with which of ours, and on what cores.
struct EngineHost {
  std::string_view engine;  ///< "llama.cpp"
  std::string_view isa;     ///< of our kernels that were measured
  std::string_view
      repack;  ///< Plan::repack, which tells the engine's kernels apart; "" = not known
  std::string_view vendor;             ///< Cpu::vendor; "" = not known
  std::string_view microarchitecture;  ///< Cpu::microarchitecture; "" = not known
};

/// The row of the nearest machine for a weight format ("" where there is none) and part: of the
/// same kernels on the same cores, else on another maker's, else of other kernels; each is wider
/// than the one before. Nothing where no row is known for the format.
std::optional<EngineShare> engine_share(const EngineHost& host, std::string_view format,
                                        EnginePart part);

/// What an engine spends beside its arithmetic.
struct EngineCost {
  double value_seconds = 0.0;  ///< for each value of the graph: hand-over, barrier, small sums
  double error = 0.0;
};
EngineCost engine_cost(const EngineHost& host);
/// What block_ratio() gave where the nearest profile was made; 0 = not measured there.
double engine_block_ratio(const EngineHost& host);

/// One row of a machine's table.
struct EngineRow {
  std::string_view format;
  EnginePart part;
  double share, error;
  /// Decode alone: the same kernel by itself, as a share of one thread's reading times the threads
  /// (script/compare-engine --kernels). The engine asks for nothing ahead, so that a core waits for
  /// memory as it does when it reads: with AVX2 these shares of an Intel and of an AMD processor
  /// are 0.01 to 0.08 apart, where shares of our arithmetic differ by a factor of 1.6 to 3.6.
  double of_read = 0.0;
};

/// What was measured of one engine's kernels on one machine.
struct EngineProfile {
  EngineHost host;
  std::string_view measured;  ///< where and when
  EngineCost cost;
  double block_ratio;  ///< block_ratio() there, the middle of all runs; 0 = not measured
  /// Cores that hardly wait for each other's memory still do at times: the seconds of a matrix are
  /// (cores^s + memory^s)^(1/s), the longer of both where s is 0 (and the rows are effective
  /// rates).
  double sharpness;
  std::span<const EngineRow> rows;
};

/// All that were measured; a machine is a file in src/advise/engine_profiles/.
std::span<const EngineProfile* const> engine_profiles();

}  // namespace weighin
