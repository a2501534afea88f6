// How is a report written for pipes: one verdict a line?
#include "report/json_document.hpp"
#include "report/output.hpp"

namespace weighin {
namespace {

std::string render_ndjson(const Report& report, const RenderOptions&) {
  std::string text;
  for (const Verdict& verdict : report.advice.verdicts)
    text += text_of_document(json_of_verdict(verdict), true);
  return text;
}

}  // namespace

extern const Output ndjson_output{"ndjson", "one line of JSON for each verdict", render_ndjson};

}  // namespace weighin
