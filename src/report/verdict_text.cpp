// What does one model take here, and what follows from it?
#include "report/verdict_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "report/summary.hpp"

namespace weighin {
namespace {

constexpr std::size_t kLabel = 12;

std::string speeds(const Verdict& verdict, const Screen& screen) {
  std::string out;
  const auto line = [&](const char* label, const Known<Speed>& speed, const char* unit) {
    const std::string text = speed
                                 ? fmt::format("{} {} ({}, bound by {})", range_words(speed->range),
                                               unit, to_text(speed->known_by), speed->bound_by)
                                 : "not known: " + speed.why;
    out += screen.labelled(label, text, kLabel);
  };
  if (writes_text(verdict)) line("  writes", verdict.decode_tokens_per_second, "tokens/s");
  line("  reads", verdict.prefill_tokens_per_second, "tokens/s");
  if (verdict.first_token_seconds)
    line("  starts", verdict.first_token_seconds, "s to the first token");
  if (verdict.load_seconds) line("  loads", verdict.load_seconds, "s");
  return out;
}

}  // namespace

std::string parts_text(const std::vector<Part>& parts, const Screen& screen) {
  // Small parts are drawn together, so that a screen holds them; the sum stays.
  constexpr std::size_t kMost = 14;
  std::string out;
  std::vector<Part> shown = parts;
  if (shown.size() > kMost) {
    std::stable_sort(shown.begin(), shown.end(),
                     [](const Part& a, const Part& b) { return a.bytes > b.bytes; });
    Part rest{fmt::format("{} smaller parts", shown.size() - kMost), 0, ""};
    for (std::size_t i = kMost; i < shown.size(); ++i) rest.bytes += shown[i].bytes;
    shown.resize(kMost);
    shown.push_back(std::move(rest));
  }
  const std::size_t what = std::min<std::size_t>(34, screen.width() / 3 + 4);
  for (const Part& part : shown) {
    std::string line =
        "  " + screen.left(part.what, what) + " " + screen.right(text_binary(part.bytes), 10);
    if (!part.how.empty())
      line += "  " + screen.tone(screen.cut(part.how, screen.width() - what - 15), Tone::faint);
    out += line + "\n";
  }
  return out;
}

std::string verdict_text(const Verdict& verdict, const DeviceProfile& profile,
                         const Screen& screen) {
  std::string title = verdict.name.empty() ? verdict.model : verdict.name;
  std::string out = screen.tone(screen.cut(title, screen.width() - 20), Tone::strong) + "  " +
                    screen.tone(screen.fit_word(verdict.fit), Screen::fit_tone(verdict.fit)) + "\n";
  std::string about = verdict.size_class.empty() ? "" : verdict.size_class + " class";
  if (verdict.parameters) {
    about +=
        fmt::format("{}{} parameters", about.empty() ? "" : ", ", text_count(*verdict.parameters));
    if (verdict.active_parameters && *verdict.active_parameters < *verdict.parameters) {
      about += fmt::format(", {} for a token", text_count(*verdict.active_parameters));
    }
  }
  if (verdict.known_by == KnownBy::assumed) about += ", assumed";
  if (!about.empty()) out += screen.labelled("  model", about, kLabel);
  if (verdict.memory.total_bytes > 0) {
    out +=
        screen.labelled("  runs",
                        fmt::format("{} with {}, context {}, {}", verdict.format, verdict.runtime,
                                    verdict.context, place_words(verdict.place, profile)),
                        kLabel);
    out += screen.labelled("  download",
                           download_words(verdict.download_bytes) +
                               fmt::format(" ({:.2f} bits a weight)", verdict.bits_per_weight),
                           kLabel);
    std::string takes = text_binary(verdict.memory.total_bytes);
    // Where the range is wide its end decides.
    const double high = verdict.total_bytes_range.high;
    if (high > 1.1 * static_cast<double>(verdict.memory.total_bytes))
      takes += fmt::format(" (up to {})", text_binary(static_cast<Bytes>(high)));
    const bool split_place = verdict.place.find('+') != std::string::npos;
    if (split_place) takes += " in both memories";
    if (verdict.available_bytes && split_place)
      takes += ", the GPU's part of " + text_binary(*verdict.available_bytes);
    else if (verdict.available_bytes)
      takes += " of " + text_binary(*verdict.available_bytes);
    if (verdict.headroom_bytes) {
      takes += *verdict.headroom_bytes >= 0
                   ? fmt::format(", {} to spare", text_binary(*verdict.headroom_bytes))
                   : fmt::format(", {} short", text_binary(-*verdict.headroom_bytes));
    }
    out += screen.labelled("  takes", takes, kLabel);
    const MemoryNeed& need = verdict.memory;
    std::string split;
    const auto add = [&](const char* what, Bytes bytes) {
      if (bytes > 0)
        split += fmt::format("{}{} {}", split.empty() ? "" : " + ", what, text_binary(bytes));
    };
    add("weights", need.weights_bytes);
    add("KV cache", need.kv_cache_bytes);
    add("state", need.state_bytes);
    add("compute", need.compute_bytes);
    add("output", need.output_bytes);
    add("adapter", need.adapter_bytes);
    add("runtime", need.runtime_bytes);
    out += screen.labelled("", "= " + split, kLabel);
    out += speeds(verdict, screen);
  }
  for (const Reason& reason : verdict.reasons) {
    out += screen.labelled("  because", reason_words(reason), kLabel, Tone::warning);
    out += screen.labelled("", reason.advice + " (" + reason.cls + ")", kLabel);
  }
  bool first = true;
  for (const Remedy& remedy : verdict.to_make_it_fit) {
    out += screen.labelled(first ? "  would fit" : "",
                           fmt::format("{}: {}, takes {}", remedy.change, to_text(remedy.verdict),
                                       text_binary(remedy.total_bytes)),
                           kLabel, Tone::good);
    first = false;
  }
  for (const std::string& note : verdict.notes) out += screen.labelled("  note", note, kLabel);
  return out;
}

}  // namespace weighin
