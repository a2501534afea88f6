// What does a person see on the terminal?
#include <fmt/format.h>

#include <algorithm>

#include "report/output.hpp"
#include "report/screen.hpp"
#include "report/summary.hpp"
#include "report/verdict_text.hpp"

namespace weighin {
namespace {

constexpr std::size_t kLabel = 11;

/// Widths of the table's columns; what a narrow screen can do without is 0.
struct Columns {
  std::size_t size_class = 7, model = 9, format = 7, download = 9, takes = 9, fit = 9, speed = 9,
              known_by = 10, place = 10;
  std::size_t taken() const {
    return 1 + size_class + model + format + download + takes + 2 + fit + speed + known_by + place;
  }
};

Columns columns_for(const std::vector<Row>& rows, std::size_t width) {
  Columns columns;
  for (const Row& row : rows) {
    columns.model = std::max(columns.model, columns_of(row.model) + 2);
    columns.format = std::max(columns.format, columns_of(row.format) + 1);
    columns.speed = std::max(columns.speed, columns_of(row.speed) + 1);
    columns.fit = std::max(columns.fit, columns_of(to_text(row.fit)) + 2);
    columns.place = std::max(columns.place, columns_of(row.place) + 2);
  }
  // The name gives way to 15 letters, then whole columns go, the least telling first.
  const std::size_t least = std::min<std::size_t>(columns.model, 17);
  for (std::size_t* each :
       {&columns.place, &columns.known_by, &columns.format, &columns.download}) {
    if (columns.taken() - columns.model + least > width) *each = 0;
  }
  if (const std::size_t taken = columns.taken(); taken > width)
    columns.model -= std::min(columns.model - 8, taken - width);
  if (const std::size_t taken = columns.taken(); taken > width)
    columns.fit -= std::min(columns.fit - 6, taken - width);
  return columns;
}

std::string table(const std::vector<Row>& rows, const Screen& screen) {
  const Columns columns = columns_for(rows, screen.width());
  const auto line = [&](const Row& row, std::string_view fit, bool head) {
    const auto tone = [&](std::string text, Tone each) {
      return screen.tone(text, head ? Tone::faint : each);
    };
    std::string out = row.recommended ? screen.tone(screen.sign("▸", ">"), Tone::accent) : " ";
    const Tone weight = row.recommended ? Tone::strong : Tone::plain;
    out += tone(screen.left(row.size_class, columns.size_class), weight);
    out += tone(screen.left(screen.cut_middle(row.model, columns.model - 2), columns.model), weight);
    out += tone(screen.left(row.format, columns.format), Tone::plain);
    out += tone(screen.right(row.download, columns.download), Tone::plain);
    out += tone(screen.right(row.takes, columns.takes), Tone::plain);
    out += "  " + tone(screen.left(fit, columns.fit), Screen::fit_tone(row.fit));
    out += tone(screen.right(row.speed, columns.speed), Tone::plain);
    out += tone(screen.right(row.known_by, columns.known_by), Tone::faint);
    if (columns.place > 0)
      out += "  " + tone(screen.cut(row.place, columns.place - 2), Tone::faint);
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out + "\n";
  };
  Row head{"Class",    "Model",    "Format", "Download", "Takes",
           "Tokens/s", "Known by", "Place",  Fit::fits,  false};
  std::string out = line(head, "Fit", true);
  for (const Row& row : rows) out += line(row, screen.fit_word(row.fit), false);
  return out;
}

std::string machine(const Report& report, const Screen& screen) {
  std::string out;
  for (const Line& line : machine_lines(report.profile))
    out += screen.labelled(" " + line.label, line.text, kLabel);
  for (const Line& line : ceiling_lines(report.measurements))
    out += screen.labelled(" " + line.label, line.text, kLabel);
  for (const std::string& warning : report.measurements.warnings) {
    out += screen.labelled(" Warning", warning, kLabel, Tone::warning);
  }
  return out;
}

std::string render_text(const Report& report, const RenderOptions& options) {
  const Screen screen(options);
  std::string out = machine(report, screen) + "\n";
  if (report.asked) {
    for (const Verdict& verdict : report.advice.verdicts)
      out += verdict_text(verdict, report.profile, screen) + "\n";
    out.pop_back();
    return out;
  }
  out += screen.tone(" " + headline(report), Tone::strong) + "\n";
  for (const std::string& line : answer_lines(report)) {
    for (const std::string& folded : screen.fold(line, screen.width() - 3))
      out += "   " + folded + "\n";
  }
  const std::vector<Row> rows = options.all ? verdict_rows(report) : class_rows(report);
  if (!rows.empty()) out += "\n" + table(rows, screen);
  const std::vector<Line> next = next_lines(report);
  if (!next.empty()) out += "\n";
  for (const Line& line : next) out += screen.labelled(" " + line.label, line.text, kLabel);
  std::string hint = count_words(report);
  if (!options.all) hint += ". `weighin --all` lists them, `weighin check MODEL` explains one";
  out += "\n";
  for (const std::string& line : screen.fold(hint, screen.width() - 1))
    out += " " + screen.tone(line, Tone::faint) + "\n";
  return out;
}

}  // namespace

extern const Output text_output{"text", "a screen for people", render_text};

}  // namespace weighin
