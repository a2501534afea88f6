// How does a question about what a model takes become its answer?
#pragma once

#include <optional>
#include <string>

#include "estimate/shrink.hpp"
#include "session/session.hpp"

namespace weighin {

/// What is asked of an estimate, beside the shared options.
struct EstimateOptions : Options {
  bool explain = false;
  std::string max_context, fit_in, projector, draft;
  std::string quantize, prune;
  bool distilled = false;
  std::int64_t gpus_count = 1;
};

/// --explain, --max-context, --fit-in, --quantize, --prune, --distilled.
void add_estimate_options(CLI::App& app, EstimateOptions& options);
/// --gpus, --projector, --draft.
void add_beside_options(CLI::App& app, EstimateOptions& options);

/// The answer, and what was asked beside it.
struct EstimateOutcome {
  Estimate estimate;
  bool hosted_only = false;  ///< a model without weights to download: `estimate` is empty
  ModelSpec model;
  std::optional<LongestContext> longest;
  std::optional<BestFit> best;
  std::optional<Explanation> explanation;
  Shrinking shrinking;
  Bytes memory_bytes = 0;
  int exit_code = 0;  ///< 1 = the answer is no

  /// Points into this object.
  EstimateAsked asked() const;
};

/// Of the first of `options.models`. Prints nothing.
Result<EstimateOutcome> run_estimate(const EstimateOptions& options, const Catalogue& catalogue);

/// Its `weighin/estimate/1` document.
std::string estimate_outcome_json(const EstimateOutcome& outcome, const Plan& plan);

}  // namespace weighin
