// Which of the models that run well is the best choice?
#pragma once

#include <string>
#include <vector>

#include "weighin/advise.hpp"

namespace weighin {

/// Whether the format keeps what the model is worth: kSoundBitsPerWeight or more, or the 4 bits in
/// which its maker trained it.
bool sound(const Verdict& verdict);

/// Weights that a token goes through: the active ones of a mixture of experts, and without tables
/// that are only looked up (per-layer embeddings of Gemma 3n and 4). 0 where the count is not
/// known.
double worked_parameters(const Verdict& verdict);

/// The best of them; null where there is none. No benchmark is published for all models by one
/// hand, so the order is a choice of ours: those that were made for the use, unless they are more
/// than a year behind the newest; of these the ones within two months of the newest; of these the
/// one that puts the most weights to work, then the newest, then the class's reference.
const Verdict* best_of(const std::vector<const Verdict*>& candidates, const std::string& use,
                       const std::string& reference);

/// Whether the model is more than two years behind the newest that serves the use: it is not
/// offered beside the best one.
class Staleness {
 public:
  Staleness(const std::vector<Verdict>& verdicts, const std::string& use);
  bool stale(const Verdict& verdict) const;

 private:
  int newest_ = 0;
};

}  // namespace weighin
