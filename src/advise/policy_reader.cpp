// How is a policy read, so that every mistake is told by line and column?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "advise/policy_check.hpp"
#include "catalogue/fields.hpp"
#include "catalogue/json_reader.hpp"
#include "weighin/gate.hpp"

namespace weighin {
namespace {

using catalogue::JsonKind;
using catalogue::JsonNode;
using catalogue::printable;

constexpr std::size_t kMostBytes = std::size_t{1} << 20;
constexpr std::size_t kMostItems = 256;  // choices, exceptions, words of one list
constexpr std::size_t kMostText = 300;
constexpr int kDeepest = 8;  // includes of includes

std::string one_of(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names)
    text += fmt::format("{}{}", text.empty() ? "" : ", ", name);
  return text;
}

// "50 Mbit/s", "6.25 MB/s", "100 kbit/s" in bytes a second.
std::optional<double> rate_of(std::string_view text) {
  const std::size_t unit_at = text.find_first_not_of("0123456789.");
  if (unit_at == 0 || unit_at == std::string_view::npos || unit_at > 12) return std::nullopt;
  double number = 0.0, place = 0.0;
  for (const char c : text.substr(0, unit_at)) {
    if (c == '.') {
      if (place > 0) return std::nullopt;
      place = 1.0;
    } else {
      number = number * 10.0 + (c - '0');
      if (place > 0) place *= 10.0;
    }
  }
  if (place > 0) number /= place;
  std::string_view unit = text.substr(unit_at);
  while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  struct Row {
    std::string_view unit;
    double bytes;
  };
  for (const Row row : {Row{"kbit/s", 125.0}, Row{"Mbit/s", 125e3}, Row{"Gbit/s", 125e6},
                        Row{"kB/s", 1e3}, Row{"MB/s", 1e6}, Row{"GB/s", 1e9}}) {
    if (unit == row.unit) return number * row.bytes;
  }
  return std::nullopt;
}

bool is_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return false;
  const auto number = [&](std::size_t at, std::size_t count) {
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
      if (text[i] < '0' || text[i] > '9') return -1;
      value = value * 10 + (text[i] - '0');
    }
    return value;
  };
  const int month = number(5, 2), day = number(8, 2);
  return number(0, 4) >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

// Reads one document; the first mistake ends it.
class Reader {
 public:
  Reader(std::string name, const PolicyLoader& load, std::vector<std::string> above)
      : name_(std::move(name)), load_(load), above_(std::move(above)) {}

  Result<Policy> read(std::string_view json) {
    catalogue::JsonLimits limits;
    limits.bytes = kMostBytes;
    limits.depth = 16;
    limits.values = 20'000;
    limits.columns = true;
    const Result<JsonNode> document = catalogue::read_json(json, name_, limits);
    if (!document) return document.error();
    if (document->kind != JsonKind::object)
      return Error{ErrorKind::data, "a policy is an object", at(*document),
                   "see `weighin schema policy`"};
    if (!whole(*document)) return *error_;
    return std::move(policy_);
  }

 private:
  std::string at(const JsonNode& node) const {
    return fmt::format("{}:{}:{}", name_, node.line, node.column);
  }
  bool fail(const JsonNode& node, std::string what, std::string hint) {
    if (!error_) error_ = Error{ErrorKind::data, std::move(what), at(node), std::move(hint)};
    return false;
  }
  bool fail_at_key(const JsonNode& node, std::string what, std::string hint) {
    if (!error_) {
      error_ =
          Error{ErrorKind::data, std::move(what),
                fmt::format("{}:{}:{}", name_, node.key_line, node.key_column), std::move(hint)};
    }
    return false;
  }

  bool known_keys(const JsonNode& object, const std::vector<std::string_view>& keys,
                  std::string_view what) {
    for (const JsonNode& item : object.items) {
      if (std::find(keys.begin(), keys.end(), item.key) != keys.end()) continue;
      const std::string near = catalogue::nearest_name(item.key, keys);
      return fail_at_key(
          item, fmt::format("{} has no key \"{}\"", what, printable(item.key)),
          near.empty() ? "one of " + one_of(keys) : fmt::format("\"{}\" is meant?", near));
    }
    return true;
  }

  bool text(const JsonNode& node, std::string& out) {
    if (node.kind != JsonKind::string)
      return fail(node,
                  fmt::format("\"{}\" is a text, and this is {}", node.key, to_text(node.kind)),
                  "put it in quotation marks");
    if (node.text.empty() || node.text.size() > kMostText ||
        printable(node.text, kMostText) != node.text)
      return fail(node,
                  fmt::format("\"{}\" is a text of 1 to {} characters, without control characters",
                              node.key, kMostText),
                  "shorten it");
    out = node.text;
    return true;
  }

  bool word(const JsonNode& node, std::initializer_list<std::string_view> words, std::string& out) {
    if (!text(node, out)) return false;
    const std::vector<std::string_view> list(words);
    if (std::find(list.begin(), list.end(), out) != list.end()) return true;
    const std::string near = catalogue::nearest_name(out, list);
    return fail(node, fmt::format("\"{}\" cannot be \"{}\"", node.key, printable(out)),
                near.empty() ? "one of " + one_of(list) : fmt::format("\"{}\" is meant?", near));
  }

  bool texts(const JsonNode& node, std::vector<std::string>& out) {
    if (node.kind == JsonKind::string) {
      out.emplace_back();
      return text(node, out.back());
    }
    if (node.kind != JsonKind::array || node.items.empty() || node.items.size() > kMostItems)
      return fail(node, fmt::format("\"{}\" is a list of 1 to {} texts", node.key, kMostItems),
                  "as in [\"one\", \"two\"]");
    for (const JsonNode& item : node.items) {
      out.emplace_back();
      if (item.kind != JsonKind::string)
        return fail(item,
                    fmt::format("\"{}\" lists texts, and this is {}", node.key, to_text(item.kind)),
                    "put it in quotation marks");
      if (!text(item, out.back())) return false;
    }
    return true;
  }

  bool bytes(const JsonNode& node, Bytes& out) {
    if (node.kind == JsonKind::integer) {
      out = node.integer;
    } else if (node.kind == JsonKind::string) {
      const Result<Bytes> parsed = parse_bytes(node.text);
      if (!parsed)
        return fail(node,
                    fmt::format("\"{}\" is no size for \"{}\"", printable(node.text), node.key),
                    "a whole number of bytes, or a text as \"2GB\", \"512MiB\"");
      out = *parsed;
    } else {
      return fail(node,
                  fmt::format("\"{}\" is a size, and this is {}", node.key, to_text(node.kind)),
                  "a whole number of bytes, or a text as \"2GB\", \"512MiB\"");
    }
    if (out < 0)
      return fail(node, fmt::format("\"{}\" is {}, and a size is not negative", node.key, out),
                  "leave the condition out where it asks for nothing");
    return true;
  }

  bool number(const JsonNode& node, double& out) {
    if (node.kind != JsonKind::integer && node.kind != JsonKind::number)
      return fail(node,
                  fmt::format("\"{}\" is a number, and this is {}", node.key, to_text(node.kind)),
                  "write it without quotation marks");
    out = node.number;
    if (!std::isfinite(out) || out < 0)
      return fail(node, fmt::format("\"{}\" is {:g}, and it is not negative", node.key, out),
                  "leave the condition out where it asks for nothing");
    return true;
  }

  bool count(const JsonNode& node, std::int64_t& out, std::int64_t most) {
    if (node.kind != JsonKind::integer || node.integer < 1 || node.integer > most)
      return fail(node, fmt::format("\"{}\" is a whole number from 1 to {}", node.key, most), "");
    out = node.integer;
    return true;
  }

  bool boolean(const JsonNode& node, bool& out) {
    if (node.kind != JsonKind::boolean)
      return fail(
          node,
          fmt::format("\"{}\" is true or false, and this is {}", node.key, to_text(node.kind)), "");
    out = node.integer != 0;
    return true;
  }

  bool object(const JsonNode& node) {
    return node.kind == JsonKind::object ||
           fail(node,
                fmt::format("\"{}\" is an object, and this is {}", node.key, to_text(node.kind)),
                "");
  }

  bool condition(const JsonNode& node, const ConditionInfo& info, Condition& out) {
    out.key = info.key;
    out.line = node.line;
    out.column = node.column;
    bool truth = false;
    Bytes size = 0;
    switch (info.kind) {
      case ConditionKind::least_bytes:
      case ConditionKind::most_bytes:
        if (!bytes(node, size)) return false;
        out.number = static_cast<double>(size);
        return true;
      case ConditionKind::least_number:
      case ConditionKind::most_number:
        return number(node, out.number);
      case ConditionKind::all_of:
      case ConditionKind::any_of:
        return texts(node, out.words);
      case ConditionKind::version:
        out.words.emplace_back();
        if (!text(node, out.words.back())) return false;
        if (out.words.back().find_first_not_of("0123456789.") != std::string::npos ||
            out.words.back().front() == '.')
          return fail(node, fmt::format("\"{}\" is no version", printable(out.words.back())),
                      "as in \"1.2\"");
        return true;
      case ConditionKind::flag:
        if (!boolean(node, truth)) return false;
        out.number = truth ? 1.0 : 0.0;
        return true;
      case ConditionKind::setting:
        if (node.kind == JsonKind::string) {
          const auto rate = rate_of(node.text);
          if (!rate || info.key != "line_rate")
            return fail(node, fmt::format("\"{}\" is no speed", printable(node.text)),
                        "bytes a second, or as in \"50 Mbit/s\"");
          out.number = *rate;
          return true;
        }
        return number(node, out.number);
    }
    return false;
  }

  bool conditions(const JsonNode& node, std::vector<Condition>& out) {
    if (!object(node)) return false;
    std::vector<std::string_view> keys;
    for (const ConditionInfo& info : condition_list()) keys.push_back(info.key);
    if (!known_keys(node, keys, "conditions")) return false;
    for (const JsonNode& item : node.items) {
      out.emplace_back();
      if (!condition(item, *find_condition(item.key), out.back())) return false;
    }
    if (auto found = impossible_condition(out)) {
      for (const JsonNode& item : node.items) {
        if (item.key == found->key) return fail(item, found->what, found->hint);
      }
    }
    return true;
  }

  bool stated(const JsonNode& node, StatedModel& out) {
    if (!known_keys(node, {"name", "parameters", "architecture", "download_bytes", "memory_bytes"},
                    "a stated model"))
      return false;
    for (const JsonNode& item : node.items) {
      if (item.key == "name" && !text(item, out.name)) return false;
      if (item.key == "architecture" && !text(item, out.architecture)) return false;
      if (item.key == "download_bytes" && !bytes(item, out.download_bytes)) return false;
      if (item.key == "memory_bytes" && !bytes(item, out.memory_bytes)) return false;
      if (item.key != "parameters") continue;
      const auto counted = item.kind == JsonKind::string ? parse_count(item.text) : std::nullopt;
      if (counted) {
        out.parameters = *counted;
      } else if (item.kind == JsonKind::integer && item.integer > 0) {
        out.parameters = item.integer;
      } else {
        return fail(item, "\"parameters\" is a count", "a whole number, or as in \"3.25B\"");
      }
    }
    if (out.name.empty()) return fail(node, "a stated model has a \"name\"", "add one");
    if (out.parameters == 0 && out.memory_bytes == 0)
      return fail(node, "a stated model has \"parameters\" or \"memory_bytes\"",
                  "without one of them its need cannot be known");
    return true;
  }

  bool choice(const JsonNode& node, Choice& out) {
    if (!object(node)) return false;
    out.line = node.line;
    out.column = node.column;
    if (!known_keys(node,
                    {"name", "model", "format", "runtime", "kv_type", "context", "parallel",
                     "degraded", "conditions"},
                    "a choice"))
      return false;
    for (const JsonNode& item : node.items) {
      std::int64_t value = 0;
      if (item.key == "name" && !text(item, out.name)) return false;
      if (item.key == "model") {
        if (item.kind == JsonKind::object) {
          out.stated.emplace();
          if (!stated(item, *out.stated)) return false;
        } else if (!text(item, out.model)) {
          return false;
        }
      }
      if (item.key == "format" && !text(item, out.format)) return false;
      if (item.key == "runtime" && !text(item, out.runtime)) return false;
      if (item.key == "kv_type" && !text(item, out.kv_type)) return false;
      if (item.key == "degraded" && !boolean(item, out.degraded)) return false;
      if (item.key == "context") {
        if (!count(item, value, std::int64_t{1} << 30)) return false;
        out.context = value;
      }
      if (item.key == "parallel") {
        if (!count(item, value, 4096)) return false;
        out.parallel = value;
      }
      if (item.key == "conditions" && !conditions(item, out.conditions)) return false;
    }
    if (out.name.empty()) out.name = out.stated ? out.stated->name : out.model;
    if (out.about_device()) {
      if (out.conditions.empty())
        return fail(node, "a choice has a \"model\", \"conditions\", or both", "add one");
      for (const Condition& each : out.conditions) {
        if (find_condition(each.key)->of_model)
          return fail(
              node,
              fmt::format("\"{}\" is a condition on a model, and the choice names none", each.key),
              "add \"model\"");
      }
    }
    return true;
  }

  bool fallback(const JsonNode& node) {
    Fallback& out = policy_.fallback;
    if (node.kind == JsonKind::string) {
      std::string kind;
      if (!word(node, {"none", "hosted"}, kind)) return false;
      out.kind = kind == "hosted" ? FallbackKind::hosted : FallbackKind::none;
      return true;
    }
    if (!object(node)) return false;
    const JsonNode* hosted = node.find("hosted");
    if (hosted != nullptr) {
      out.kind = FallbackKind::hosted;
      return known_keys(node, {"hosted"}, "a hosted fallback") && text(*hosted, out.note);
    }
    out.kind = FallbackKind::model;
    if (!choice(node, out.choice)) return false;
    if (out.choice.about_device())
      return fail(
          node,
          "a fallback is \"none\", \"hosted\", {\"hosted\": NAME}, or a choice with a \"model\"",
          "add \"model\"");
    return true;
  }

  bool exception(const JsonNode& node, Exception& out) {
    if (!object(node) ||
        !known_keys(node, {"reason", "cpus", "gpus", "until", "why"}, "an exception"))
      return false;
    for (const JsonNode& item : node.items) {
      if (item.key == "reason") {
        if (!text(item, out.reason)) return false;
        std::vector<std::string_view> codes;
        for (const ReasonInfo& info : reason_list()) codes.push_back(info.code);
        if (std::find(codes.begin(), codes.end(), out.reason) == codes.end()) {
          const std::string near = catalogue::nearest_name(out.reason, codes);
          return fail(
              item, fmt::format("there is no reason \"{}\"", printable(out.reason)),
              near.empty() ? "docs/reasons.md lists them" : fmt::format("\"{}\" is meant?", near));
        }
      }
      if (item.key == "cpus" && !texts(item, out.cpus)) return false;
      if (item.key == "gpus" && !texts(item, out.gpus)) return false;
      if (item.key == "why" && !text(item, out.why)) return false;
      if (item.key == "until") {
        if (!text(item, out.until)) return false;
        if (!is_date(out.until))
          return fail(item, fmt::format("\"{}\" is no day", printable(out.until)),
                      "as in \"2027-01-31\"");
      }
    }
    if (out.reason.empty() || out.until.empty() || out.why.empty())
      return fail(node, "an exception has \"reason\", \"until\" and \"why\"",
                  "an exception that nobody can explain or that never ends is a hole");
    return true;
  }

  bool include(const JsonNode& node) {
    std::vector<std::string> names;
    if (!texts(node, names)) return false;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const JsonNode& where = node.kind == JsonKind::array ? node.items[i] : node;
      if (!include_one(where, names[i])) return false;
    }
    return true;
  }

  bool include_one(const JsonNode& node, const std::string& wanted) {
    std::string resolved = wanted, json;
    constexpr std::string_view kPreset = "preset:";
    if (wanted.starts_with(kPreset)) {
      json = preset_text(std::string_view(wanted).substr(kPreset.size()));
      if (json.empty()) {
        const std::string near = catalogue::nearest_name(
            std::string_view(wanted).substr(kPreset.size()), preset_names());
        return fail(node, fmt::format("there is no preset \"{}\"", printable(wanted)),
                    near.empty() ? "one of " + one_of(preset_names())
                                 : fmt::format("\"preset:{}\" is meant?", near));
      }
    } else {
      if (!load_) return fail(node, "files cannot be included here", "only preset:NAME");
      Result<PolicyText> loaded = load_(wanted, name_);
      if (!loaded) return fail(node, loaded.error().what, loaded.error().hint);
      resolved = loaded->name;
      json = std::move(loaded->text);
    }
    std::vector<std::string> above = above_;
    above.push_back(name_);
    if (std::find(above.begin(), above.end(), resolved) != above.end())
      return fail(node, fmt::format("\"{}\" includes itself", printable(wanted)),
                  "take the include out");
    if (above.size() >= kDeepest)
      return fail(node, fmt::format("includes are nested deeper than {}", kDeepest),
                  "take one out");
    Result<Policy> other = Reader(resolved, load_, above).read(json);
    if (!other) {
      if (!error_) error_ = other.error();
      return false;
    }
    included_.push_back(std::move(*other));
    return true;
  }

  // What the document says itself goes before what it includes.
  void merge() {
    for (Policy& other : included_) {
      for (Condition& each : other.conditions) {
        const bool own = std::any_of(policy_.conditions.begin(), policy_.conditions.end(),
                                     [&](const Condition& mine) { return mine.key == each.key; });
        if (!own) policy_.conditions.push_back(std::move(each));
      }
      std::move(other.choices.begin(), other.choices.end(), std::back_inserter(policy_.choices));
      std::move(other.exceptions.begin(), other.exceptions.end(),
                std::back_inserter(policy_.exceptions));
      if (!has_fallback_) policy_.fallback = std::move(other.fallback);
      if (!has_unknown_) policy_.unknown = other.unknown;
    }
  }

  bool whole(const JsonNode& document) {
    if (!known_keys(document,
                    {"schema", "name", "description", "include", "unknown", "conditions", "choices",
                     "fallback", "exceptions"},
                    "a policy"))
      return false;
    const JsonNode* schema = document.find("schema");
    if (schema == nullptr || schema->text != "weighin/policy/1")
      return fail(schema == nullptr ? document : *schema, "this is no policy of ours",
                  "begin it with \"schema\": \"weighin/policy/1\"");
    policy_.name = policy_.source = name_;
    for (const JsonNode& item : document.items) {
      std::string value;
      if (item.key == "name" && !text(item, policy_.name)) return false;
      if (item.key == "description" && !text(item, value)) return false;
      if (item.key == "include" && !include(item)) return false;
      if (item.key == "conditions" && !conditions(item, policy_.conditions)) return false;
      if (item.key == "fallback") {
        has_fallback_ = true;
        if (!fallback(item)) return false;
      }
      if (item.key == "unknown") {
        has_unknown_ = true;
        if (!word(item, {"undecided", "allow", "deny"}, value)) return false;
        policy_.unknown = value == "allow"  ? UnknownRule::allow
                          : value == "deny" ? UnknownRule::deny
                                            : UnknownRule::undecided;
      }
      if (item.key != "choices" && item.key != "exceptions") continue;
      if (item.kind != JsonKind::array || item.items.empty() || item.items.size() > kMostItems)
        return fail(item, fmt::format("\"{}\" is a list of 1 to {}", item.key, kMostItems), "");
      for (const JsonNode& each : item.items) {
        if (item.key == "choices") {
          policy_.choices.emplace_back();
          if (!choice(each, policy_.choices.back())) return false;
        } else {
          policy_.exceptions.emplace_back();
          if (!exception(each, policy_.exceptions.back())) return false;
        }
      }
    }
    merge();
    if (policy_.choices.size() > kMostItems)
      return fail(document, fmt::format("more than {} choices with those included", kMostItems),
                  "");
    if (policy_.choices.empty() && above_.empty())
      return fail(document, "a policy has \"choices\"", "an empty one can never pass");
    return together();
  }

  // Conditions of the policy and of a choice hold together: they must not exclude each other.
  bool together() {
    for (const Choice& each : policy_.choices) {
      std::vector<Condition> all = each.conditions;
      all.insert(all.end(), policy_.conditions.begin(), policy_.conditions.end());
      if (auto found = impossible_condition(all)) {
        JsonNode where;
        where.line = each.line;
        where.column = each.column;
        return fail(
            where,
            fmt::format("the choice \"{}\" can never pass: {}", printable(each.name), found->what),
            found->hint);
      }
    }
    return true;
  }

  std::string name_;
  const PolicyLoader& load_;
  std::vector<std::string> above_;
  Policy policy_;
  std::vector<Policy> included_;
  bool has_fallback_ = false, has_unknown_ = false;
  std::optional<Error> error_;
};

}  // namespace

Result<Policy> read_policy(std::string_view json, const std::string& name,
                           const PolicyLoader& load) {
  return Reader(name, load, {}).read(json);
}

}  // namespace weighin
