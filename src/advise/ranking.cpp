// Which of the models that run well is the best choice?
#include "advise/ranking.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <tuple>

#include "advise/uses.hpp"

namespace weighin {
namespace {

// Months.
constexpr int kSameSeason = 2, kBehind = 12, kStale = 24;

// Months since year 0 of "2025-09-11" or "2025-09"; 0 where it is not told.
int month_of(const std::string& release) {
  if (release.size() < 7) return 0;
  return std::atoi(release.substr(0, 4).c_str()) * 12 + std::atoi(release.substr(5, 2).c_str());
}

int newest_month(const std::vector<const Verdict*>& verdicts) {
  int newest = 0;
  for (const Verdict* each : verdicts) newest = std::max(newest, month_of(each->release));
  return newest;
}

// Experts that their maker trained in 4 bits (MXFP4: gpt-oss) lose nothing by it.
bool made_in_four_bits(const Verdict& verdict) {
  return std::any_of(verdict.parts.begin(), verdict.parts.end(), [](const Part& part) {
    return part.what.rfind("weights", 0) == 0 && part.how.find("MXFP4") != std::string::npos;
  });
}

template <class Keep>
std::vector<const Verdict*> those(const std::vector<const Verdict*>& verdicts, const Keep& keep) {
  std::vector<const Verdict*> kept;
  std::copy_if(verdicts.begin(), verdicts.end(), std::back_inserter(kept), keep);
  return kept;
}

}  // namespace

bool sound(const Verdict& verdict) {
  return verdict.bits_per_weight >= kSoundBitsPerWeight || made_in_four_bits(verdict);
}

double worked_parameters(const Verdict& verdict) {
  const double all = static_cast<double>(verdict.parameters.value_or(0));
  if (verdict.active_parameters && *verdict.active_parameters > 0)
    return static_cast<double>(*verdict.active_parameters);
  Bytes looked_up = 0;
  for (const Part& part : verdict.parts) {
    if (part.what.find("per-layer embedding") != std::string::npos) looked_up += part.bytes;
  }
  const Bytes weights = verdict.memory.weights_bytes;
  if (weights <= 0 || looked_up <= 0 || looked_up >= weights) return all;
  return all * (1.0 - static_cast<double>(looked_up) / static_cast<double>(weights));
}

const Verdict* best_of(const std::vector<const Verdict*>& candidates, const std::string& use,
                       const std::string& reference) {
  const int newest = newest_month(candidates);
  std::vector<const Verdict*> left = those(candidates, [&](const Verdict* each) {
    return made_for(*each, use) && newest - month_of(each->release) <= kBehind;
  });
  if (left.empty()) left = candidates;
  const int newest_left = newest_month(left);
  left = those(left, [&](const Verdict* each) {
    return newest_left - month_of(each->release) <= kSameSeason;
  });
  const auto rank = [&](const Verdict* each) {
    return std::tuple(worked_parameters(*each), each->release, each->model == reference);
  };
  const auto best =
      std::max_element(left.begin(), left.end(),
                       [&](const Verdict* a, const Verdict* b) { return rank(a) < rank(b); });
  return best == left.end() ? nullptr : *best;
}

Staleness::Staleness(const std::vector<Verdict>& verdicts, const std::string& use) {
  for (const Verdict& each : verdicts) {
    if (serves(each, use)) newest_ = std::max(newest_, month_of(each.release));
  }
}

bool Staleness::stale(const Verdict& verdict) const {
  const int month = month_of(verdict.release);
  return month > 0 && newest_ - month > kStale;
}

}  // namespace weighin
