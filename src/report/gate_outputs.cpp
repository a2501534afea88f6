// What do a person, a code scanner and a test runner read of a gate's answer?
#include "report/gate_outputs.hpp"

#include <fmt/format.h>

#include "report/json_document.hpp"
#include "report/screen.hpp"
#include "report/summary.hpp"

namespace weighin {
namespace {

constexpr std::size_t kLabel = 11;

std::string xml(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (byte < 0x20) {
      out += ' ';
    } else {
      out += c;
    }
  }
  return out;
}

// A path as a reference of RFC 3986.
std::string uri(std::string_view path) {
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/:+").find(c) != std::string_view::npos;
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string words_of(const std::vector<Reason>& reasons) {
  std::string text;
  for (const Reason& reason : reasons)
    text += fmt::format("{}{} ({}): {}", text.empty() ? "" : "; ", reason_words(reason),
                        reason.cls, reason.advice);
  return text;
}

// "full: no, small: yes (2 left out)"
std::string choice_words(const PolicyAnswer& answer) {
  std::string text;
  std::size_t left_out = 0;
  for (const ChoiceResult& each : answer.choices) {
    if (!each.reached) {
      ++left_out;
      continue;
    }
    const char* word = each.outcome == Outcome::pass   ? "yes"
                       : each.outcome == Outcome::fail ? "no"
                                                       : "not known";
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", each.name.empty() ? "?" : each.name,
                        word);
  }
  return left_out == 0 ? text : fmt::format("{} ({} not needed)", text, left_out);
}

}  // namespace

std::string policy_answer_text(const PolicyAnswer& answer, const RenderOptions& options) {
  const Screen screen(options);
  const Tone tone = exit_code(answer.decision) == 0   ? Tone::good
                    : exit_code(answer.decision) == 1 ? Tone::bad
                                                      : Tone::warning;
  std::string out = screen.labelled(to_text(answer.decision), answer.sentence,
                                    std::string_view(to_text(answer.decision)).size() + 2, tone);
  if (answer.choices.size() > 1)
    out += screen.labelled("  choices", choice_words(answer), kLabel, Tone::faint);
  for (const Reason& reason : answer.reasons) {
    out += screen.labelled("  because", fmt::format("{} ({})", reason_words(reason), reason.cls),
                           kLabel, Tone::warning);
    out += screen.labelled("", reason.advice, kLabel);
  }
  if (answer.nearest) out += screen.labelled("  change", answer.nearest->words, kLabel);
  return out;
}

std::string policy_answer_sarif(const PolicyAnswer& answer, int exit_code) {
  Json rules = Json::array();
  for (const ReasonInfo& info : reason_list()) {
    rules.push_back({{"id", info.code}, {"shortDescription", {{"text", info.meaning}}}});
  }
  Json results = Json::array();
  for (const Reason& reason : answer.reasons) {
    Json result{{"ruleId", reason.code},
                {"level", exit_code == 1   ? "error"
                          : exit_code == 2 ? "warning"
                                           : "note"},
                {"message", {{"text", fmt::format("{} {}: {}.", answer.sentence, reason_words(reason), reason.advice)}}}};
    if (!answer.source.empty() && answer.source != "options") {
      result["locations"] =
          Json::array({{{"physicalLocation", {{"artifactLocation", {{"uri", uri(answer.source)}}}}}}});
    }
    result["properties"] = {{"class", reason.cls}, {"unit", reason.unit}};
    results.push_back(std::move(result));
  }
  return text_of_document(
      {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
       {"version", "2.1.0"},
       {"runs",
        Json::array(
            {{{"tool",
               {{"driver",
                 {{"name", "weighin"}, {"version", version()}, {"rules", std::move(rules)}}}}},
              {"properties", {{"decision", to_text(answer.decision)}}},
              {"results", std::move(results)}}})}});
}

std::string policy_answer_junit(const PolicyAnswer& answer, int exit_code) {
  std::string cases;
  int count = 0, failures = 0, skipped = 0;
  for (const ChoiceResult& choice : answer.choices) {
    if (!choice.reached) continue;
    for (const ConditionResult& each : choice.conditions) {
      ++count;
      cases += fmt::format("    <testcase classname=\"{}\" name=\"{}\"", xml(choice.name),
                           xml(each.key));
      if (each.outcome == Outcome::fail && exit_code == 1) {
        ++failures;
        cases +=
            fmt::format("><failure message=\"{}\"/></testcase>\n", xml(words_of(each.reasons)));
      } else if (each.outcome == Outcome::unknown || each.outcome == Outcome::fail) {
        // Another choice has passed, or it was not decided: no failure of the whole.
        ++skipped;
        cases +=
            fmt::format("><skipped message=\"{}\"/></testcase>\n", xml(words_of(each.reasons)));
      } else {
        cases += "/>\n";
      }
    }
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
      "  <testsuite name=\"weighin gate {}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" "
      "errors=\"0\">\n{}    <system-out>{}</system-out>\n  </testsuite>\n</testsuites>\n",
      xml(answer.policy), count, failures, skipped, cases, xml(answer.sentence));
}

}  // namespace weighin
