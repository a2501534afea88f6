// On the CPU, on a GPU, or on both: where does the model fit best?
//
// Among places that fit with headroom the one that is the fastest by what was measured. A rule
// stands in where it was not: a GPU with its own memory, a split that puts at least half of the
// layers on it, the CPU, a GPU that shares the memory, any split. Where nothing fits with headroom:
// the place that falls short by the least.
#include "advise/place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "advise/browser.hpp"
#include "advise/faster_place.hpp"

namespace weighin {
namespace {

/// "avx512_f" and "avx512f" are one word.
bool has(const Known<std::vector<std::string>>& list, const char* word) {
  return list && std::any_of(list->begin(), list->end(), [&](std::string each) {
           each.erase(std::remove(each.begin(), each.end(), '_'), each.end());
           return each == word;
         });
}

/// The need of a part of the estimate, widened as the whole is.
Range widened(const Estimate& estimate, Bytes part) {
  const double bytes = static_cast<double>(part);
  const double total = static_cast<double>(estimate.memory.total_bytes);
  const Range& range = estimate.total_bytes_range;
  if (total <= 0 || range.high < total) return {bytes, bytes, bytes};
  return {bytes * std::min(1.0, range.low / total), bytes, bytes * range.high / total};
}

Fit worse(Fit a, Fit b) {
  const auto rank = [](Fit fit) {
    return fit == Fit::fits ? 0 : fit == Fit::tight ? 1 : fit == Fit::unknown ? 2 : 3;
  };
  return rank(a) >= rank(b) ? a : b;
}

/// What the firmware has set aside; where nobody says, more than all memory can be nothing else.
Bytes carve_out_of(const DeviceProfile& profile, const Gpu& gpu) {
  const Known<Bytes>& total = profile.memory.total_bytes;
  if (!gpu.carve_out_bytes && gpu.vram_bytes && total && *gpu.vram_bytes > *total)
    return *gpu.vram_bytes;
  return gpu.carve_out_bytes.value_or(0);
}

/// What a GPU's part takes of main memory: all of it beside the carve-out where it shares that
/// memory, which is counted once, and not once for each of both.
Bytes in_main_memory(const DeviceProfile& profile, const Gpu& gpu, Bytes part) {
  if (!gpu.unified.value_or(gpu.type == "integrated")) return 0;
  return std::max<Bytes>(0, part - carve_out_of(profile, gpu));
}

/// A slice of a GPU (the nvml probe names it so). A process sees one of them alone, however many
/// there are: docs.nvidia.com/datacenter/tesla/mig-user-guide, "Device Enumeration".
bool is_slice(const Gpu& gpu) {
  return gpu.type == "virtual" && gpu.name.find(" MIG ") != std::string::npos;
}

class Chooser {
 public:
  Chooser(const DeviceProfile& profile, const ModelSpec& model, const AdviseOptions& options,
          const Plan& plan, const Measurements& measurements)
      : profile_(profile),
        model_(model),
        options_(options),
        plan_(plan),
        measurements_(measurements) {}

  Result<Placement> choose() {
    Result<Placement> cpu = on_cpu();
    if (!cpu) return cpu;
    if (options_.gpu_layers_given) return as_asked(std::move(*cpu));
    std::vector<Placement> ordered;
    std::vector<Placement> shared, splits;
    if (options_.gpu) {
      for (std::size_t i = 0; i < profile_.gpus.size(); ++i) {
        const Gpu& gpu = profile_.gpus[i];
        if (!counts(gpu)) continue;
        auto whole = on_gpu(static_cast<int>(i), -1);
        if (!whole) continue;
        if (gpu.unified.value_or(gpu.type == "integrated")) {
          shared.push_back(std::move(*whole));
          continue;
        }
        const bool fits = whole->fit() == Fit::fits;
        const Room room = whole->rooms.front();
        ordered.push_back(std::move(*whole));
        if (!fits) {
          if (auto split = largest_split(static_cast<int>(i), room))
            splits.push_back(std::move(*split));
        }
      }
    }
    if (auto together = on_all_gpus()) ordered.push_back(std::move(*together));
    for (Placement& split : splits) {
      if (split.estimate.plan.gpu_layers * 2 >= layers()) ordered.push_back(split);
    }
    ordered.push_back(std::move(*cpu));
    for (Placement& each : shared) ordered.push_back(std::move(each));
    for (Placement& split : splits) {
      if (split.estimate.plan.gpu_layers * 2 < layers()) ordered.push_back(std::move(split));
    }
    return best_of(ordered);
  }

 private:
  std::int64_t layers() const { return model_.shape ? model_.shape->layers + 1 : 1; }

  /// The fastest of those that fit equally well, the first of them by rule where nobody knows.
  Placement fastest_of(std::vector<Placement*> alike) const {
    if (alike.size() == 1) return std::move(*alike.front());
    std::vector<PlaceSpeed> speeds;
    for (const Placement* each : alike)
      speeds.push_back(place_speed(profile_, model_, options_, *each, measurements_));
    std::size_t best = 0;
    for (std::size_t i = 1; i < alike.size(); ++i) {
      if (compare_speeds(speeds[i], speeds[best]).value_or(0) > 0) best = i;
    }
    // Said is why not the one that the rule puts first; and of that one, why before the first of
    // the other kind.
    std::size_t other = 0;
    while (best == 0 && other < alike.size() && (alike[other]->gpu < 0) == (alike[best]->gpu < 0))
      ++other;
    if (other < alike.size())
      alike[best]->why = choice_words(*alike[best], speeds[best], *alike[other], speeds[other]);
    return std::move(*alike[best]);
  }

  Placement best_of(std::vector<Placement>& ordered) const {
    for (const Fit wanted : {Fit::fits, Fit::tight, Fit::unknown}) {
      std::vector<Placement*> alike;
      for (Placement& each : ordered) {
        if (each.fit() == wanted) alike.push_back(&each);
      }
      if (!alike.empty()) return fastest_of(std::move(alike));
    }
    std::size_t best = 0;
    for (std::size_t i = 1; i < ordered.size(); ++i) {
      if (ordered[i].short_room().headroom_bytes() > ordered[best].short_room().headroom_bytes())
        best = i;
    }
    return std::move(ordered[best]);
  }

  Result<Placement> on_cpu() const {
    Plan plan = plan_;
    plan.gpu_layers = 0;
    Result<Estimate> made = estimate(model_, plan);
    if (!made) return made.error();
    Placement placement;
    placement.place = "cpu";
    // What must stay in memory to run at speed; scratch that is reserved and never touched is none.
    const Bytes kept = made->residency.working_set_bytes;
    placement.rooms.push_back(
        memory_room(profile_, *made, kept > 0 ? kept : made->memory.total_bytes));
    placement.estimate = std::move(*made);
    return placement;
  }

  std::optional<Placement> on_gpu(int index, std::int64_t gpu_layers) const {
    Plan plan = plan_;
    plan.gpu_layers = gpu_layers;
    Result<Estimate> made = estimate(model_, plan);
    if (!made) return std::nullopt;
    const Gpu& gpu = profile_.gpus[static_cast<std::size_t>(index)];
    Placement placement;
    placement.gpu = index;
    const bool whole = gpu_layers < 0 || gpu_layers >= layers();
    placement.place = fmt::format("gpu{}{}", index, whole ? "" : "+cpu");
    placement.rooms.push_back(gpu_room(profile_, gpu, *made, made->gpu_bytes));
    placement.rooms.push_back(memory_room(
        profile_, *made, made->host_bytes + in_main_memory(profile_, gpu, made->gpu_bytes)));
    check_allocations(gpu, *made, placement);
    placement.estimate = std::move(*made);
    return placement;
  }

  /// All layers on all GPUs with memory of their own, dealt out by what is free on each, as the
  /// engine does; nothing where there are not two.
  std::optional<Placement> on_all_gpus() const {
    std::vector<std::size_t> used;
    Plan plan = plan_;
    plan.gpu_layers = -1;
    for (std::size_t i = 0; i < profile_.gpus.size(); ++i) {
      const Gpu& gpu = profile_.gpus[i];
      if (!counts(gpu) || is_slice(gpu)) continue;
      if (gpu.unified.value_or(gpu.type == "integrated")) continue;
      if (!gpu.vram_free_bytes || *gpu.vram_free_bytes <= 0) continue;
      used.push_back(i);
      plan.gpu_shares.push_back(static_cast<double>(*gpu.vram_free_bytes));
    }
    if (used.size() < 2) return std::nullopt;
    Result<Estimate> made = estimate(model_, plan);
    if (!made || made->gpu_split_bytes.size() != used.size()) return std::nullopt;
    Placement placement;
    placement.gpu = static_cast<int>(used.front());
    for (std::size_t i = 0; i < used.size(); ++i) {
      placement.place += fmt::format("{}gpu{}", i == 0 ? "" : "+", used[i]);
      placement.rooms.push_back(
          gpu_room(profile_, profile_.gpus[used[i]], *made, made->gpu_split_bytes[i]));
      check_allocations(profile_.gpus[used[i]], *made, placement);
    }
    placement.rooms.push_back(memory_room(profile_, *made, made->host_bytes));
    placement.estimate = std::move(*made);
    return placement;
  }

  static void check_allocations(const Gpu& gpu, const Estimate& made, Placement& placement) {
    const Bytes limit = buffer_limit(gpu);
    if (limit <= 0 || made.largest_tensor_bytes <= limit) return;
    placement.allocation_too_small = true;
    placement.allocation_limit_bytes = limit;
  }

  /// The most layers on a GPU that fit there with headroom; nothing where not even one does. Each
  /// try is an estimate: what a layer takes there is nearly the same for all, so the answer is
  /// guessed from what the whole model takes, and then from the last try, before it is searched for
  /// by halves.
  std::optional<Placement> largest_split(int index, const Room& whole) const {
    constexpr int kMostGuesses = 4;
    const double limit = whole.share * static_cast<double>(whole.available_bytes.value_or(0)) + 1.0;
    std::optional<Placement> best;
    std::int64_t low = 0, high = layers();  // the first holds, the second does not
    double per_layer = whole.need_bytes.high / static_cast<double>(layers()), known_need = 0.0;
    std::int64_t known = 0;
    for (int tries = 0; high - low > 1; ++tries) {
      std::int64_t next = low + (high - low) / 2;
      if (tries < kMostGuesses && per_layer > 0.0) {
        const double guess = static_cast<double>(known) + (limit - known_need) / per_layer;
        next = static_cast<std::int64_t>(
            std::clamp(guess, static_cast<double>(low + 1), static_cast<double>(high - 1)));
      }
      auto tried = on_gpu(index, next);
      if (tried) {
        const double need = tried->rooms.front().need_bytes.high;
        per_layer = (whole.need_bytes.high - need) / static_cast<double>(layers() - next);
        known = next;
        known_need = need;
      }
      if (tried && !tried->allocation_too_small && tried->rooms.front().fit() == Fit::fits) {
        best = std::move(tried);
        low = next;
      } else {
        high = next;
      }
    }
    return best;
  }

  Result<Placement> as_asked(Placement cpu) const {
    if (plan_.gpu_layers == 0 || !options_.gpu) return cpu;
    std::vector<Placement> ordered;
    for (std::size_t i = 0; i < profile_.gpus.size(); ++i) {
      if (!counts(profile_.gpus[i])) continue;
      if (auto placement = on_gpu(static_cast<int>(i), plan_.gpu_layers))
        ordered.push_back(std::move(*placement));
    }
    if (ordered.empty()) return cpu;
    return best_of(ordered);
  }

  const DeviceProfile& profile_;
  const ModelSpec& model_;
  const AdviseOptions& options_;
  const Plan& plan_;
  const Measurements& measurements_;
};

}  // namespace

SpeedQuestion question_of(const Placement& placement) {
  SpeedQuestion question;
  question.place = placement.place;
  const Estimate& made = placement.estimate;
  question.activation_bytes = made.activation_bytes;
  question.logits_bytes = made.memory.output_bytes;
  std::vector<std::string> gpus;  // in the order of the plan's shares
  for (std::size_t from = 0; from < placement.place.size();) {
    const std::size_t to = std::min(placement.place.find('+', from), placement.place.size());
    std::string place = placement.place.substr(from, to - from);
    if (place.starts_with("gpu")) gpus.push_back(std::move(place));
    from = to + 1;
  }
  for (const WorkShare& share : made.work_shares) {
    const auto at = static_cast<std::size_t>(std::max(share.gpu, 0));
    if (share.gpu >= 0 && at >= gpus.size()) return question;  // no such GPU: as one place
    question.parts.push_back({share.gpu < 0 ? "cpu" : gpus[at], share});
  }
  return question;
}

Room memory_room(const DeviceProfile& profile, const Estimate& estimate, Bytes part) {
  Room room;
  room.need_bytes = widened(estimate, part);
  room.available_bytes = profile.memory.usable_bytes;
  room.capacity_bytes =
      profile.memory.capacity_bytes ? profile.memory.capacity_bytes : profile.memory.total_bytes;
  return room;
}

Room gpu_room(const DeviceProfile& profile, const Gpu& gpu, const Estimate& estimate, Bytes part) {
  Room room;
  room.gpu = true;
  room.need_bytes = widened(estimate, part);
  room.available_bytes = gpu.vram_free_bytes;
  room.capacity_bytes = gpu.vram_bytes;
  const bool shared = gpu.unified.value_or(gpu.type == "integrated");
  if (shared) {
    room.share = kUnifiedHeadroomShare;
    // It points at the same memory: what the system has left bounds it, beside what the firmware
    // has set aside for it and the system does not count.
    const Known<Bytes>& usable = profile.memory.usable_bytes;
    const Bytes carve_out = carve_out_of(profile, gpu);
    const bool all_its_own = gpu.vram_bytes && carve_out >= *gpu.vram_bytes;
    if (!all_its_own && usable &&
        (!room.available_bytes || *usable + carve_out < *room.available_bytes)) {
      room.available_bytes = usable;
      if (carve_out > 0) {
        room.available_bytes = Known<Bytes>::of(*usable + carve_out, usable.source,
                                                KnownBy::computed, usable.confidence);
      }
    }
  }
  return room;
}

Fit Room::fit() const {
  if (!available_bytes) {
    // More than there could ever be is too big, whatever is free.
    return capacity_bytes && need_bytes.high > static_cast<double>(*capacity_bytes) ? Fit::too_big
                                                                                    : Fit::unknown;
  }
  const double available = static_cast<double>(std::max<Bytes>(0, *available_bytes));
  if (need_bytes.high <= share * available) return Fit::fits;
  return need_bytes.high <= available ? Fit::tight : Fit::too_big;
}

double Room::headroom_bytes() const {
  const Known<Bytes>& have = available_bytes ? available_bytes : capacity_bytes;
  return static_cast<double>(have.value_or(0)) - need_bytes.high;
}

Fit Placement::fit() const {
  if (allocation_too_small) return Fit::too_big;
  Fit fit = Fit::fits;
  for (const Room& room : rooms) fit = worse(fit, room.fit());
  return fit;
}

const Room& Placement::short_room() const {
  const Room* shortest = &rooms.front();
  for (const Room& room : rooms) {
    const Fit fit = room.fit();
    const bool same = fit == shortest->fit();
    // Where all fit, the first room (the GPU's) is the one to speak of.
    if (same ? fit != Fit::fits && room.headroom_bytes() < shortest->headroom_bytes()
             : worse(fit, shortest->fit()) == fit) {
      shortest = &room;
    }
  }
  return *shortest;
}

bool counts(const Gpu& gpu) {
  return !gpu.software && gpu.type != "cpu" && (gpu.vram_bytes || gpu.vram_free_bytes);
}

Bytes buffer_limit(const Gpu& gpu) {
  Bytes least = 0;
  for (const Known<Bytes>* limit :
       {&gpu.limits.max_memory_allocation_bytes, &gpu.limits.max_storage_buffer_bytes}) {
    if (*limit && **limit > 0 && (least == 0 || **limit < least)) least = **limit;
  }
  return least;
}

std::string repack_of(const Cpu& cpu) {
  const std::string architecture = cpu.architecture.value_or("");
  if (architecture == "aarch64") return has(cpu.simd, "neon") || !cpu.simd ? "neon" : "none";
  // llama.cpp's variant for Sapphire Rapids and after wants all of these.
  if (has(cpu.simd, "avx512f") && has(cpu.simd, "avx512vnni") && has(cpu.simd, "amxint8"))
    return "amx";
  if (has(cpu.simd, "avx512f")) return "avx512";
  if (has(cpu.simd, "avx2")) return "avx2";
  if (cpu.simd) return "base";
  return Plan{}.repack;
}

Result<Placement> choose_place(const DeviceProfile& profile, const ModelSpec& model,
                               const AdviseOptions& options, const Plan& plan,
                               const Measurements& measurements) {
  if (runs_in_browser(plan.runtime)) return place_in_browser(profile, model, options, plan);
  return Chooser(profile, model, options, plan, measurements).choose();
}

}  // namespace weighin
