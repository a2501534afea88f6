// Does this model fit on this device, and if not, what is short and by how much?
#include "advise/judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "advise/browser.hpp"
#include "advise/faster_place.hpp"
#include "advise/page_speed.hpp"
#include "advise/place.hpp"
#include "advise/reasons.hpp"
#include "advise/speed.hpp"

namespace weighin {
namespace {

/// The limit on this process that leaves the least room, or null.
const MemoryLimit* tightest(const Limits& limits) {
  const MemoryLimit* tightest = nullptr;
  for (const MemoryLimit& limit : limits.memory) {
    const auto room = [](const MemoryLimit& each) {
      return each.room_bytes.value_or(each.limit_bytes);
    };
    if (tightest == nullptr || room(limit) < room(*tightest)) tightest = &limit;
  }
  return tightest;
}

/// True where a limit on this process, and not the machine, keeps `need` bytes out.
bool limited(const DeviceProfile& profile, double need) {
  const Memory& memory = profile.memory;
  const std::string by = memory.bound_by.value_or("");
  if (by == "cgroup" || by == "rlimit" || by == "overcommit") return true;
  return memory.capacity_bytes && memory.total_bytes &&
         *memory.capacity_bytes < *memory.total_bytes &&
         need > static_cast<double>(*memory.capacity_bytes);
}

std::string limit_words(const DeviceProfile& profile) {
  const MemoryLimit* limit = tightest(profile.limits);
  if (limit == nullptr)
    return fmt::format("the {} limit", profile.memory.bound_by.value_or("memory"));
  return fmt::format("the {} limit of {} ({})", limit->kind, text_binary(limit->limit_bytes),
                     limit->where);
}

class Judge {
 public:
  Judge(const DeviceProfile& profile, const ModelSpec& model, const AdviseOptions& options,
        const Measurements& measurements)
      : profile_(profile), model_(model), options_(options), measurements_(measurements) {}

  Verdict judge() {
    describe();
    if (model_.hosted_only) {
      verdict_.fit = Fit::not_downloadable;
      verdict_.download_bytes = Known<Bytes>::unknown(Status::unsupported, "no published weights");
      verdict_.reasons.push_back(feature_reason(
          "noPublishedWeights", kPermanent,
          fmt::format(
              "{} is only offered as a hosted service; choose a model with published weights",
              model_.name)));
      return std::move(verdict_);
    }
    Plan plan = options_.plan;
    plan.repack = repack_of(profile_.cpu);
    if (model_.file) {  // as it is, unless something else was asked
      if (!options_.format_given) plan.format.clear();
      if (!options_.runtime_given) plan.runtime.clear();
    }
    if (!settle_context(plan)) return std::move(verdict_);
    verdict_.plan = plan;
    verdict_.context = plan.context;
    const Result<Placement> placement =
        choose_place(profile_, model_, options_, plan, measurements_);
    if (!placement) {
      unsupported("systemNotSupported", placement.error());
      return std::move(verdict_);
    }
    weigh(*placement);
    time_it(*placement);
    return std::move(verdict_);
  }

 private:
  void describe() {
    verdict_.model = model_.id;
    verdict_.name = model_.name;
    verdict_.size_class = model_.size_class;
    verdict_.runtime = options_.plan.runtime;
    verdict_.format = options_.plan.format;
    verdict_.context = options_.plan.context;
    verdict_.plan = options_.plan;
    verdict_.place = "none";
    verdict_.known_by = model_.known_by;
    verdict_.parameters = model_.parameters;
    verdict_.active_parameters = model_.active_parameters;
    verdict_.family = model_.family;
    verdict_.modality = model_.modality;
    verdict_.release = model_.release.value_or("");
    for (Known<Speed>* speed :
         {&verdict_.decode_tokens_per_second, &verdict_.prefill_tokens_per_second,
          &verdict_.first_token_seconds, &verdict_.load_seconds}) {
      *speed = Known<Speed>::unknown(Status::skipped, "the model does not run here");
    }
    verdict_.available_bytes = Known<Bytes>::unknown(Status::skipped, "there is nothing to place");
    verdict_.headroom_bytes = verdict_.available_bytes;
    verdict_.storage_free_bytes =
        profile_.storage.empty()
            ? Known<Bytes>::unknown(Status::skipped, "no place for models was looked at")
            : profile_.storage.front().free_bytes;
  }

  void unsupported(const char* code, const Error& error) {
    verdict_.fit = Fit::unsupported;
    verdict_.download_bytes = Known<Bytes>::unknown(Status::unsupported, error.what);
    verdict_.reasons.push_back(
        feature_reason(code, kPermanent,
                       error.hint.empty() ? to_text(error) : to_text(error) + "; " + error.hint));
  }

  /// A context that nobody asked for is cut to what the model was made for; an asked one is
  /// refused.
  bool settle_context(Plan& plan) {
    const Known<std::int64_t>& most = model_.context_max;
    if (!most || *most <= 0 || plan.context <= *most) return true;
    if (plan.context == Plan{}.context) {
      plan.context = *most;
      verdict_.notes.push_back(fmt::format("context {}: the model was made for no more", *most));
      return true;
    }
    verdict_.fit = Fit::unsupported;
    verdict_.download_bytes =
        Known<Bytes>::unknown(Status::skipped, "the asked context is too long");
    verdict_.reasons.push_back(
        amount_reason("contextTooLong", kUserFixable, static_cast<double>(plan.context),
                      static_cast<double>(*most), "tokens", most.known_by,
                      fmt::format("ask for a context of at most {} tokens", *most)));
    return false;
  }

  void weigh(const Placement& placement) {
    const Estimate& made = placement.estimate;
    const Room& room = placement.short_room();
    verdict_.place = placement.place;
    verdict_.plan = made.plan;
    verdict_.format = made.plan.format;
    verdict_.runtime = made.plan.runtime;
    verdict_.download_bytes = made.download_bytes;
    verdict_.memory = made.memory;
    verdict_.residency = made.residency;
    verdict_.total_bytes_range = made.total_bytes_range;
    verdict_.bits_per_weight = made.bits_per_weight;
    verdict_.parts = made.parts;
    verdict_.notes.insert(verdict_.notes.end(), made.notes.begin(), made.notes.end());
    verdict_.known_by = std::max(verdict_.known_by, made.known_by);
    verdict_.available_bytes = room.available_bytes;
    verdict_.headroom_bytes =
        room.available_bytes
            ? Known<Bytes>::of(static_cast<Bytes>(room.headroom_bytes()),
                               "available less the high end of the need", KnownBy::computed)
            : Known<Bytes>::unknown(room.available_bytes.status, room.available_bytes.why);
    verdict_.fit = placement.fit();
    if (!placement.why.empty()) verdict_.notes.push_back(placement.why);
    if (!made.supported) {
      verdict_.fit = Fit::unsupported;
      verdict_.reasons.push_back(feature_reason(
          "systemNotSupported", kPermanent, made.why_not + ": choose another runtime or model"));
    }
    if (placement.allocation_too_small) {
      verdict_.reasons.push_back(amount_reason(
          "gpuAllocationLimit", kPermanent, static_cast<double>(made.largest_tensor_bytes),
          static_cast<double>(placement.allocation_limit_bytes), "bytes", KnownBy::reported,
          "run it on the CPU, or choose a format with smaller tensors"));
    }
    for (const Room& each : placement.rooms) explain(each);
    explain_limits(placement);
    if (verdict_.fit == Fit::too_big) explain_gpus();
    weigh_download();
  }

  /// What would cure a shortage of this room.
  const char* class_of(const Room& room) const {
    const double need = room.need_bytes.high;
    const bool capacity = room.capacity_bytes && need <= static_cast<double>(*room.capacity_bytes);
    if (capacity) return kTransient;
    if (!room.gpu && limited(profile_, need) && profile_.memory.total_bytes &&
        need <= static_cast<double>(*profile_.memory.total_bytes)) {
      return kUserFixable;
    }
    return kPermanent;
  }

  /// The file is mapped: where only its pages are too many, the model loads all the same and reads
  /// from the disk for every token. That is no fit, and is said.
  std::string streamed_words(const Room& room, double available) const {
    const Residency& kept = verdict_.residency;
    if (room.gpu || verdict_.place != "cpu" || kept.mapped_bytes <= 0 ||
        static_cast<double>(kept.anonymous_bytes) > available) {
      return "";
    }
    return fmt::format(
        "; it would still start, since {} of the need are pages of the file that can be dropped, "
        "and "
        "read them from the disk again for every token",
        text_binary(kept.working_set_bytes - kept.anonymous_bytes));
  }

  /// Those who hold what is not free, and how much of a GPU's memory that is.
  static std::string others_of(const Room& room) {
    if (!room.gpu || !room.available_bytes || !room.capacity_bytes) return "other programs";
    return fmt::format(
        "other programs (they and the display hold {} of the GPU's {})",
        text_binary(std::max<Bytes>(0, *room.capacity_bytes - *room.available_bytes)),
        text_binary(*room.capacity_bytes));
  }

  void explain(const Room& room) {
    const Fit fit = room.fit();
    if (fit == Fit::fits) return;
    const char* memory = room.gpu ? "GPU memory" : "memory";
    if (fit == Fit::unknown) {
      verdict_.reasons.push_back(amount_reason(
          "factUnknown", kUserFixable, room.need_bytes.high, std::nullopt, "bytes",
          KnownBy::computed,
          fmt::format("free {} is not known ({}); `weighin doctor` shows what was asked", memory,
                      room.available_bytes.why)));
      return;
    }
    // Without a figure of what is free, the shortage is held against all there is.
    const Known<Bytes>& have = room.available_bytes ? room.available_bytes : room.capacity_bytes;
    const double available = static_cast<double>(have.value_or(0));
    const std::string cls = class_of(room);
    if (fit == Fit::tight) {
      std::string advice = cls == kTransient ? "close " + others_of(room) + " before loading it"
                           : cls == kUserFixable
                               ? "raise " + limit_words(profile_)
                               : std::string("choose a smaller format or context to leave room");
      verdict_.reasons.push_back(amount_reason("littleHeadroom", cls,
                                               room.need_bytes.high / room.share, available,
                                               "bytes", have.known_by, std::move(advice)));
    } else {
      const double shortage = room.need_bytes.high - available;
      std::string advice =
          fmt::format("{} {} short: ", text_binary(static_cast<Bytes>(shortage)), memory);
      advice += cls == kTransient
                    ? "close " + others_of(room) + ", or choose a smaller format or model"
                : cls == kUserFixable ? "raise " + limit_words(profile_)
                                      : std::string("choose a smaller format or model");
      advice += streamed_words(room, available);
      verdict_.reasons.push_back(amount_reason(room.gpu ? "insufficientVram" : "insufficientMemory",
                                               cls, room.need_bytes.high, available, "bytes",
                                               have.known_by, std::move(advice)));
    }
    if (!room.gpu && limited(profile_, room.need_bytes.high)) {
      const MemoryLimit* limit = tightest(profile_.limits);
      verdict_.reasons.push_back(
          amount_reason("limitedByContainer", kUserFixable, room.need_bytes.high,
                        limit != nullptr ? static_cast<double>(limit->limit_bytes) : available,
                        "bytes", have.known_by, "raise " + limit_words(profile_)));
    }
  }

  /// A GPU that was passed over, and whose interface could not hold the largest tensor: said beside
  /// the place that was chosen, and a reason where there is none.
  void explain_limits(const Placement& placement) {
    if (!options_.gpu || runs_in_browser(verdict_.runtime)) return;
    const Bytes tensor = placement.estimate.largest_tensor_bytes;
    for (std::size_t i = 0; i < profile_.gpus.size(); ++i) {
      const Gpu& gpu = profile_.gpus[i];
      const Bytes limit = buffer_limit(gpu);
      if (!counts(gpu) || static_cast<int>(i) == placement.gpu || limit <= 0 || tensor <= limit)
        continue;
      const std::string what =
          fmt::format("gpu{} ({}) cannot hold its largest tensor: {}, and one buffer is at most {}",
                      i, gpu.name, text_binary(tensor), text_binary(limit));
      if (is_yes(verdict_.fit) || placement.allocation_too_small) {
        verdict_.notes.push_back(what);
      } else {
        verdict_.reasons.push_back(
            amount_reason("gpuAllocationLimit", kPermanent, static_cast<double>(tensor),
                          static_cast<double>(limit), "bytes", KnownBy::reported, what));
      }
    }
  }

  /// Beside a shortage: a GPU that is none, or one that could not be asked.
  void explain_gpus() {
    if (!options_.gpu) return;
    const bool any = std::any_of(profile_.gpus.begin(), profile_.gpus.end(), counts);
    if (any) return;
    for (const Gpu& gpu : profile_.gpus) {
      if (!gpu.software && gpu.type != "cpu") continue;
      verdict_.reasons.push_back(
          feature_reason("softwareGpuOnly", kPermanent,
                         fmt::format("{} runs on the CPU and adds no memory or speed", gpu.name)));
      break;
    }
    for (const GpuFault& fault : profile_.gpu_faults) {
      if (fault.status != Status::error) continue;
      const bool slow = fault.why.find("timed out") != std::string::npos ||
                        fault.why.find("deadline") != std::string::npos ||
                        fault.why.find("not answer") != std::string::npos;
      verdict_.reasons.push_back(feature_reason(
          slow ? "probeTimedOut" : "probeCrashed", slow ? kTransient : kUserFixable,
          fmt::format("the GPU driver {} {}; repair or remove it", fault.driver, fault.why)));
    }
  }

  void weigh_download() {
    if (!verdict_.download_bytes) return;
    const double download = static_cast<double>(*verdict_.download_bytes);
    const Bytes most = options_.demands.max_download_bytes;
    if (most > 0 && *verdict_.download_bytes > most) {
      verdict_.fit = Fit::too_big;
      verdict_.reasons.push_back(
          amount_reason("downloadTooLarge", kUserFixable, download, static_cast<double>(most),
                        "bytes", KnownBy::computed,
                        fmt::format("allow a download of {}, or choose a smaller format or model",
                                    text_decimal(*verdict_.download_bytes))));
    }
    if (profile_.storage.empty()) return;
    const Volume& volume = profile_.storage.front();
    if (volume.read_only.value_or(false)) {
      verdict_.fit = Fit::too_big;
      verdict_.reasons.push_back(feature_reason(
          "storageReadOnly", kUserFixable,
          fmt::format("{} is read-only; name another folder with --models-dir", volume.path)));
    } else if (volume.free_bytes && *volume.free_bytes < *verdict_.download_bytes) {
      verdict_.fit = Fit::too_big;
      verdict_.reasons.push_back(amount_reason(
          "diskFull", kUserFixable, download, static_cast<double>(*volume.free_bytes), "bytes",
          volume.free_bytes.known_by,
          fmt::format("free {} at {}, or name another folder with --models-dir",
                      text_decimal(*verdict_.download_bytes - *volume.free_bytes), volume.path)));
    }
  }

  void time_it(const Placement& placement) {
    const SpeedQuestion question = speed_question(profile_, options_, placement);
    Speeds speeds =
        placement.place == "browser"
            ? page_speeds(placement.estimate.token, question, placement.gpu, measurements_)
            : predict_speeds(placement.estimate.token, question, measurements_);
    if (!writes_text(verdict_)) {
      speeds.decode = Known<Speed>::unknown(Status::unsupported, "an encoder writes no text");
      speeds.first_token = speeds.decode;
    }
    verdict_.decode_tokens_per_second = speeds.decode;
    verdict_.prefill_tokens_per_second = speeds.prefill;
    verdict_.first_token_seconds = speeds.first_token;
    verdict_.load_seconds = speeds.load;
    const bool runs = verdict_.fit == Fit::fits || verdict_.fit == Fit::tight;
    const double least = options_.demands.min_decode_tokens_per_second;
    if (runs && least > 0 && writes_text(verdict_)) {
      demand(speeds.decode, speeds.decode ? speeds.decode->range.low : 0.0, least, "tooSlowDecode",
             "tokens_per_second", speeds.decode && speeds.decode->range.low < least,
             speeds.unstable && speeds.decode && speeds.decode->range.high >= least);
    }
    const double longest = options_.demands.max_first_token_seconds;
    if (runs && longest > 0) {
      demand(speeds.first_token, speeds.first_token ? speeds.first_token->range.high : 0.0, longest,
             "tooSlowFirstToken", "seconds",
             speeds.first_token && speeds.first_token->range.high > longest,
             speeds.unstable && speeds.first_token && speeds.first_token->range.low <= longest);
    }
  }

  /// Decided on the bad end of the range. `open`: it is unstable, and its good end would do; where
  /// that would not do either, no quieter machine helps.
  void demand(const Known<Speed>& speed, double bad_end, double wanted, const char* code,
              const char* unit, bool missed, bool open) {
    if (!speed) {
      if (verdict_.fit != Fit::slow) verdict_.fit = Fit::unknown;
      verdict_.reasons.push_back(
          amount_reason("notMeasured", kUserFixable, wanted, std::nullopt, unit, KnownBy::measured,
                        fmt::format("{}; run the benchmarks on the device itself", speed.why)));
      return;
    }
    if (!missed) return;
    verdict_.fit = Fit::slow;
    verdict_.reasons.push_back(
        amount_reason(code, kPermanent, wanted, bad_end, unit, speed->known_by,
                      "choose a smaller model or format, or ask for less speed"));
    if (open) {
      verdict_.reasons.push_back(amount_reason("measurementUnstable", kTransient, wanted, bad_end,
                                               unit, KnownBy::measured,
                                               "measure again when the machine is quiet"));
    }
  }

  const DeviceProfile& profile_;
  const ModelSpec& model_;
  const AdviseOptions& options_;
  const Measurements& measurements_;
  Verdict verdict_;
};

}  // namespace

Verdict judge_alone(const DeviceProfile& profile, const ModelSpec& model,
                    const AdviseOptions& options, const Measurements& measurements) {
  return Judge(profile, model, options, measurements).judge();
}

Verdict judge(const DeviceProfile& profile, const ModelSpec& model, const Catalogue& catalogue,
              const AdviseOptions& options, const Measurements& measurements) {
  Verdict verdict = judge_alone(profile, model, options, measurements);
  verdict.to_make_it_fit =
      remedies(profile, model, catalogue.models, options, measurements, verdict);
  return verdict;
}

}  // namespace weighin
