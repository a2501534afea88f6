// Which context, and which format, still fits a given memory?
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "estimate/footprints.hpp"
#include "estimate/runtimes/runtime.hpp"
#include "weighin/model_file.hpp"

namespace weighin {
namespace {

constexpr std::int64_t kBlock = 256;                          // contexts come in blocks of so many
constexpr std::int64_t kMostContext = std::int64_t{1} << 30;  // as check_plan()

// What one format takes at one context, at the bad end of its range.
class Need {
 public:
  Need(const ModelSpec& model, const Plan& plan) : model_(model), plan_(plan) {
    if (plan.runtime == "llama.cpp" && plan.gpu_layers == 0 && !is_own_format(model, plan))
      footprints_ = Footprints::of(model, plan);
    if (footprints_) formats_ = formats_of(plan.runtime);
  }

  std::optional<Bytes> bytes(const std::string& format, std::int64_t context) {
    if (footprints_) {
      const auto at = std::find(formats_.begin(), formats_.end(), format);
      if (at == formats_.end()) return std::nullopt;
      const auto total =
          footprints_->total_bytes(static_cast<std::size_t>(at - formats_.begin()), context);
      return total ? widened(*total) : std::nullopt;
    }
    Plan plan = plan_;
    plan.format = format;
    plan.context = context;
    const auto made = estimate(model_, plan);
    if (!made) return std::nullopt;
    // All layers on GPUs: theirs is the memory that was asked about.
    return widened(plan.gpu_layers < 0 ? made->gpu_bytes : made->memory.total_bytes);
  }
  void widen_by(double factor) { factor_ = factor; }

 private:
  std::optional<Bytes> widened(Bytes bytes) const {
    const double wide = factor_ * static_cast<double>(bytes);
    if (wide > 9e18) return std::nullopt;
    return static_cast<Bytes>(wide);
  }
  const ModelSpec& model_;
  const Plan& plan_;
  std::optional<Footprints> footprints_;
  std::vector<std::string> formats_;
  double factor_ = 1.0;
};

std::int64_t longest(Need& need, const std::string& format, std::int64_t most, Bytes memory_bytes) {
  const auto fits = [&](std::int64_t context) {
    const auto bytes = need.bytes(format, context);
    return bytes && *bytes <= memory_bytes;
  };
  if (fits(most)) return most;
  // Between multiples of the block nothing changes; below the first one little is left to win.
  std::int64_t low = 0, high = (most + kBlock - 1) / kBlock;
  while (low + 1 < high) {
    const std::int64_t middle = low + (high - low) / 2;
    (fits(middle * kBlock) ? low : high) = middle;
  }
  return low * kBlock;
}

// A format that nobody would choose for this model: wider than its source, or made for others.
bool is_odd(const std::string& format, const ModelSpec& model) {
  if (format == "F32" || format.substr(0, 2) == "TQ") return true;
  return format == "MXFP4_MOE" && (!model.shape || !model.shape->experts);
}

struct Start {
  Estimate base;
  std::int64_t most = 0;
};

Result<Start> start_of(const ModelSpec& model, const Plan& plan, Bytes memory_bytes) {
  if (memory_bytes <= 0)
    return Error{ErrorKind::usage, "no memory to fit into", "", "give a size such as 8GiB"};
  auto base = estimate(model, plan);
  if (!base) return base.error();
  Start start{std::move(*base), kMostContext};
  if (model.context_max && *model.context_max > 0)
    start.most = std::min(start.most, *model.context_max);
  return start;
}

double widening_of(const Estimate& base) {
  const double total = static_cast<double>(base.memory.total_bytes);
  return total > 0 ? std::max(1.0, base.total_bytes_range.high / total) : 1.0;
}

}  // namespace

Result<LongestContext> max_context(const ModelSpec& model, const Plan& plan, Bytes memory_bytes) {
  const auto start = start_of(model, plan, memory_bytes);
  if (!start) return start.error();
  Plan settled = start->base.plan;
  Need need(model, settled);
  need.widen_by(widening_of(start->base));
  LongestContext result;
  result.context = longest(need, settled.format, start->most, memory_bytes);
  result.model_most = start->most;
  settled.context = result.context > 0 ? result.context : std::min(kBlock, start->most);
  auto made = estimate(model, settled);
  if (!made) return made.error();
  result.estimate = std::move(*made);
  return result;
}

Result<BestFit> fit_in(const ModelSpec& model, const Plan& plan, Bytes memory_bytes) {
  const auto start = start_of(model, plan, memory_bytes);
  if (!start) return start.error();
  Plan settled = start->base.plan;
  Need need(model, settled);
  need.widen_by(widening_of(start->base));
  BestFit result;
  std::vector<std::string> formats = formats_of(settled.runtime);
  if (is_own_format(model, settled)) formats = {settled.format};
  for (const std::string& format : formats) {
    if (formats.size() > 1 && is_odd(format, model)) continue;
    const auto bytes = need.bytes(format, settled.context);
    if (!bytes) continue;
    FormatFit fit;
    fit.format = format;
    fit.need_bytes = *bytes;
    fit.longest_context = longest(need, format, start->most, memory_bytes);
    fit.fits = *bytes <= memory_bytes;
    if (fit.fits && result.format.empty()) {
      result.format = format;
      result.context = fit.longest_context;
    }
    result.formats.push_back(std::move(fit));
  }
  if (!result.format.empty()) {
    settled.format = result.format;
    settled.context = result.context;
  } else if (!result.formats.empty()) {
    const auto smallest = std::min_element(
        result.formats.begin(), result.formats.end(),
        [](const FormatFit& a, const FormatFit& b) { return a.need_bytes < b.need_bytes; });
    settled.format = smallest->format;
  }
  auto made = estimate(model, settled);
  if (!made) return made.error();
  result.estimate = std::move(*made);
  return result;
}

}  // namespace weighin
