// What is the smallest change that would give another decision?
//
// For a no: first what costs nothing (a smaller format, a shorter context, closing programs), then
// the disk, then memory, then a GPU, in the sizes that are sold. For a yes: the memory below which
// it would be none. Each is decided anew, so that nothing is promised that does not hold.
#include <fmt/format.h>

#include <array>

#include "advise/policy.hpp"

namespace weighin {
namespace {

// Sizes in which memory and cards are sold.
constexpr std::array<int, 15> kSoldGiB{1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512};

// The most expensive part of a decision is the estimate of each choice; a policy of a hundred
// choices is not searched through.
constexpr std::size_t kMostChoices = 24;

class Search {
 public:
  Search(const Policy& policy, const PolicyModels& models, const DeviceProfile& profile,
         const Measurements& measurements, const DecideOptions& options, const PolicyAnswer& answer)
      : policy_(policy),
        models_(models),
        profile_(profile),
        measurements_(measurements),
        options_(options),
        answer_(answer),
        yes_(exit_code(answer.decision) == 0 && answer.decision != Decision::fallback) {}

  std::optional<Flip> search() {
    if (policy_.choices.size() > kMostChoices) return std::nullopt;
    if (yes_) return less();
    if (auto found = plan()) return found;
    if (auto found = freed()) return found;
    if (auto found = disk()) return found;
    if (auto found = sold("ram", profile_.memory.total_bytes.value_or(0), "{} of memory"))
      return found;
    return sold("vram", 0, "a graphics card with {} of memory");
  }

 private:
  Decision decided(const DeviceProfile& device) const {
    return decide_once(policy_, models_, device, measurements_, options_).decision;
  }
  static bool yes(Decision decision) {
    return decision == Decision::allow || decision == Decision::allow_degraded;
  }

  std::optional<Flip> plan() const {
    if (!answer_.shown() || policy_.choices.size() != 1) return std::nullopt;
    for (const char* format : {"Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M", "Q3_K_M", "Q2_K"}) {
      const Verdict& verdict = answer_.choices.front().verdict;
      if (verdict.format.empty() || verdict.format == format) continue;
      Policy changed = policy_;
      changed.choices.front().format = format;
      const PolicyAnswer tried = decide_once(changed, models_, profile_, measurements_, options_);
      const ChoiceResult& result = tried.choices.front();
      // Only what makes it smaller.
      if (!yes(tried.decision) || result.verdict.bits_per_weight >= verdict.bits_per_weight)
        continue;
      return Flip{fmt::format("format={}", format), tried.decision,
                  fmt::format("with the format {} it would be a yes", format)};
    }
    for (const std::int64_t context : {2048, 1024}) {
      Policy changed = policy_;
      if (answer_.choices.front().verdict.context <= context) continue;
      changed.choices.front().context = context;
      const PolicyAnswer tried = decide_once(changed, models_, profile_, measurements_, options_);
      if (!yes(tried.decision)) continue;
      return Flip{fmt::format("context={}", context), tried.decision,
                  fmt::format("with a context of {} tokens it would be a yes", context)};
    }
    return std::nullopt;
  }

  std::optional<Flip> freed() const {
    if (!profile_.memory.capacity_bytes || !profile_.memory.usable_bytes) return std::nullopt;
    const Bytes capacity = *profile_.memory.capacity_bytes;
    for (Bytes free = *profile_.memory.usable_bytes + kGiB; free < capacity + kGiB; free += kGiB) {
      DeviceProfile device = profile_;
      device.memory.usable_bytes =
          Known<Bytes>::of(std::min(free, capacity), "what if", KnownBy::assumed);
      const Decision decision = decided(device);
      if (yes(decision)) {
        return Flip{fmt::format("free_memory={}", text_binary(std::min(free, capacity))), decision,
                    fmt::format("with {} of memory free it would be a yes: close other programs",
                                text_binary(std::min(free, capacity)))};
      }
      if (free > 64 * kGiB) break;
    }
    return std::nullopt;
  }

  std::optional<Flip> disk() const {
    if (profile_.storage.empty()) return std::nullopt;
    for (const int gb : {1, 2, 5, 10, 20, 50, 100, 200, 500}) {
      if (profile_.storage.front().free_bytes.value_or(0) >= gb * kGB) continue;
      if (auto found =
              supposed(fmt::format("disk={}GB", gb), fmt::format("{} GB of free disk space", gb)))
        return found;
    }
    return std::nullopt;
  }

  std::optional<Flip> sold(const char* what, Bytes above, const char* words) const {
    for (const int gib : kSoldGiB) {
      if (gib * kGiB <= above) continue;
      if (auto found = supposed(fmt::format("{}={}GiB", what, gib),
                                fmt::format(fmt::runtime(words), fmt::format("{} GiB", gib))))
        return found;
    }
    return std::nullopt;
  }

  std::optional<Flip> supposed(const std::string& change, const std::string& words) const {
    const Result<DeviceProfile> device = what_if(profile_, change);
    if (!device) return std::nullopt;
    const Decision decision = decided(*device);
    if (!yes(decision)) return std::nullopt;
    return Flip{change, decision, fmt::format("with {} it would be a yes", words)};
  }

  // For a yes: the largest size of memory that is sold with which it would be none.
  std::optional<Flip> less() const {
    std::optional<Flip> found;
    for (const int gib : kSoldGiB) {
      if (gib * kGiB >= profile_.memory.total_bytes.value_or(0)) break;
      const Result<DeviceProfile> device = what_if(profile_, fmt::format("ram={}GiB", gib));
      if (!device) break;
      const Decision decision = decided(*device);
      if (yes(decision)) break;
      found = Flip{fmt::format("ram={}GiB", gib), decision,
                   fmt::format("with {} GiB of memory it would not be a yes", gib)};
    }
    return found;
  }

  const Policy& policy_;
  const PolicyModels& models_;
  const DeviceProfile& profile_;
  const Measurements& measurements_;
  const DecideOptions& options_;
  const PolicyAnswer& answer_;
  bool yes_;
};

}  // namespace

std::optional<Flip> nearest_change(const Policy& policy, const PolicyModels& models,
                                   const DeviceProfile& profile, const Measurements& measurements,
                                   const DecideOptions& options, const PolicyAnswer& answer) {
  return Search(policy, models, profile, measurements, options, answer).search();
}

}  // namespace weighin
