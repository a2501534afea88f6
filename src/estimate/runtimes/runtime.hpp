// What must a runtime tell, so that its models can be estimated?
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "weighin/estimate.hpp"

namespace weighin {

/// One runtime: a file in src/estimate/runtimes/ with one row `const Runtime NAME_runtime{…};` NAME
/// being the file's. The table is made from the folder; nothing else has to be written.
///
/// estimate() does what all runtimes have in common: it refuses hosted models and impossible plans,
/// puts a file's own format and runtime in place of an empty one, cuts a context that nobody asked
/// for, and after `fill` adds up `memory` and sets the range by what the estimate rests on.
struct Runtime {
  const char* name;  ///< word of --runtime: "llama.cpp"

  /// All formats, the best quality (most bits) first.
  std::vector<std::string> (*formats)();

  /// The format of that name in the runtime's own spelling, whatever the case; empty where it has
  /// none.
  std::string (*find_format)(std::string_view word);

  /// Checks what of a plan only this runtime knows: the type of the KV cache, combinations that it
  /// refuses. The runtime, the format and the numbers have been checked. ErrorKind::usage.
  Result<Done> (*check)(const Plan& plan);

  /// Why this runtime does not run a model of this kind; empty where it does. The estimate is made
  /// all the same where it can be, and says so (Estimate::supported).
  std::string (*why_not)(const ModelSpec& model);

  /// Fills the estimate of `estimate.model` under `estimate.plan`: download_bytes, bits_per_weight,
  /// memory (but its total), parts (those of memory add up to the total), token,
  /// largest_tensor_bytes, notes, and gpu_bytes of a split. Where `plan.format` is the file's own
  /// (is_own_format) the file's tensors are to be taken. total_bytes_range may be left empty: then
  /// it is set by the basis. Every sum of sizes is checked; ErrorKind::usage with a hint.
  Result<Done> (*fill)(Estimate& estimate);

  /// The tensors and the parts of the download of a filled estimate; null where it has none to
  /// show.
  Result<Explanation> (*explain)(const Estimate& estimate) = nullptr;

  /// The format that people get who name none: what is published for this model and runtime, or
  /// what the runtime itself would fetch. Null where that is Plan's own default.
  std::string (*usual_format)(const ModelSpec& model) = nullptr;
};

/// All runtimes, by the name of their file.
std::span<const Runtime* const> runtime_table();
/// The runtime of that name, or null.
const Runtime* find_runtime(std::string_view name);

/// Stands for the runtime of a model's own file where no row does: weights and cache are counted,
/// and what the runtime takes besides is said to be unknown.
const Runtime& file_runtime();

/// True where the model was read from a file with weights in it, and the plan takes them as they
/// are: its format is the file's, or "" or "file", and the runtime is the one that loads the file.
bool is_own_format(const ModelSpec& model, const Plan& plan);

/// As check_plan(), where the format of the plan may also be the word of the model's own file.
Result<Done> check_plan_of(const ModelSpec& model, const Plan& plan);

/// The error for sizes that do not fit 63 bits.
Error overflow_of(const ModelSpec& model);

}  // namespace weighin
