// How is a report written for an issue or a wiki?
#include <fmt/format.h>

#include <string>

#include "report/output.hpp"
#include "report/screen.hpp"
#include "report/summary.hpp"

namespace weighin {
namespace {

/// Text in which no character starts markup: names come from drivers and files.
std::string plain(std::string_view text) {
  std::string safe;
  for (const char c : clean(text)) {
    if (std::string_view("\\`*_{}[]<>#|!").find(c) != std::string_view::npos) safe += '\\';
    safe += c;
  }
  return safe;
}

std::string table(const std::vector<Row>& rows) {
  std::string out =
      "| Class | Model | Format | Download | Takes | Fit | Tokens/s | Known by | Place |\n"
      "|---|---|---|--:|--:|---|--:|---|---|\n";
  for (const Row& row : rows) {
    const std::string mark = row.recommended ? "**" : "";
    out +=
        fmt::format("| {} | {}{}{} | {} | {} | {} | {} | {} | {} | {} |\n", plain(row.size_class),
                    mark, plain(row.model), mark, plain(row.format), row.download, row.takes,
                    to_text(row.fit), row.speed, row.known_by, row.place);
  }
  return out;
}

std::string render_markdown(const Report& report, const RenderOptions& options) {
  std::string out = fmt::format("# {}\n\n", plain(headline(report)));
  for (const std::string& line : answer_lines(report)) out += plain(line) + ".\n";
  out += "\n| Device | |\n|---|---|\n";
  for (const Line& line : machine_lines(report.profile))
    out += fmt::format("| {} | {} |\n", line.label, plain(line.text));
  for (const Line& line : ceiling_lines(report.measurements))
    out += fmt::format("| {} | {} |\n", line.label, plain(line.text));
  for (const std::string& warning : report.measurements.warnings)
    out += fmt::format("| Warning | {} |\n", plain(warning));
  out += "\n" + table(options.all || report.asked ? verdict_rows(report) : class_rows(report));
  if (report.asked) {
    for (const Verdict& verdict : report.advice.verdicts) {
      if (verdict.reasons.empty()) continue;
      out += fmt::format("\n**{}**: {}\n\n", plain(verdict.name), to_text(verdict.fit));
      for (const Reason& reason : verdict.reasons)
        out += fmt::format("- {} ({}): {}\n", plain(reason_words(reason)), reason.cls,
                           plain(reason.advice));
      for (const Remedy& remedy : verdict.to_make_it_fit) {
        out += fmt::format("- {} would be {}, taking {}\n", plain(remedy.change),
                           to_text(remedy.verdict), memory_words(remedy.total_bytes));
      }
    }
  }
  for (const Line& line : next_lines(report))
    out += fmt::format("\n{}: {}.\n", line.label, plain(line.text));
  out += fmt::format(
      "\n{}. Memory is in GiB (powers of 1024), downloads in GB (powers of 1000). weighin {}.\n",
      plain(count_words(report)), version());
  return out;
}

}  // namespace

extern const Output markdown_output{"markdown", "a page for an issue or a wiki", render_markdown};

}  // namespace weighin
