// Which cores of this processor are fast, which are small?
#include "probes/cpu/core_kinds.hpp"

#include <algorithm>
#include <map>

namespace weighin {
namespace {

// Favoured cores of one kind clock up to 15 % above the others (Intel Turbo Boost Max 3.0, AMD
// preferred cores: 5.7 against 5.1 GHz at most); kinds differ by a third and more (Core i9-13900K:
// 5.8 and 4.3 GHz; Ryzen AI 9 HX 370: 5.1 and 3.3 GHz).
constexpr double kOtherKindBelow = 0.8;
// Arm's middle cores have 70 to 90 % of the capacity of the largest, its small ones 15 to 45 %.
constexpr double kSmallBelow = 0.6;

struct Group {
  CoreKind kind;
  std::optional<bool> small;
  double rank = -1;
};

// Without a type: a step down from one core to the next slower starts a new kind.
std::vector<std::string> types_by(const std::vector<CoreSignal>& cores,
                                  const std::vector<std::optional<double>>& speeds) {
  std::vector<double> sorted;
  for (const auto& speed : speeds) {
    if (!speed || *speed <= 0) return std::vector<std::string>(cores.size());
    sorted.push_back(*speed);
  }
  std::sort(sorted.rbegin(), sorted.rend());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::map<double, std::string> names;
  int number = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i > 0 && sorted[i] < sorted[i - 1] * kOtherKindBelow) ++number;
    names[sorted[i]] = "#" + std::to_string(number);
  }
  std::vector<std::string> types;
  for (const auto& speed : speeds) types.push_back(names[*speed]);
  return types;
}

std::vector<std::string> types_of(const std::vector<CoreSignal>& cores) {
  std::vector<std::string> types;
  std::vector<std::optional<double>> ranks, clocks;
  bool typed = true, ranked = true;
  for (const CoreSignal& core : cores) {
    types.push_back(core.type);
    typed = typed && !core.type.empty();
    ranked = ranked && core.rank.has_value();
    ranks.push_back(core.rank ? std::optional(static_cast<double>(*core.rank)) : std::nullopt);
    clocks.push_back(core.max_hertz);
  }
  if (typed) return types;
  return types_by(cores, ranked ? ranks : clocks);
}

}  // namespace

std::vector<CoreKind> core_kinds(const std::vector<CoreSignal>& cores, const std::string& source) {
  if (cores.empty()) return {};
  const std::vector<std::string> types = types_of(cores);
  std::map<std::string, Group> groups;
  for (std::size_t i = 0; i < cores.size(); ++i) {
    Group& group = groups[types[i]];
    ++group.kind.cores;
    group.kind.threads += cores[i].threads;
    if (cores[i].small) group.small = cores[i].small;
    group.rank = std::max(group.rank, static_cast<double>(cores[i].rank.value_or(-1)));
    if (cores[i].max_hertz &&
        (!group.kind.max_hertz || *cores[i].max_hertz > *group.kind.max_hertz)) {
      group.kind.max_hertz = Known<double>::of(*cores[i].max_hertz, source);
    }
  }
  std::vector<Group> list;
  for (auto& [type, group] : groups) list.push_back(std::move(group));
  std::stable_sort(list.begin(), list.end(), [](const Group& a, const Group& b) {
    if (a.small.value_or(false) != b.small.value_or(false)) return b.small.value_or(false);
    if (a.rank != b.rank) return a.rank > b.rank;
    return a.kind.max_hertz.value_or(0) > b.kind.max_hertz.value_or(0);
  });
  const Group fastest = list.front();
  std::vector<CoreKind> kinds;
  for (Group& group : list) {
    bool small = group.small.value_or(false);
    if (!group.small && group.rank >= 0 && fastest.rank > 0) {
      small = group.rank < fastest.rank * kSmallBelow;
    } else if (!group.small) {
      small = &group != &list.front();
    }
    if (&group == &list.front()) small = false;
    group.kind.kind = list.size() == 1 ? "uniform" : small ? "efficiency" : "performance";
    if (!group.kind.max_hertz) {
      group.kind.max_hertz =
          Known<double>::unknown(Status::unsupported, "the kernel tells no frequency", source);
    }
    kinds.push_back(std::move(group.kind));
  }
  return kinds;
}

}  // namespace weighin
