// How far was the prediction from what the engine did?
#include <fmt/format.h>

#include "report/json_document.hpp"
#include "report/screen.hpp"
#include "weighin/report.hpp"

namespace weighin {
namespace {

bool inside(const Verified& each) {
  return each.predicted && each.measured >= each.predicted->range.low &&
         each.measured <= each.predicted->range.high;
}

}  // namespace

std::string verify_json(const Verification& verification) {
  Json document = Json::object();
  document["schema"] = "weighin/verify/1";
  document["model"] = verification.model;
  document["file"] = verification.file;
  document["format"] = verification.format;
  document["engine"] = verification.engine;
  document["threads"] = verification.threads;
  Json phases = Json::array();
  for (const Verified& each : verification.phases) {
    Json row = Json::object();
    row["phase"] = each.phase;
    row["tokens"] = each.tokens;
    row["predicted_tokens_per_second"] =
        each.predicted ? json_of_range(each.predicted->range)
                       : json_of_unknown(each.predicted.status, each.predicted.why);
    row["measured_tokens_per_second"] =
        json_of_range({each.measured_low, each.measured, each.measured_high});
    row["ratio"] = each.ratio > 0 ? json_of_number(each.ratio)
                                  : json_of_unknown(Status::skipped, "nothing was predicted");
    row["inside"] = inside(each);
    phases.push_back(std::move(row));
  }
  document["phases"] = std::move(phases);
  document["kept"] = verification.kept;
  return text_of_document(document);
}

std::string verify_text(const Verification& verification, const RenderOptions& options) {
  const Screen screen(options);
  std::string out = screen.tone(fmt::format("{} {}: predicted and measured",
                                            clean(verification.model), clean(verification.format)),
                                Tone::strong) +
                    "\n";
  out += screen.labelled("  engine", clean(verification.engine), 14);
  out += screen.labelled("  threads", std::to_string(verification.threads), 14);
  for (const Verified& each : verification.phases) {
    std::string words = fmt::format("measured {:.1f} tokens/s ({:.1f}-{:.1f})", each.measured,
                                    each.measured_low, each.measured_high);
    if (each.predicted) {
      const Range& range = each.predicted->range;
      words +=
          fmt::format(", predicted {:.1f} ({:.1f}-{:.1f}): ", range.mid, range.low, range.high);
      words += fmt::format("{:.2f} of it, {}", each.ratio,
                           inside(each) ? "inside the range" : "outside the range");
    } else {
      words += ", not predicted: " + each.predicted.why;
    }
    out += screen.labelled(fmt::format("  {}", each.phase), words, 14);
  }
  if (verification.kept) {
    for (const std::string& line : screen.fold(
             "Later predictions for this runtime on this device take these ratios into account and "
             "say so.",
             screen.width()))
      out += screen.tone(line, Tone::faint) + "\n";
  }
  return out;
}

}  // namespace weighin
