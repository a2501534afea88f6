// Is this field there, of the right kind, and within sane bounds?
#include "catalogue/fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace weighin::catalogue {

void Faults::report(int line, std::string what, std::string hint) {
  if (first_) return;
  first_ =
      Error{ErrorKind::data, std::move(what), fmt::format("{}:{}", file_, line), std::move(hint)};
}

Fields::Fields(const JsonNode& object, std::string owner, int owner_line, Faults& faults)
    : object_(object), owner_(std::move(owner)), owner_line_(owner_line), faults_(faults) {}

void Fields::fault(int line, const std::string& what, const std::string& hint) {
  const std::string place = fmt::format("{} begins at line {}", owner_, owner_line_);
  faults_.report(line, fmt::format("{}: {}", owner_, what),
                 hint.empty() ? place : fmt::format("{}; {}", hint, place));
}

int Fields::line_of(std::string_view key) const {
  const JsonNode* node = object_.find(key);
  return node != nullptr ? node->line : object_.line;
}

const JsonNode* Fields::take(std::string_view key, JsonKind kind, bool required) {
  const JsonNode* node = object_.find(key);
  if (node == nullptr) {
    if (required) fault(object_.line, fmt::format("\"{}\" is missing", key));
    return nullptr;
  }
  if (node->kind == kind) return node;
  fault(node->line, fmt::format("\"{}\" is {}, not {}", key, to_text(node->kind), to_text(kind)),
        node->kind == JsonKind::null ? "leave it out where it is not known" : "");
  return nullptr;
}

bool Fields::text(std::string_view key, std::string& out, bool required, std::size_t longest) {
  const JsonNode* node = take(key, JsonKind::string, required);
  if (node == nullptr) return false;
  if (node->text.empty()) {
    fault(node->line, fmt::format("\"{}\" is empty", key), "leave it out where it is not known");
    return false;
  }
  if (node->text.size() > longest) {
    fault(node->line, fmt::format("\"{}\" is longer than {} bytes", key, longest));
    return false;
  }
  if (std::any_of(node->text.begin(), node->text.end(),
                  [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) {
    fault(node->line, fmt::format("\"{}\" holds a control character", key));
    return false;
  }
  out = node->text;
  return true;
}

bool Fields::texts(std::string_view key, std::vector<std::string>& out, std::size_t most) {
  const JsonNode* node = list(key, most);
  if (node == nullptr) return false;
  for (const JsonNode& item : node->items) {
    if (item.kind != JsonKind::string || item.text.empty() || item.text.size() > 2000) {
      fault(item.line,
            fmt::format(
                "an entry of \"{}\" is {}, not a text of 1 to 2000 bytes", key,
                item.text.empty() && item.kind == JsonKind::string ? "empty" : to_text(item.kind)));
      return false;
    }
    out.push_back(item.text);
  }
  return true;
}

bool Fields::integer(std::string_view key, std::int64_t& out, std::int64_t least, std::int64_t most,
                     bool required) {
  const JsonNode* node = take(key, JsonKind::integer, required);
  if (node == nullptr) return false;
  if (node->integer < least || node->integer > most) {
    fault(node->line,
          fmt::format("\"{}\" is {}, not from {} to {}", key, node->integer, least, most));
    return false;
  }
  out = node->integer;
  return true;
}

bool Fields::integers(std::string_view key, std::vector<std::int64_t>& out, std::int64_t most_value,
                      std::size_t most) {
  const JsonNode* node = list(key, most);
  if (node == nullptr) return false;
  for (const JsonNode& item : node->items) {
    if (item.kind != JsonKind::integer || item.integer < 0 || item.integer > most_value) {
      fault(item.line,
            fmt::format("an entry of \"{}\" is not a whole number from 0 to {}", key, most_value));
      return false;
    }
    out.push_back(item.integer);
  }
  return true;
}

bool Fields::boolean(std::string_view key, bool& out) {
  const JsonNode* node = take(key, JsonKind::boolean, false);
  if (node == nullptr) return false;
  out = node->integer != 0;
  return true;
}

const JsonNode* Fields::object(std::string_view key, bool required) {
  return take(key, JsonKind::object, required);
}

const JsonNode* Fields::list(std::string_view key, std::size_t most, bool required) {
  const JsonNode* node = take(key, JsonKind::array, required);
  if (node != nullptr && node->items.size() > most) {
    fault(node->line,
          fmt::format("\"{}\" has {} entries, more than {}", key, node->items.size(), most));
    return nullptr;
  }
  return node;
}

// {"status": "unsupported", "why": "…"}: not known, and why.
template <class T>
bool Fields::unknown_fact(const JsonNode& node, Known<T>& out) {
  if (node.find("status") == nullptr) return false;
  Fields inner(node, owner_, owner_line_, faults_);
  std::string word;
  std::string why;
  inner.nothing_but({"status", "why"});
  if (!inner.text("status", word, true) || !inner.text("why", why, true)) return true;
  const std::optional<Status> status = status_from_text(word);
  if (!status || *status == Status::ok) {
    inner.fault(inner.line_of("status"),
                fmt::format("\"status\" of \"{}\" is \"{}\", not unsupported, skipped or error",
                            node.key, printable(word)));
    return true;
  }
  out = Known<T>::unknown(*status, why);
  return true;
}

template <class T>
void Fields::remark(const JsonNode& node, std::string_view key, Known<T>& out) {
  Fields inner(node, owner_, owner_line_, faults_);
  inner.nothing_but({"value", "source", "verified"});
  if (!inner.has("value")) inner.fault(node.line, fmt::format("\"{}\" has no \"value\"", key));
  inner.text("source", out.source, true);
  bool verified = true;
  inner.boolean("verified", verified);
  if (!verified) {
    out.known_by = KnownBy::assumed;
    out.confidence = Confidence::low;
    out.why = "not verified";
  }
}

void Fields::fact(std::string_view key, const std::string& source, Known<std::string>& out) {
  const JsonNode* node = object_.find(key);
  if (node == nullptr) {
    out = Known<std::string>::unknown(Status::unsupported, "the catalogue does not say",
                                      faults_.file());
    return;
  }
  std::string value;
  if (node->kind == JsonKind::object) {
    if (unknown_fact(*node, out)) return;
    Fields inner(*node, owner_, owner_line_, faults_);
    inner.text("value", value, true, 200);
    out = Known<std::string>::of(value, source, KnownBy::published);
    remark(*node, key, out);
  } else if (text(key, value, false, 200)) {
    out = Known<std::string>::of(value, source, KnownBy::published);
  }
}

void Fields::fact(std::string_view key, const std::string& source, std::int64_t most,
                  Known<std::int64_t>& out) {
  const JsonNode* node = object_.find(key);
  if (node == nullptr) {
    out = Known<std::int64_t>::unknown(Status::unsupported, "the catalogue does not say",
                                       faults_.file());
    return;
  }
  std::int64_t value = 0;
  if (node->kind == JsonKind::object) {
    if (unknown_fact(*node, out)) return;
    Fields inner(*node, owner_, owner_line_, faults_);
    inner.integer("value", value, 1, most, true);
    out = Known<std::int64_t>::of(value, source, KnownBy::published);
    remark(*node, key, out);
  } else if (integer(key, value, 1, most)) {
    out = Known<std::int64_t>::of(value, source, KnownBy::published);
  }
}

void Fields::nothing_but(std::initializer_list<std::string_view> known) {
  nothing_but(std::vector<std::string_view>(known));
}

void Fields::nothing_but(const std::vector<std::string_view>& known) {
  for (const JsonNode& item : object_.items) {
    if (std::find(known.begin(), known.end(), item.key) != known.end()) continue;
    const std::string near = nearest_name(item.key, known);
    fault(item.line, fmt::format("\"{}\" is no field that is known here", printable(item.key)),
          near.empty() ? "" : fmt::format("is \"{}\" meant?", near));
    return;
  }
}

void Fields::no_typing_errors(const std::vector<std::string_view>& known) {
  for (const JsonNode& item : object_.items) {
    if (std::find(known.begin(), known.end(), item.key) != known.end()) continue;
    const std::string near = nearest_name(item.key, known);
    if (near.empty() || edit_distance(item.key, near) > 2) continue;
    fault(item.line, fmt::format("\"{}\" is no field that is known here", printable(item.key)),
          fmt::format("is \"{}\" meant?", near));
    return;
  }
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row.back();
}

std::string nearest_name(std::string_view word, const std::vector<std::string_view>& names) {
  if (word.size() > 100) return {};
  std::string_view best;
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string_view name : names) {
    const std::size_t distance = edit_distance(word, name);
    if (distance < least) {
      least = distance;
      best = name;
    }
  }
  return std::string(best);
}

}  // namespace weighin::catalogue
