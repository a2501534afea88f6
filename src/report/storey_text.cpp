// How does a single storey's result read on the terminal?
#include <fmt/format.h>

#include <algorithm>

#include "report/screen.hpp"
#include "report/summary.hpp"
#include "report/verdict_text.hpp"

namespace weighin {
namespace {

constexpr std::size_t kLabel = 13;

template <class T>
std::string known_words(const Known<T>& known, const std::string& words) {
  return known ? words : fmt::format("not known: {} ({})", known.why, to_text(known.status));
}

std::string bytes_words(const Known<Bytes>& known) {
  return known_words(known, known ? text_binary(*known) : "");
}

std::string joined(const Known<std::vector<std::string>>& known) {
  return known_words(known, known ? fmt::format("{}", fmt::join(*known, " ")) : "");
}

std::string heading(const Screen& screen, const std::string& text) {
  return screen.tone(text, Tone::strong) + "\n";
}

/// Operations a second: arithmetic in thousands of millions, barriers in millions, submits to a GPU
/// in thousands. "6.16 GB/s (4.53-7.80)": all three in the unit of the middle one.
std::string range_words(const Range& rate, double unit, const char* name) {
  const double mid = rate.mid / unit;
  const int digits = mid >= 99.5 ? 0 : mid >= 9.95 ? 1 : 2;
  return fmt::format("{:.{}f} {} ({:.{}f}-{:.{}f})", mid, digits, name, rate.low / unit, digits,
                     rate.high / unit, digits);
}

std::string bytes_words(const Range& rate) {
  if (rate.mid >= 1e12) return range_words(rate, 1e12, "TB/s");
  if (rate.mid >= 1e9) return range_words(rate, 1e9, "GB/s");
  return range_words(rate, 1e6, "MB/s");
}

std::string operations_words(const Range& rate) {
  if (rate.mid >= 1e12) return range_words(rate, 1e12, "Top/s");
  if (rate.mid >= 1e9) return range_words(rate, 1e9, "Gop/s");
  if (rate.mid < 1e5) return range_words(rate, 1e3, "thousand/s");
  return range_words(rate, 1e6, "million/s");
}

bool has_rate(const Measurement& each) {
  return each.bytes_per_second || each.operations_per_second;
}

/// What was found, or why nothing was.
std::string result_words(const Measurement& each) {
  std::string words = each.why;
  if (each.bytes_per_second) words = bytes_words(*each.bytes_per_second);
  if (each.operations_per_second) words = operations_words(*each.operations_per_second);
  if (each.status == BenchStatus::ok) return words;
  return fmt::format("{}{}{}", to_text(each.status), words.empty() ? "" : ": ", words);
}

/// "cpu x2", "gpu0".
std::string place_words(const Measurement& each) {
  return each.threads > 0 && each.place == "cpu" ? fmt::format("{} x{}", each.place, each.threads)
                                                 : each.place;
}

/// The table of figures; a narrow screen does without the kernel's variant.
class FigureTable {
 public:
  explicit FigureTable(const Screen& screen)
      : screen_(screen), wide_(screen.width() >= 76), name_(wide_ ? 22 : 20) {}

  std::string head() const {
    return screen_.tone(start("Measured", "Place", "Kernel") + "Rate (low-high)", Tone::faint) +
           "\n";
  }
  std::string row(const Measurement& each) const {
    return folded(start(each.name, place_words(each), kernel_words(each)), result_words(each));
  }
  /// Figures that are lacking for one reason: once, and their names.
  std::string lacking(const std::vector<const Measurement*>& all) const {
    std::string names;
    for (const Measurement* each : all) names += (names.empty() ? "" : ", ") + each->name;
    std::string out = folded(start(fmt::format("{} figures", all.size()), all.front()->place, ""),
                             result_words(*all.front()));
    for (const std::string& line : screen_.fold(names, screen_.width() - 2))
      out += "  " + screen_.tone(line, Tone::faint) + "\n";
    return out;
  }

 private:
  // The place says what kind of kernel it is: of Vulkan's variants the rest of the name tells.
  static std::string kernel_words(const Measurement& each) {
    constexpr std::string_view kPrefix = "vulkan_";
    return each.isa.starts_with(kPrefix) ? each.isa.substr(kPrefix.size()) : each.isa;
  }
  std::string start(std::string_view name, std::string_view place, std::string_view kernel) const {
    return screen_.left(screen_.cut_middle(name, name_ - 1), name_) + screen_.left(place, 8) +
           (wide_ ? screen_.left(kernel, 13) : "");
  }
  std::string folded(const std::string& before, const std::string& words) const {
    const std::size_t indent = name_ + 8 + (wide_ ? 13 : 0);
    std::string out;
    for (const std::string& line : screen_.fold(words, screen_.width() - indent))
      out += (out.empty() ? before : std::string(indent, ' ')) + line + "\n";
    return out.empty() ? before + "\n" : out;
  }

  const Screen& screen_;
  bool wide_;
  std::size_t name_;
};

/// Whose memory a GPU's is, where it is not its own.
std::string shared_words(const Gpu& gpu) {
  if (!gpu.unified.value_or(false) || gpu.software) return "";
  const Bytes own = gpu.carve_out_bytes.value_or(0);
  if (own <= 0) return ", shared with the system";
  if (gpu.vram_bytes && own >= *gpu.vram_bytes) return ", set aside by the firmware";
  return fmt::format(", {} of it set aside by the firmware, the rest shared with the system",
                     text_binary(own));
}

std::string gpu_text(const Gpu& gpu, std::size_t index, const Screen& screen) {
  std::string out = heading(screen, fmt::format("GPU {}: {}", index, clean(gpu.name)));
  const auto line = [&](const char* label, const std::string& text) {
    out += screen.labelled(fmt::format("  {}", label), text, kLabel);
  };
  line("kind",
       gpu.software ? "software: runs on the CPU, never counted" : gpu.type + " by " + gpu.vendor);
  line("driver", known_words(gpu.driver, gpu.driver.value_or("")) +
                     (gpu.api_version ? fmt::format(", {} {}", gpu.api, *gpu.api_version) : ""));
  line("memory", bytes_words(gpu.vram_bytes) + shared_words(gpu));
  const std::string held = held_words(gpu);
  line("free", bytes_words(gpu.vram_free_bytes) + (held.empty() ? held : "; " + held));
  line("one buffer", "at most " + bytes_words(gpu.limits.max_storage_buffer_bytes));
  line("allocation", "at most " + bytes_words(gpu.limits.max_memory_allocation_bytes));
  if (gpu.features) line("features", joined(gpu.features));
  if (gpu.cooperative_matrices && !gpu.cooperative_matrices->empty()) {
    line("matrices", fmt::format("cooperative, shapes: {}", gpu.cooperative_matrices->size()));
  }
  for (const OtherAnswer& other : gpu.vram_bytes.others)
    line("but", other.source + " says " + other.value);
  return out;
}

}  // namespace

std::string device_text(const DeviceProfile& profile, const RenderOptions& options) {
  const Screen screen(options);
  std::string out;
  const auto line = [&](const char* label, const std::string& text) {
    out += screen.labelled(fmt::format("  {}", label), text, kLabel);
  };
  const Memory& memory = profile.memory;
  out += heading(screen, "Memory");
  line("total", bytes_words(memory.total_bytes));
  line("available", bytes_words(memory.available_bytes));
  line("usable", bytes_words(memory.usable_bytes) +
                     (memory.bound_by ? ", bound by: " + *memory.bound_by : ""));
  if (memory.swap_bytes && *memory.swap_bytes > 0)
    line("swap", text_binary(*memory.swap_bytes) + ", never counted as room");
  for (const MemoryLimit& limit : profile.limits.memory) {
    line("limit", fmt::format("{} {}: {}, room {}", limit.kind, limit.where,
                              text_binary(limit.limit_bytes), bytes_words(limit.room_bytes)));
  }
  const Cpu& cpu = profile.cpu;
  out += heading(screen, "CPU");
  line("model", known_words(cpu.model, cpu.model.value_or("")) +
                    (cpu.microarchitecture ? " (" + *cpu.microarchitecture + ")" : ""));
  line("cores",
       known_words(cpu.physical_cores, fmt::format("{} physical", cpu.physical_cores.value_or(0))) +
           (cpu.logical_cores ? fmt::format(", {} logical", *cpu.logical_cores) : "") +
           (cpu.usable_threads ? fmt::format(", {} usable threads", *cpu.usable_threads) : ""));
  if (cpu.core_kinds.size() > 1) {
    for (const CoreKind& kind : cpu.core_kinds)
      line(kind.kind.c_str(), fmt::format("{} cores, {} threads", kind.cores, kind.threads));
  }
  for (const Cache& cache : cpu.caches) {
    if (cache.type == "instruction") continue;
    line(fmt::format("L{} cache", cache.level).c_str(),
         fmt::format("{} x {}", cache.count, text_binary(cache.bytes)));
  }
  line("simd", joined(cpu.simd));
  for (std::size_t i = 0; i < profile.gpus.size(); ++i) out += gpu_text(profile.gpus[i], i, screen);
  if (profile.gpus.empty()) out += heading(screen, "GPU: none found");
  for (const GpuFault& fault : profile.gpu_faults) line("driver", fault.driver + ": " + fault.why);
  for (const Volume& volume : profile.storage) {
    out += heading(screen, "Storage");
    line("path", volume.path);
    line("free",
         known_words(volume.free_bytes, volume.free_bytes ? text_decimal(*volume.free_bytes) : "") +
             (volume.filesystem ? " on " + *volume.filesystem : ""));
    if (volume.read_only.value_or(false)) line("state", "read-only");
  }
  out += heading(screen, "System");
  const System& system = profile.system;
  line("system", known_words(system.distribution, system.distribution.value_or("")) +
                     (system.kernel ? ", kernel " + *system.kernel : ""));
  line("container", known_words(system.container, system.container.value_or("")));
  line("hypervisor", known_words(system.hypervisor, system.hypervisor.value_or("")));
  line("power", known_words(profile.power.on_battery,
                            profile.power.on_battery.value_or(false) ? "battery" : "mains"));
  return out;
}

std::string bench_text(const Measurements& measurements, const RenderOptions& options) {
  const Screen screen(options);
  const FigureTable table(screen);
  std::string out = table.head();
  const std::vector<Measurement>& list = measurements.list;
  for (std::size_t i = 0; i < list.size();) {
    std::vector<const Measurement*> alike;
    while (i + alike.size() < list.size()) {
      const Measurement& next = list[i + alike.size()];
      if (has_rate(next) || next.place != list[i].place || next.status != list[i].status ||
          next.why != list[i].why)
        break;
      alike.push_back(&next);
    }
    if (alike.size() > 2) {
      out += table.lacking(alike);
      i += alike.size();
    } else {
      out += table.row(list[i++]);
    }
  }
  const ThreadAdvice& threads = measurements.threads;
  if (threads.best > 0) {
    out += screen.labelled("threads",
                           fmt::format("fastest with {}; {} beside other programs ({})",
                                       threads.best, threads.safe, threads.why),
                           9);
  }
  for (const std::string& warning : measurements.warnings)
    out += screen.labelled("warning", warning, 9, Tone::warning);
  return out;
}

std::string gate_text(const GateAnswer& answer, const RenderOptions& options) {
  const Screen screen(options);
  const Tone tone = exit_code(answer.decision) == 0   ? Tone::good
                    : exit_code(answer.decision) == 1 ? Tone::bad
                                                      : Tone::warning;
  const Verdict& verdict = answer.verdict;
  std::string out =
      screen.tone(to_text(answer.decision), tone) +
      fmt::format(": {} in {}: {}", clean(verdict.name), verdict.format, to_text(verdict.fit)) +
      "\n";
  for (const Reason& reason : answer.reasons) {
    out += screen.labelled("  because", reason_words(reason), kLabel, Tone::warning);
    out += screen.labelled("", reason.advice, kLabel);
  }
  return out;
}

}  // namespace weighin
