// Which conditions may a policy set, and is each one met?
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "advise/reasons.hpp"
#include "weighin/gate.hpp"

namespace weighin {
namespace {

using Kind = ConditionKind;

// Chromium takes 15000 MiB for a "16 GB" machine, since firmware keeps some:
// components/optimization_guide/core/model_execution (cpu.cc: 15000 MiB and 4 processors).
constexpr double kNominalShare = 15000.0 / 16384.0;

const Condition* find(const std::vector<Condition>& conditions, std::string_view key) {
  for (const Condition& each : conditions) {
    if (each.key == key) return &each;
  }
  return nullptr;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// What can be done about a condition on the device, where nothing more is known.
std::string_view cure(std::string_view key) {
  if (key == "min_usable_memory") return "close other programs, or use a device with more memory";
  if (key == "min_memory" || key == "min_nominal_memory") return "use a device with more memory";
  if (key == "min_vram") return "use a device whose GPU has more memory, or run on the processor";
  if (key == "min_gpu_buffer") return "use a GPU, or a driver, that gives larger buffers";
  return "use a device with more cores";
}

// Three numbers of a version; what is not there counts as 0.
std::array<long, 3> version_of(std::string_view text) {
  std::array<long, 3> numbers{};
  for (long& number : numbers) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) break;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty() || text.front() != '.') break;
    text.remove_prefix(1);
  }
  return numbers;
}

bool holds(std::string text, std::string part) {
  const auto lower = [](std::string& word) {
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  };
  lower(text);
  lower(part);
  return text.find(part) != std::string::npos;
}

// Decides the conditions of one list, one after the other.
class Check {
 public:
  Check(const std::vector<Condition>& conditions, const GateFacts& facts, bool of_model)
      : conditions_(conditions), facts_(facts), of_model_(of_model) {}

  std::vector<ConditionResult> all() {
    fits();
    for (const ConditionInfo& info : condition_list()) {
      if (info.kind == Kind::setting || info.key == "fits") continue;
      // The same condition may be set by the policy and by the choice: both hold.
      for (const Condition& each : conditions_) {
        if (each.key == info.key && (!info.of_model || of_model_)) one(info, each);
      }
    }
    return std::move(results_);
  }

 private:
  double setting(std::string_view key) const {
    const Condition* found = find(conditions_, key);
    return found == nullptr ? 0.0 : found->number;
  }

  void fits() {
    const Condition* asked = find(conditions_, "fits");
    if (!facts_.fit || (asked != nullptr && asked->number == 0.0)) return;
    ConditionResult result;
    result.key = "fits";
    result.unit = "feature";
    result.need_text = "fits";
    result.have_text = to_text(*facts_.fit);
    result.known_by = KnownBy::computed;
    result.source = "the estimate of the model against the device";
    result.outcome =
        *facts_.fit == Fit::unknown ? Outcome::unknown
        : *facts_.fit == Fit::fits || *facts_.fit == Fit::tight || *facts_.fit == Fit::slow
            ? Outcome::pass
            : Outcome::fail;
    result.reasons = facts_.reasons;
    results_.push_back(std::move(result));
  }

  void one(const ConditionInfo& info, const Condition& asked) {
    ConditionResult result;
    result.key = asked.key;
    result.unit = info.unit;
    const std::string_view key = info.key;
    switch (info.kind) {
      case Kind::least_bytes:
      case Kind::most_bytes:
        size(info, asked, result);
        break;
      case Kind::least_number:
      case Kind::most_number:
        if (key == "min_physical_cores") {
          number(info, asked, result, facts_.physical_cores);
        } else if (key == "min_logical_cores") {
          number(info, asked, result, facts_.logical_cores);
        } else {
          speed(info, asked, result);
        }
        break;
      case Kind::all_of:
        result.need_text = joined(asked.words);
        list(info, asked, result,
             key == "instruction_sets" ? facts_.instruction_sets : facts_.gpu_features);
        break;
      case Kind::any_of:
        result.need_text = joined(asked.words);
        if (key == "os") word(info, asked, result, facts_.os, false);
        if (key == "architectures") word(info, asked, result, facts_.architecture, false);
        if (key == "gpu_vendors") word(info, asked, result, facts_.gpu_vendor, true);
        if (key == "gpu_names") word(info, asked, result, facts_.gpu_name, true);
        break;
      case Kind::version:
        result.need_text = asked.words.empty() ? "" : asked.words.front();
        vulkan(info, asked, result);
        break;
      case Kind::flag:
        flag(info, asked, result);
        break;
      case Kind::setting:
        return;
    }
    results_.push_back(std::move(result));
  }

  // What is compared: `have` on the bad end, with the setting it is counted by.
  void size(const ConditionInfo& info, const Condition& asked, ConditionResult& result) {
    const std::string_view key = info.key;
    Condition wanted = asked;
    Known<Bytes> have;
    std::string cls(info.cls);
    std::string advice;
    if (key == "min_memory" || key == "min_nominal_memory") {
      have = facts_.memory_bytes;
      if (key == "min_nominal_memory") wanted.number = std::ceil(asked.number * kNominalShare);
    } else if (key == "min_usable_memory") {
      have = facts_.usable_bytes;
      if (facts_.capacity_bytes.value_or(0) >= static_cast<Bytes>(wanted.number)) cls = kTransient;
    } else if (key == "min_headroom") {
      have = less(facts_.available_bytes, facts_.need_bytes);
      cls = kTransient;
      advice = "close other programs, or choose a smaller model or format";
    } else if (key == "min_vram") {
      have = facts_.vram_bytes;
      const double share = setting("integrated_vram_share");
      if (share > 0 && facts_.unified.value_or(false) && facts_.memory_bytes) {
        const auto shared = static_cast<Bytes>(share * static_cast<double>(*facts_.memory_bytes));
        if (!have || *have < shared) {
          have = Known<Bytes>::of(shared, "a share of the memory (integrated_vram_share)",
                                  KnownBy::computed);
        }
      }
    } else if (key == "min_gpu_buffer") {
      have = facts_.gpu_buffer_bytes;
    } else if (key == "min_disk") {
      have = facts_.disk_free_bytes;
      advice = "free space, or name another folder with --models-dir";
    } else if (key == "disk_reserve") {
      have = less(facts_.disk_free_bytes, facts_.download_bytes);
      advice = "free space, or name another folder with --models-dir";
    } else if (key == "max_download") {
      have = facts_.download_bytes;
      advice = "allow a larger download, or choose a smaller model or format";
    } else if (key == "max_memory_need") {
      have = facts_.need_bytes;
      advice = "choose a smaller model, format or context";
    }
    number(info, wanted, result, have, cls, advice);
  }

  static Known<Bytes> less(const Known<Bytes>& a, const Known<Bytes>& b) {
    if (!a) return a;
    if (!b) return b;
    return Known<Bytes>::of(*a - *b, a.source, KnownBy::computed);
  }

  void speed(const ConditionInfo& info, const Condition& asked, ConditionResult& result) {
    const std::string_view key = info.key;
    Known<double> have;
    std::optional<double> best;
    const auto take = [&](const Known<double>& bad_end, const std::optional<double>& good_end) {
      have = bad_end;
      best = good_end;
    };
    std::string advice = "choose a smaller model or format, or ask for less speed";
    if (key == "min_decode") take(facts_.decode_per_second, facts_.good_end.decode_per_second);
    if (key == "min_prefill") take(facts_.prefill_per_second, facts_.good_end.prefill_per_second);
    if (key == "max_first_token")
      take(facts_.first_token_seconds, facts_.good_end.first_token_seconds);
    if (key == "max_load") take(facts_.load_seconds, facts_.good_end.load_seconds);
    if (key == "max_download_seconds") {
      advice = "use a faster line, or choose a smaller model or format";
      const double rate = setting("line_rate");
      have = !facts_.download_bytes
                 ? Known<double>::unknown(facts_.download_bytes.status, facts_.download_bytes.why)
             : rate > 0 ? Known<double>::of(static_cast<double>(*facts_.download_bytes) / rate,
                                            "download over line_rate", KnownBy::computed)
                        : Known<double>::unknown(Status::skipped, "no line_rate was stated");
    }
    const bool measured = info.key != "max_download_seconds";
    number(info, asked, result, have, std::string(info.cls), advice,
           measured ? "notMeasured" : "factUnknown");
    // Unstable; where the good end would not do either, no quieter machine helps.
    const bool open =
        best && (key.starts_with("min_") ? *best >= asked.number : *best <= asked.number);
    if (result.outcome == Outcome::fail && open) {
      result.reasons.push_back(amount_reason("measurementUnstable", kTransient, *result.need,
                                             result.have, result.unit, KnownBy::measured,
                                             "measure again when the machine is quiet"));
    }
  }

  template <class T>
  void number(const ConditionInfo& info, const Condition& asked, ConditionResult& result,
              const Known<T>& have, std::string cls = {}, std::string advice = {},
              const char* unknown = "factUnknown") {
    if (cls.empty()) cls = info.cls;
    result.need = asked.number;
    const std::string unit(info.unit);
    if (!have) {
      undecided(info, result, have.why, unknown, asked.number);
      return;
    }
    const auto value = static_cast<double>(*have);
    result.have = value;
    result.known_by = have.known_by;
    result.source = have.source;
    const bool least = info.kind == Kind::least_bytes || info.kind == Kind::least_number;
    result.outcome =
        (least ? value >= asked.number : value <= asked.number) ? Outcome::pass : Outcome::fail;
    if (result.outcome == Outcome::pass) return;
    std::string reason(info.reason);
    if ((info.key == "min_vram" || info.key == "min_gpu_buffer") && facts_.gpu && !*facts_.gpu) {
      // Without any GPU its memory is not too little: it is not there.
      result.reasons.push_back(no_gpu());
      return;
    }
    // What is needed and what is there stands beside it; the advice is what can be done.
    result.reasons.push_back(amount_reason(std::move(reason), cls, asked.number, value, unit,
                                           have.known_by,
                                           advice.empty() ? std::string(cure(info.key)) : advice));
  }

  Reason no_gpu() const {
    if (facts_.software_gpu.value_or(false)) {
      return feature_reason("softwareGpuOnly", kPermanent,
                            "the only GPU found is a rasterizer that runs on the CPU");
    }
    return feature_reason("gpuMissing", kPermanent, "no GPU was found");
  }

  // Without a GPU the reason is that, whatever of the GPU was asked for.
  bool without_gpu(ConditionResult& result) const {
    if (!facts_.gpu || *facts_.gpu) return false;
    result.outcome = Outcome::fail;
    result.have_text = "no GPU";
    result.source = facts_.gpu.source;
    result.reasons.push_back(no_gpu());
    return true;
  }

  static void undecided(const ConditionInfo& info, ConditionResult& result, const std::string& why,
                        const char* code, double need) {
    result.outcome = Outcome::unknown;
    result.source = why;
    result.reasons.push_back(amount_reason(
        code, kUserFixable, need, std::nullopt, std::string(info.unit), KnownBy::reported,
        fmt::format("{}: not known ({}); `weighin doctor` shows what was asked", info.key, why)));
  }

  void list(const ConditionInfo& info, const Condition& asked, ConditionResult& result,
            const Known<std::vector<std::string>>& have) {
    if (info.key == "gpu_features" && without_gpu(result)) return;
    if (!have) {
      undecided(info, result, have.why, "factUnknown", 1.0);
      return;
    }
    result.known_by = have.known_by;
    result.source = have.source;
    std::vector<std::string> missing, present;
    for (const std::string& word : asked.words) {
      const bool there = std::find(have->begin(), have->end(), word) != have->end();
      (there ? present : missing).push_back(word);
    }
    result.have_text = joined(present);
    result.outcome = missing.empty() ? Outcome::pass : Outcome::fail;
    if (missing.empty()) return;
    result.reasons.push_back(feature_reason(std::string(info.reason), std::string(info.cls),
                                            fmt::format("missing: {}", joined(missing))));
  }

  void word(const ConditionInfo& info, const Condition& asked, ConditionResult& result,
            const Known<std::string>& have, bool gpu) {
    if (gpu && without_gpu(result)) return;
    if (!have) {
      undecided(info, result, have.why, "factUnknown", 1.0);
      return;
    }
    result.known_by = have.known_by;
    result.source = have.source;
    result.have_text = *have;
    const bool met = std::any_of(asked.words.begin(), asked.words.end(), [&](const auto& each) {
      return gpu ? holds(*have, each) : *have == each;
    });
    result.outcome = met ? Outcome::pass : Outcome::fail;
    if (met) return;
    result.reasons.push_back(
        feature_reason(std::string(info.reason), std::string(info.cls),
                       fmt::format("{} is needed, this is {}", joined(asked.words), *have)));
  }

  void vulkan(const ConditionInfo& info, const Condition& asked, ConditionResult& result) {
    if (without_gpu(result) || asked.words.empty()) return;
    if (facts_.vulkan_missing.value_or(false)) {
      result.outcome = Outcome::fail;
      result.have_text = "no Vulkan driver";
      result.source = facts_.vulkan_missing.source;
      result.reasons.push_back(
          feature_reason("missingDependency", kUserFixable, "install the GPU's Vulkan driver"));
      return;
    }
    if (!facts_.vulkan_version) {
      undecided(info, result, facts_.vulkan_version.why, "factUnknown", 1.0);
      return;
    }
    result.have_text = *facts_.vulkan_version;
    result.known_by = facts_.vulkan_version.known_by;
    result.source = facts_.vulkan_version.source;
    const bool met = version_of(*facts_.vulkan_version) >= version_of(asked.words.front());
    result.outcome = met ? Outcome::pass : Outcome::fail;
    if (met) return;
    result.reasons.push_back(feature_reason(
        std::string(info.reason), kUserFixable,
        fmt::format("Vulkan {} is needed, the driver has {}; a newer driver may have it",
                    asked.words.front(), *facts_.vulkan_version)));
  }

  void flag(const ConditionInfo& info, const Condition& asked, ConditionResult& result) {
    const bool gpu = info.key == "gpu";
    const Known<bool>& have = gpu ? facts_.gpu : facts_.on_battery;
    result.need_text = asked.number != 0.0 ? "yes" : "no";
    if (!have) {
      undecided(info, result, have.why, "factUnknown", 1.0);
      return;
    }
    result.known_by = have.known_by;
    result.source = have.source;
    result.have_text = *have ? "yes" : "no";
    // `gpu: true` asks for one; `on_battery: false` asks for mains power. The opposite asks
    // nothing.
    const bool met = gpu ? asked.number == 0.0 || *have : asked.number != 0.0 || !*have;
    result.outcome = met ? Outcome::pass : Outcome::fail;
    if (met) return;
    result.reasons.push_back(
        gpu ? no_gpu() : feature_reason("onBattery", kTransient, "connect the device to power"));
  }

  const std::vector<Condition>& conditions_;
  const GateFacts& facts_;
  bool of_model_;
  std::vector<ConditionResult> results_;
};

}  // namespace

const std::vector<ConditionInfo>& condition_list() {
  static const std::vector<ConditionInfo> list{
      {"fits", Kind::flag, "feature", "insufficientMemory", "permanent",
       "the model fits in memory and on the disk (true unless said otherwise)", true},
      {"min_memory", Kind::least_bytes, "bytes", "insufficientMemory", "permanent",
       "main memory of the machine", false},
      {"min_nominal_memory", Kind::least_bytes, "bytes", "insufficientMemory", "permanent",
       "memory as it is sold: 8.4 % less is let pass, since firmware keeps some", false},
      {"min_usable_memory", Kind::least_bytes, "bytes", "insufficientMemory", "permanent",
       "memory that may be used now, all limits counted", false},
      {"min_headroom", Kind::least_bytes, "bytes", "littleHeadroom", "transient",
       "memory that is left when the model runs", true},
      {"max_memory_need", Kind::most_bytes, "bytes", "insufficientMemory", "permanent",
       "memory that the model may take at most", true},
      {"min_decode", Kind::least_number, "tokens_per_second", "tooSlowDecode", "permanent",
       "tokens a second, written", true},
      {"min_prefill", Kind::least_number, "tokens_per_second", "tooSlowPrefill", "permanent",
       "tokens a second, read", true},
      {"max_first_token", Kind::most_number, "seconds", "tooSlowFirstToken", "permanent",
       "time to the first token of an answer", true},
      {"max_load", Kind::most_number, "seconds", "tooSlowLoad", "permanent",
       "time to load the model", true},
      {"max_download", Kind::most_bytes, "bytes", "downloadTooLarge", "user_fixable",
       "size of the download", true},
      {"max_download_seconds", Kind::most_number, "seconds", "tooSlowDownload", "user_fixable",
       "time of the download at line_rate", true},
      {"line_rate", Kind::setting, "bytes_per_second", "", "",
       "speed of the line, in bytes a second or as \"50 Mbit/s\"", false},
      {"min_disk", Kind::least_bytes, "bytes", "diskFull", "user_fixable",
       "free space where models are stored", false},
      {"disk_reserve", Kind::least_bytes, "bytes", "diskFull", "user_fixable",
       "free space that is left after the download", true},
      {"min_physical_cores", Kind::least_number, "cores", "insufficientCores", "permanent",
       "cores of the processor", false},
      {"min_logical_cores", Kind::least_number, "cores", "insufficientCores", "permanent",
       "logical processors", false},
      {"instruction_sets", Kind::all_of, "feature", "instructionSetMissing", "permanent",
       "instruction sets, all of them (ids of `weighin probe`)", false},
      {"gpu", Kind::flag, "feature", "gpuMissing", "permanent", "a GPU that is no rasterizer",
       false},
      {"min_vram", Kind::least_bytes, "bytes", "insufficientVram", "permanent", "memory of the GPU",
       false},
      {"integrated_vram_share", Kind::setting, "share", "", "",
       "share of main memory that counts as memory of an integrated GPU, if that is more", false},
      {"min_gpu_buffer", Kind::least_bytes, "bytes", "gpuAllocationLimit", "permanent",
       "largest buffer that the GPU's interface gives", false},
      {"gpu_features", Kind::all_of, "feature", "gpuFeatureMissing", "permanent",
       "features of the GPU, all of them (ids of `weighin probe`)", false},
      {"gpu_vendors", Kind::any_of, "feature", "gpuMissing", "permanent",
       "makers of the GPU, one of them", false},
      {"gpu_names", Kind::any_of, "feature", "gpuMissing", "permanent",
       "parts of the GPU's name, one of them", false},
      {"min_vulkan", Kind::version, "feature", "gpuFeatureMissing", "user_fixable",
       "version of Vulkan", false},
      {"os", Kind::any_of, "feature", "systemNotSupported", "permanent",
       "operating systems, one of them", false},
      {"architectures", Kind::any_of, "feature", "systemNotSupported", "permanent",
       "architectures of the processor, one of them", false},
      {"on_battery", Kind::flag, "feature", "onBattery", "transient",
       "false: the device must be on mains power", false},
  };
  return list;
}

const ConditionInfo* find_condition(std::string_view key) {
  for (const ConditionInfo& info : condition_list()) {
    if (info.key == key) return &info;
  }
  return nullptr;
}

std::vector<ConditionResult> check_conditions(const std::vector<Condition>& conditions,
                                              const GateFacts& facts, bool of_model) {
  return Check(conditions, facts, of_model).all();
}

const char* to_text(Outcome outcome) {
  switch (outcome) {
    case Outcome::pass:
      return "pass";
    case Outcome::fail:
      return "fail";
    case Outcome::unknown:
      return "unknown";
    case Outcome::waived:
      return "waived";
  }
  return "unknown";
}

}  // namespace weighin
