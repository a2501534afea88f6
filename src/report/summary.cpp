// How is what was found put into words?
#include "report/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

namespace weighin {
namespace {

/// The instruction set that matters most for quantized matrix work, the best first.
struct SimdRank {
  const char* id;
  const char* name;
};
constexpr std::array kSimdRanks{
    SimdRank{"amxint8", "AMX"},
    SimdRank{"avx512vnni", "AVX-512 VNNI"},
    SimdRank{"avxvnni", "AVX-VNNI"},
    SimdRank{"avx512f", "AVX-512"},
    SimdRank{"avx2", "AVX2"},
    SimdRank{"avx", "AVX"},
    SimdRank{"sse42", "SSE4.2"},
    SimdRank{"sme", "SME"},
    SimdRank{"sve2", "SVE2"},
    SimdRank{"i8mm", "NEON i8mm"},
    SimdRank{"dotprod", "NEON dotprod"},
    SimdRank{"neon", "NEON"},
    SimdRank{"v", "RISC-V V"},
};

std::string best_simd(const Cpu& cpu) {
  if (!cpu.simd) return "";
  for (const SimdRank& rank : kSimdRanks) {
    for (std::string id : *cpu.simd) {
      // "sse42" and "sse42" are one word.
      id.erase(std::remove(id.begin(), id.end(), '_'), id.end());
      if (id == rank.id) return rank.name;
    }
  }
  return "";
}

std::string plural(std::int64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string cpu_words(const Cpu& cpu) {
  std::string text = cpu.model ? *cpu.model : cpu.architecture ? *cpu.architecture : std::string();
  if (text.empty()) text = "processor not known (" + cpu.model.why + ")";
  if (cpu.physical_cores) text += ", " + plural(*cpu.physical_cores, "core", "cores");
  if (cpu.usable_threads && cpu.physical_cores && *cpu.usable_threads < *cpu.physical_cores) {
    text += fmt::format(" ({} usable)", *cpu.usable_threads);
  }
  if (const std::string simd = best_simd(cpu); !simd.empty()) text += ", " + simd;
  return text;
}

std::string bound_words(const DeviceProfile& profile) {
  const std::string by = profile.memory.bound_by.value_or("");
  if (by != "cgroup" && by != "rlimit" && by != "overcommit") return "";
  const MemoryLimit* least = nullptr;
  for (const MemoryLimit& each : profile.limits.memory) {
    if (least == nullptr || each.limit_bytes < least->limit_bytes) least = &each;
  }
  return least != nullptr ? fmt::format(", bound by {} {} of {}", least->kind, least->where,
                                        text_binary(least->limit_bytes))
                          : ", bound by " + by;
}

std::string memory_line(const DeviceProfile& profile) {
  const Memory& memory = profile.memory;
  if (!memory.usable_bytes && !memory.total_bytes)
    return "not known (" + memory.total_bytes.why + ")";
  if (!memory.usable_bytes)
    return text_binary(*memory.total_bytes) + ", what is free is not known (" +
           memory.usable_bytes.why + ")";
  std::string text = text_binary(*memory.usable_bytes) + " usable";
  if (memory.total_bytes) text += " of " + text_binary(*memory.total_bytes);
  return text + bound_words(profile);
}

}  // namespace

std::string held_words(const Gpu& gpu) {
  const bool own = gpu.unified && !*gpu.unified && !gpu.software;
  if (!own || !gpu.vram_bytes || !gpu.vram_free_bytes) return "";
  const Bytes held = *gpu.vram_bytes - *gpu.vram_free_bytes;
  if (held <= *gpu.vram_bytes / 100) return "";
  return fmt::format("display, other programs and driver hold {}", text_binary(held));
}

namespace {

std::string gpu_words(const Gpu& gpu) {
  std::string text = gpu.name;
  if (gpu.software) return text + ": software, not counted";
  const Bytes own = gpu.carve_out_bytes.value_or(0);
  if (gpu.unified.value_or(gpu.type == "integrated") && own <= 0)
    return text + ", shares the memory above";
  if (gpu.vram_bytes) text += ", " + text_binary(*gpu.vram_bytes);
  const std::string held = held_words(gpu);
  if (gpu.vram_free_bytes) {
    text += fmt::format(" ({} free{})", text_binary(*gpu.vram_free_bytes),
                        held.empty() ? held : "; " + held);
  }
  if (own > 0) text += fmt::format(", {} of it beside the memory above", text_binary(own));
  return text;
}

Row row_of(const Verdict& verdict, const Report& report) {
  Row row;
  row.size_class = verdict.size_class;
  row.model = verdict.name.empty() ? verdict.model : verdict.name;
  row.format = verdict.format;
  row.download = download_words(verdict.download_bytes);
  row.takes = verdict.memory.total_bytes > 0 ? memory_words(verdict.memory.total_bytes) : "-";
  const bool runs =
      verdict.fit == Fit::fits || verdict.fit == Fit::tight || verdict.fit == Fit::slow;
  row.speed = verdict.decode_tokens_per_second && verdict.memory.total_bytes > 0 && runs
                  ? speed_words(verdict.decode_tokens_per_second)
                  : "-";
  row.known_by = verdict.decode_tokens_per_second && runs
                     ? to_text(verdict.decode_tokens_per_second->known_by)
                     : to_text(verdict.known_by);
  row.place = verdict.place;
  row.fit = verdict.fit;
  // Read along: what fits and is slower than the floor of comfort is said to be slow.
  if (verdict.fit == Fit::fits && verdict.decode_tokens_per_second &&
      verdict.decode_tokens_per_second->range.mid < kComfortTokensPerSecond) {
    row.fit = Fit::slow;
  }
  row.recommended = &verdict == recommended(report);
  return row;
}

}  // namespace

std::string range_words(const Range& range) {
  const int digits = range.mid < 9.95 ? 1 : 0;
  const std::string low = fmt::format("{:.{}f}", range.low, digits);
  const std::string high = fmt::format("{:.{}f}", range.high, digits);
  return low == high ? low : low + "-" + high;
}

std::string speed_words(const Known<Speed>& speed) {
  return speed ? range_words(speed->range) : "-";
}
std::string memory_words(Bytes bytes) { return text_binary(bytes); }
std::string download_words(const Known<Bytes>& bytes) { return bytes ? text_decimal(*bytes) : "-"; }

std::string place_words(const std::string& place, const DeviceProfile& profile) {
  if (place == "cpu") return "on the CPU";
  if (place == "browser") return "in a browser";
  if (place.rfind("gpu", 0) != 0) return place;
  const std::size_t index = static_cast<std::size_t>(std::strtoul(place.c_str() + 3, nullptr, 10));
  std::string name = index < profile.gpus.size() ? profile.gpus[index].name : place;
  return place.find('+') != std::string::npos ? fmt::format("on {} and the CPU", name)
                                              : "on " + name;
}

std::string reason_words(const Reason& reason) {
  const auto amount = [&](double value) {
    if (reason.unit == "bytes") {
      const bool disk = reason.code == "diskFull" || reason.code == "downloadTooLarge";
      return disk ? text_decimal(static_cast<Bytes>(value))
                  : text_binary(static_cast<Bytes>(value));
    }
    if (reason.unit == "tokens_per_second") return fmt::format("{:.1f} tokens/s", value);
    if (reason.unit == "seconds") return text_seconds(value);
    return fmt::format("{:.0f} {}", value, reason.unit);
  };
  std::string text = reason.code;
  if (reason.unit != "feature" && reason.required) {
    // A size is needed by the model; a speed or a length is asked for by the user.
    text += fmt::format(": {} {}", amount(*reason.required),
                        reason.unit == "bytes" ? "needed" : "asked");
    text += !reason.actual ? std::string(", what is there is not known")
            : reason.code == "downloadTooLarge"
                ? fmt::format(", {} allowed", amount(*reason.actual))
                : fmt::format(", {} there", amount(*reason.actual));
  }
  return text;
}

std::vector<Line> machine_lines(const DeviceProfile& profile) {
  std::vector<Line> lines{{"CPU", cpu_words(profile.cpu)}, {"Memory", memory_line(profile)}};
  if (profile.gpus.empty()) lines.push_back({"GPU", "none found"});
  for (const Gpu& gpu : profile.gpus) lines.push_back({"GPU", gpu_words(gpu)});
  for (const GpuFault& fault : profile.gpu_faults) {
    if (fault.status == Status::error) lines.push_back({"Driver", fault.driver + ": " + fault.why});
  }
  for (const Volume& volume : profile.storage) {
    std::string text = volume.free_bytes ? text_decimal(*volume.free_bytes) + " free"
                                         : "free space not known (" + volume.free_bytes.why + ")";
    if (!volume.path.empty()) text += " at " + volume.path;
    if (volume.read_only.value_or(false)) text += ", read-only";
    if (volume.network.value_or(false)) text += ", on the network";
    lines.push_back({"Disk", text});
  }
  if (profile.power.on_battery.value_or(false))
    lines.push_back({"Power", "on battery: speeds may fall"});
  return lines;
}

namespace {

std::string operations_words(double per_second) {
  return per_second < 9.95e12 ? fmt::format("{:.0f} Gop/s", per_second / 1e9)
                              : fmt::format("{:.1f} Top/s", per_second / 1e12);
}

}  // namespace

std::string ceiling_words(const Measurements& measurements, const std::string& place) {
  // The figures that most models' speeds rest on; `weighin bench` has them all.
  constexpr std::array kShown{"memory read", "decode q4_k",  "decode q4_0",
                              "decode q8_0", "prefill q4_k", "prefill f16"};
  const bool gpu = place.starts_with("gpu");
  const auto mid = [](const Measurement& each) {
    const auto& rate = each.bytes_per_second ? each.bytes_per_second : each.operations_per_second;
    return rate ? rate->mid : 0.0;
  };
  std::string text;
  const Measurement* last = nullptr;
  bool unstable = false, q4_k = false;
  for (const std::string_view name : kShown) {
    if (name == "decode q4_0" && q4_k) continue;
    if (name == "prefill f16" && !gpu) continue;
    const Measurement* best = nullptr;
    for (const Measurement& each : measurements.list) {
      const bool counts = each.status == BenchStatus::ok || each.status == BenchStatus::unstable;
      if (each.place == place && each.name == name && counts &&
          (best == nullptr || mid(each) > mid(*best)))
        best = &each;
    }
    if (best == nullptr || !(mid(*best) > 0)) continue;
    q4_k = q4_k || name == "decode q4_k";
    text +=
        fmt::format("{}{} {}", text.empty() ? "" : ", ", name,
                    best->bytes_per_second ? text_rate(mid(*best)) : operations_words(mid(*best)));
    unstable = unstable || best->status == BenchStatus::unstable;
    last = best;
  }
  if (last != nullptr) {
    const std::string threads =
        last->threads > 0 ? plural(last->threads, "thread", "threads") : "on " + place;
    text += fmt::format(" ({}{})", threads, last->isa.empty() ? "" : ", " + last->isa);
    return unstable ? text + ", unstable" : text;
  }
  for (const Measurement& each : measurements.list) {
    if (each.place != place || each.why.empty()) continue;
    // A warning says more of it.
    const bool fault =
        gpu && (each.why.starts_with("the GPU's driver") || each.why.starts_with(kNotReached));
    return fmt::format("nothing{}: {}", gpu ? " on " + place : "",
                       fault ? "its driver failed" : each.why);
  }
  return "nothing: no benchmark was run";
}

std::vector<Line> ceiling_lines(const Measurements& measurements) {
  std::vector<Line> lines{{"Measured", ceiling_words(measurements)}};
  std::set<std::string> places;
  for (const Measurement& each : measurements.list) {
    if (each.place.starts_with("gpu") && places.insert(each.place).second)
      lines.push_back({"Measured", ceiling_words(measurements, each.place)});
  }
  return lines;
}

const Verdict* recommended(const Report& report) {
  const Recommendation& recommendation = report.advice.recommendation;
  for (const Verdict& verdict : report.advice.verdicts) {
    if (!recommendation.model.empty() && verdict.model == recommendation.model &&
        verdict.format == recommendation.format)
      return &verdict;
  }
  return nullptr;
}

std::string headline(const Report& report) {
  const Recommendation& recommendation = report.advice.recommendation;
  if (!recommendation.size_class) {
    return recommendation.largest_class
               ? fmt::format("No size class runs well; {} fits", *recommendation.largest_class)
               : "Your size class: none (" + recommendation.size_class.why + ")";
  }
  return "Your size class: " + *recommendation.size_class;
}

std::vector<std::string> answer_lines(const Report& report) {
  std::vector<std::string> lines;
  if (const Verdict* best = recommended(report)) {
    lines.push_back(fmt::format("{} in {}, with {} {}", best->name, best->format, best->runtime,
                                place_words(best->place, report.profile)));
    std::string numbers = fmt::format("download {}, takes {}", download_words(best->download_bytes),
                                      memory_words(best->memory.total_bytes));
    if (best->available_bytes)
      numbers += fmt::format(" of {}", text_binary(*best->available_bytes));
    const bool writes = writes_text(*best);
    const Known<Speed>& speed =
        writes ? best->decode_tokens_per_second : best->prefill_tokens_per_second;
    numbers += speed ? fmt::format(", {} {} tokens/s", writes ? "writes" : "reads",
                                   range_words(speed->range))
                     : fmt::format(", speed not known ({})", speed.why);
    lines.push_back(numbers);
  }
  const Recommendation& recommendation = report.advice.recommendation;
  if (recommendation.size_class && recommendation.largest_class &&
      *recommendation.largest_class != *recommendation.size_class) {
    lines.push_back(fmt::format("{} fits too, but slowly or with little headroom",
                                *recommendation.largest_class));
  }
  for (const Verdict& each : report.advice.verdicts) {
    if (recommendation.runner_up.empty() || each.model != recommendation.runner_up) continue;
    lines.push_back(
        fmt::format("runner-up: {} ({}, {})", each.name, each.size_class,
                    each.decode_tokens_per_second
                        ? range_words(each.decode_tokens_per_second->range) + " tokens/s"
                        : download_words(each.download_bytes)));
    break;
  }
  if (!recommendation.smallest_model.empty() &&
      recommendation.smallest_model != recommendation.model) {
    std::string name = recommendation.smallest_model;
    for (const Verdict& each : report.advice.verdicts) {
      if (each.model == recommendation.smallest_model && !each.name.empty()) name = each.name;
    }
    lines.push_back(fmt::format("smallest download: {} in {} ({})", name,
                                recommendation.smallest_format,
                                download_words(recommendation.smallest_download_bytes)));
  }
  return lines;
}

std::vector<Row> class_rows(const Report& report) {
  std::vector<Row> rows;
  for (const ClassVerdict& each : report.advice.classes) {
    int index = each.verdict >= 0 ? each.verdict : each.best;
    const Verdict* best = recommended(report);
    if (best != nullptr && best->size_class == each.name) {
      index = static_cast<int>(best - report.advice.verdicts.data());
    }
    if (index < 0) continue;
    rows.push_back(row_of(report.advice.verdicts[static_cast<std::size_t>(index)], report));
    rows.back().size_class = each.name;
  }
  // Beyond the first two classes that are out, more of the same says nothing.
  constexpr std::size_t kOutShown = 2;
  std::size_t last = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].fit != Fit::too_big) last = i + 1;
  }
  if (rows.size() > last + kOutShown) rows.resize(last + kOutShown);
  return rows;
}

std::vector<Row> verdict_rows(const Report& report) {
  std::vector<Row> rows;
  // The lightest first, whatever the catalogue's order; those that were named as they were named.
  std::vector<const Verdict*> verdicts;
  for (const Verdict& verdict : report.advice.verdicts) verdicts.push_back(&verdict);
  if (!report.asked) {
    std::stable_sort(verdicts.begin(), verdicts.end(), [](const Verdict* a, const Verdict* b) {
      constexpr std::int64_t kUnknown = std::numeric_limits<std::int64_t>::max();
      return a->parameters.value_or(kUnknown) < b->parameters.value_or(kUnknown);
    });
  }
  for (const Verdict* verdict : verdicts) rows.push_back(row_of(*verdict, report));
  return rows;
}

std::vector<Line> next_lines(const Report& report) {
  const Recommendation& recommendation = report.advice.recommendation;
  std::vector<Line> lines;
  if (recommendation.next_class.empty()) return lines;
  if (!recommendation.limited_by.empty()) {
    lines.push_back({"Limit", fmt::format("{} is kept out by {}", recommendation.next_class,
                                          recommendation.limited_by)});
  }
  if (!recommendation.next_steps.empty()) {
    lines.push_back({"Next", fmt::format("{} would run with {}", recommendation.next_class,
                                         fmt::join(recommendation.next_steps, "; or "))});
  }
  return lines;
}

std::string count_words(const Report& report) {
  std::array<int, 7> counts{};
  for (const Verdict& verdict : report.advice.verdicts)
    ++counts[static_cast<std::size_t>(verdict.fit)];
  std::string text =
      plural(static_cast<std::int64_t>(report.advice.verdicts.size()), "model", "models") + ":";
  bool first = true;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    text += fmt::format("{} {} {}", first ? "" : ",", counts[i], to_text(static_cast<Fit>(i)));
    first = false;
  }
  return text;
}

}  // namespace weighin
