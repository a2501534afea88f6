// Which shares of our kernels' rates did the engine reach, format by format?
#include "advise/engine_profiles.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace weighin {

extern const EngineProfile epyc_avx2_profile, epyc_avx512_profile, zen4_avx2_profile,
    zen4_avx512_profile, xeon_avx2_profile, xeon_amx_profile;

namespace {

constexpr std::array kProfiles{&epyc_avx2_profile, &epyc_avx512_profile, &zen4_avx2_profile,
                               &zen4_avx512_profile, &xeon_avx2_profile, &xeon_amx_profile};

// Other kernels of the engine, or of ours: both differ from set to set.
constexpr double kOtherKernelsError = 0.2;
// The same kernels on other cores.
constexpr double kOtherMakerError = 0.3, kOtherCoresError = 0.15;

// What fits the EPYC guest in both of its states, with 54 and with 84 GB/s of memory.
constexpr double kSharpness = 3.0;

// Experts of a format without a row: the dense row, and what experts of other formats are to
// theirs.
constexpr double kExpertsError = 0.2;

// Rows say nothing of another architecture's kernels, nor of the plain ones.
bool kin_isas(std::string_view a, std::string_view b) {
  return a.substr(0, 3) == b.substr(0, 3) && !a.empty();
}

/// How far a profile is from a machine: first by the kernels, then by the cores.
struct Distance {
  int kernels = 0;  ///< 0 = the same ones, 1 = either ours or the engine's, 2 = neither
  int cores = 0;    ///< 0 = the same kind, 1 = another of the same maker, 2 = another maker's
  double error() const {
    return (kernels > 0 ? kOtherKernelsError : 0.0) + (cores == 2   ? kOtherMakerError
                                                       : cores == 1 ? kOtherCoresError
                                                                    : 0.0);
  }
  auto operator<=>(const Distance&) const = default;
};

/// BF16 pairs beside AVX-512 VNNI: but for BF16, whose rows are relative to our F16, the kernels
/// are the same code.
std::string_view kernels_of(std::string_view isa) {
  return isa == "avx512_bf16" ? std::string_view("avx512_vnni") : isa;
}

Distance distance(const EngineHost& asked, const EngineHost& row) {
  const bool ours = kernels_of(asked.isa) == kernels_of(row.isa);
  const bool theirs = asked.repack.empty() || asked.repack == row.repack;
  Distance made{(ours ? 0 : 1) + (theirs ? 0 : 1), 2};
  // Where a processor hides its number, its tiles still tell "Sapphire Rapids or later".
  if (!row.microarchitecture.empty() && asked.microarchitecture.starts_with(row.microarchitecture))
    made.cores = 0;
  else if (!row.vendor.empty() && asked.vendor == row.vendor)
    made.cores = 1;
  return made;
}

const EngineRow* find_row(const EngineProfile& profile, std::string_view format, EnginePart part) {
  const auto found =
      std::find_if(profile.rows.begin(), profile.rows.end(),
                   [&](const EngineRow& row) { return row.format == format && row.part == part; });
  return found == profile.rows.end() ? nullptr : &*found;
}

const EngineProfile* nearest_profile(const EngineHost& host) {
  const EngineProfile* nearest = nullptr;
  for (const EngineProfile* profile : engine_profiles()) {
    if (profile->host.engine != host.engine) continue;
    if (nearest == nullptr || distance(host, profile->host) < distance(host, nearest->host))
      nearest = profile;
  }
  return nearest;
}

/// The nearest profiles' row; the geometric mean where several are equally near.
std::optional<EngineShare> row_of(const EngineHost& host, std::string_view format,
                                  EnginePart part) {
  std::optional<Distance> nearest;
  double sum = 0, error = 0, read_sum = 0;
  int count = 0, read_count = 0;
  double sharpness = 0.0;
  for (const EngineProfile* profile : engine_profiles()) {
    if (profile->host.engine != host.engine || !kin_isas(profile->host.isa, host.isa)) continue;
    const EngineRow* row = find_row(*profile, format, part);
    if (row == nullptr) continue;
    const Distance at = distance(host, profile->host);
    if (nearest && at > *nearest) continue;
    if (!nearest || at < *nearest) sum = error = read_sum = count = read_count = 0;
    nearest = at;
    sharpness = at == Distance{} ? profile->sharpness : kSharpness;
    sum += std::log(row->share);
    error = std::max(error, row->error);
    ++count;
    if (row->of_read <= 0) continue;
    read_sum += std::log(row->of_read);
    ++read_count;
  }
  if (!nearest) return std::nullopt;
  return EngineShare{std::exp(sum / count), error + nearest->error(), *nearest == Distance{},
                     read_count > 0 ? std::exp(read_sum / read_count) : 0.0, sharpness};
}

std::optional<EngineShare> experts_by_dense(const EngineHost& host, std::string_view format,
                                            EnginePart experts, EnginePart dense) {
  const auto own = row_of(host, format, dense);
  double sum = 0;
  int count = 0;
  for (const EngineProfile* profile : engine_profiles()) {
    if (profile->host.engine != host.engine) continue;
    for (const EngineRow& row : profile->rows) {
      if (row.part != experts) continue;
      const EngineRow* beside = find_row(*profile, row.format, dense);
      if (beside == nullptr) continue;
      sum += std::log(row.share / beside->share);
      ++count;
    }
  }
  if (!own || count == 0) return own;
  return EngineShare{own->share * std::exp(sum / count), own->error + kExpertsError, false,
                     own->of_read, own->sharpness};
}

}  // namespace

std::span<const EngineProfile* const> engine_profiles() { return kProfiles; }

std::optional<EngineShare> engine_share(const EngineHost& host, std::string_view format,
                                        EnginePart part) {
  if (const auto row = row_of(host, format, part)) return row;
  if (part == EnginePart::decode_experts)
    return experts_by_dense(host, format, part, EnginePart::decode);
  if (part == EnginePart::prefill_experts)
    return experts_by_dense(host, format, part, EnginePart::prefill);
  return std::nullopt;
}

EngineCost engine_cost(const EngineHost& host) {
  const EngineProfile* nearest = nearest_profile(host);
  if (nearest == nullptr) return {};
  EngineCost cost = nearest->cost;
  if (distance(host, nearest->host) != Distance{}) cost.error *= 2;
  return cost;
}

double engine_block_ratio(const EngineHost& host) {
  const EngineProfile* nearest = nearest_profile(host);
  return nearest == nullptr ? 0.0 : nearest->block_ratio;
}

}  // namespace weighin
