// How is a report shown as one page that needs nothing else?
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "report/output.hpp"
#include "report/screen.hpp"
#include "report/summary.hpp"

namespace weighin {
namespace {

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : clean(text)) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

constexpr const char* kStyle = R"css(
:root{color-scheme:light dark;--paper:#fbfaf7;--ink:#1d2127;--soft:#5c6570;--line:#dcd9d1;--card:#fff;--mark:#0b6e4f;--good:#0b6e4f;--warn:#96600a;--bad:#a8323a;--bar:#e9e6de}
@media (prefers-color-scheme:dark){:root{--paper:#14171b;--ink:#e8e6e1;--soft:#9aa4af;--line:#2d333b;--card:#1b1f25;--mark:#5fd0a5;--good:#5fd0a5;--warn:#e0b45c;--bad:#f0868c;--bar:#2a3038}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
main{max-width:66rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
h1{font-size:clamp(1.9rem,5vw,3rem);line-height:1.1;margin:.2rem 0 .8rem;letter-spacing:-.02em}h2{font-size:1.1rem;margin:2.4rem 0 .7rem}
.eyebrow,footer,.soft{color:var(--soft)}.answer{background:var(--card);border:1px solid var(--line);border-left:6px solid var(--mark);border-radius:10px;padding:1rem 1.2rem;max-width:46rem}
.answer p{margin:.15rem 0}.answer p:first-child{font-weight:600}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.3rem 1.2rem;margin:0}dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto;border:1px solid var(--line);border-radius:10px;background:var(--card)}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th,td{padding:.5rem .75rem;text-align:left;white-space:nowrap;border-bottom:1px solid var(--line)}
th{font-weight:500;color:var(--soft);font-size:.88rem}tr:last-child td{border-bottom:0}.n{text-align:right}tr.pick td{font-weight:600;background:color-mix(in srgb,var(--mark) 9%,transparent)}
.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}
.bar{display:block;height:5px;border-radius:3px;background:var(--bar);margin-top:3px;min-width:5rem;overflow:hidden}.bar i{display:block;height:100%;background:currentColor}
article{border:1px solid var(--line);border-radius:10px;background:var(--card);padding:1rem 1.2rem;margin:0 0 1rem}article h3{margin:0 0 .5rem}ul{margin:.4rem 0 0;padding-left:1.2rem}
footer{margin-top:2.5rem;font-size:.88rem}
details{margin-top:1.6rem}
@media (max-width:40rem){.x{display:none}th,td{padding:.45rem .5rem;white-space:normal}}
)css";

const char* tone_class(Fit fit) {
  switch (Screen::fit_tone(fit)) {
    case Tone::good:
      return "good";
    case Tone::bad:
      return "bad";
    default:
      return "warn";
  }
}

/// How much of what is there the model takes, as a bar; the figures stand beside it.
std::string bar(const Verdict& verdict) {
  if (!verdict.available_bytes || *verdict.available_bytes <= 0 || verdict.memory.total_bytes <= 0)
    return "";
  const double share = static_cast<double>(verdict.memory.total_bytes) /
                       static_cast<double>(*verdict.available_bytes);
  return fmt::format(
      "<span class=\"bar {}\" aria-hidden=\"true\"><i style=\"width:{:.0f}%\"></i></span>",
      tone_class(verdict.fit), 100 * std::min(1.0, share));
}

const Verdict* verdict_of(const Report& report, const Row& row) {
  for (const Verdict& each : report.advice.verdicts) {
    if ((each.name == row.model || each.model == row.model) && each.format == row.format)
      return &each;
  }
  return nullptr;
}

std::string table(const Report& report, const std::vector<Row>& rows, const Screen& screen) {
  std::string out =
      "<div class=\"scroll\"><table><thead><tr><th>Class</th><th>Model</th><th "
      "class=\"x\">Format</th>"
      "<th class=\"n x\">Download</th>"
      "<th class=\"n\">Takes</th><th>Fit</th><th class=\"n\">Tokens/s</th><th class=\"x\">Known "
      "by</th></tr></thead><tbody>\n";
  for (const Row& row : rows) {
    const Verdict* verdict = verdict_of(report, row);
    out += fmt::format(
        "<tr{}><td>{}</td><td>{}</td><td class=\"x\">{}</td><td class=\"n x\">{}</td><td "
        "class=\"n\">{}{}</td><td class=\"{}\">{}</td><td class=\"n\">{}</td><td "
        "class=\"soft x\">{}</td></tr>\n",
        row.recommended ? " class=\"pick\"" : "", escaped(row.size_class), escaped(row.model),
        escaped(row.format), escaped(row.download), escaped(row.takes),
        verdict != nullptr ? bar(*verdict) : "", tone_class(row.fit),
        escaped(screen.fit_word(row.fit)), escaped(row.speed), escaped(row.known_by));
  }
  return out + "</tbody></table></div>\n";
}

std::string asked(const Report& report, const Screen& screen) {
  std::string out = "<h2>What was asked</h2>\n";
  for (const Verdict& verdict : report.advice.verdicts) {
    out += fmt::format("<article><h3>{} <span class=\"{}\">{}</span></h3>\n", escaped(verdict.name),
                       tone_class(verdict.fit), escaped(screen.fit_word(verdict.fit)));
    if (verdict.memory.total_bytes > 0) {
      out += fmt::format(
          "<p>{} with {}: download {}, takes {} {}, {} tokens/s.</p>\n", escaped(verdict.format),
          escaped(verdict.runtime), escaped(download_words(verdict.download_bytes)),
          memory_words(verdict.memory.total_bytes),
          escaped(place_words(verdict.place, report.profile)),
          verdict.decode_tokens_per_second ? range_words(verdict.decode_tokens_per_second->range)
                                           : "not known how many");
    }
    if (!verdict.reasons.empty() || !verdict.to_make_it_fit.empty()) out += "<ul>\n";
    for (const Reason& reason : verdict.reasons)
      out +=
          fmt::format("<li>{}: {}</li>\n", escaped(reason_words(reason)), escaped(reason.advice));
    for (const Remedy& remedy : verdict.to_make_it_fit) {
      out += fmt::format("<li>{} would be <b>{}</b>, taking {}</li>\n", escaped(remedy.change),
                         to_text(remedy.verdict), memory_words(remedy.total_bytes));
    }
    if (!verdict.reasons.empty() || !verdict.to_make_it_fit.empty()) out += "</ul>\n";
    out += "</article>\n";
  }
  return out;
}

std::string render_html(const Report& report, const RenderOptions& options) {
  const Screen screen(options);
  const std::string title = headline(report);
  std::string out = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width,initial-scale=1\">"
      "<title>{}</title><style>{}</style></head><body><main>\n",
      escaped(title), kStyle);
  out += fmt::format("<p class=\"eyebrow\">weighin: what runs on this device</p>\n<h1>{}</h1>\n",
                     escaped(title));
  const std::vector<std::string> answer = answer_lines(report);
  if (!answer.empty()) {
    out += "<div class=\"answer\">\n";
    for (const std::string& line : answer) out += fmt::format("<p>{}</p>\n", escaped(line));
    out += "</div>\n";
  }
  out += "<h2>The device</h2>\n<dl>\n";
  std::vector<Line> lines = machine_lines(report.profile);
  for (const Line& line : ceiling_lines(report.measurements)) lines.push_back(line);
  for (const std::string& warning : report.measurements.warnings)
    lines.push_back({"Warning", warning});
  for (const Line& line : lines)
    out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escaped(line.label), escaped(line.text));
  out += "</dl>\n";
  if (report.asked) out += asked(report, screen);
  out += fmt::format("<h2>{}</h2>\n", report.asked ? "Side by side" : "Size classes");
  out += table(report, report.asked ? verdict_rows(report) : class_rows(report), screen);
  const std::vector<Line> next = next_lines(report);
  if (!next.empty()) {
    out += "<h2>What would come next</h2>\n<dl>\n";
    for (const Line& line : next)
      out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escaped(line.label), escaped(line.text));
    out += "</dl>\n";
  }
  if (!report.asked && report.advice.verdicts.size() > report.advice.classes.size()) {
    out += fmt::format(
        "<details><summary><h2 style=\"display:inline\">All models</h2> <span "
        "class=\"soft\">{}</span></summary>\n",
        escaped(count_words(report)));
    out += table(report, verdict_rows(report), screen) + "</details>\n";
  }
  out += fmt::format(
      "<footer>Memory in GiB (powers of 1024), downloads in GB (powers of 1000). \"Known by\" says "
      "how a row's speed, or else its size, came to be known. weighin "
      "{}</footer>\n</main></body></html>\n",
      version());
  return out;
}

}  // namespace

extern const Output html_output{"html", "one page that needs nothing else", render_html};

}  // namespace weighin
