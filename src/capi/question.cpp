// How does a question in JSON become options?
#include "capi/question.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "catalogue/fields.hpp"
#include "catalogue/json_reader.hpp"
#include "report/json_reader.hpp"
#include "weighin.h"

namespace weighin::capi {
namespace {

using nlohmann::json;

constexpr std::size_t kMostTextBytes = 4096;  // of one value: a path, a name, a size
constexpr std::size_t kMostValues = 64;       // of one list

std::string option_name(std::string_view key) {
  std::string name = "--" + std::string(key);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

bool is_flag(const CLI::Option& option) { return option.get_items_expected_max() == 0; }

// A single value as the command line would have it.
Result<std::string> word_of(const json& value, std::string_view key) {
  if (value.is_boolean()) return std::string(value.get<bool>() ? "yes" : "no");
  if (value.is_number_unsigned()) return std::to_string(value.get<std::uint64_t>());
  if (value.is_number_integer()) return std::to_string(value.get<std::int64_t>());
  if (value.is_number_float()) return fmt::format("{}", value.get<double>());
  if (!value.is_string()) return wrong_key(key, "is no text, number or list of such");
  const auto& text = value.get_ref<const std::string&>();
  if (text.empty()) return wrong_key(key, "is empty", "leave it out");
  if (text.size() > kMostTextBytes || text.find('\0') != std::string::npos)
    return wrong_key(key, "is no text that an option could hold");
  return text;
}

Error unknown_key(const std::string& key, const CLI::App& app, const std::vector<OwnKey>& own) {
  std::vector<std::string> names;
  for (const OwnKey& each : own) names.emplace_back(each.name);
  for (const CLI::Option* each : app.get_options()) {
    for (std::string name : each->get_lnames()) {
      std::replace(name.begin(), name.end(), '-', '_');
      names.push_back(std::move(name));
    }
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  const std::string near = catalogue::nearest_name(key, views);
  return wrong_key(
      catalogue::printable(key), "is no key of this question",
      near.empty() ? "the header weighin.h names the keys" : fmt::format("\"{}\" is meant?", near));
}

Result<Done> add_words(const std::string& key, const json& value, const CLI::Option& option,
                       std::vector<std::string>& words) {
  const std::string name = option_name(key);
  if (is_flag(option)) {
    if (!value.is_boolean()) return wrong_key(key, "is neither true nor false");
    if (value.get<bool>()) words.push_back(name);
    return Done{};
  }
  if (!value.is_array()) {
    const Result<std::string> word = word_of(value, key);
    if (!word) return word.error();
    words.push_back(name + "=" + *word);
    return Done{};
  }
  if (value.size() > kMostValues) return wrong_key(key, "has too many values");
  // An option that may be given several times gets one each, any other a list with commas.
  const bool repeats = option.get_items_expected_max() > 1;
  std::string joined;
  for (const json& each : value) {
    const Result<std::string> word = word_of(each, key);
    if (!word) return word.error();
    if (repeats) {
      words.push_back(name + "=" + *word);
    } else {
      joined += (joined.empty() ? "" : ",") + *word;
    }
  }
  if (!joined.empty()) words.push_back(name + "=" + joined);
  return Done{};
}

}  // namespace

Error wrong_key(std::string_view name, std::string what, std::string hint) {
  return Error{ErrorKind::usage, fmt::format("\"{}\" {}", name, what), "question", std::move(hint)};
}

Result<json> read_question(std::string_view text, const char* name) {
  if (text.empty()) return json::object();
  JsonLimits limits;
  limits.bytes = WEIGHIN_MOST_QUESTION_BYTES;
  Result<json> read = parse_json(text, name, limits);
  if (read && !read->is_object())
    return Error{ErrorKind::data, "this is no JSON object", name, "write {\"key\": value, …}"};
  return read;
}

Result<Done> take_question(const json& question, CLI::App& app, const std::vector<OwnKey>& own) {
  std::vector<std::string> words;
  for (const auto& [key, value] : question.items()) {
    if (value.is_null()) continue;
    const auto mine =
        std::find_if(own.begin(), own.end(), [&](const OwnKey& each) { return each.name == key; });
    if (mine != own.end()) {
      const Result<Done> taken = mine->take(value);
      if (!taken) return taken.error();
      continue;
    }
    const bool plain =
        !key.empty() && key.size() < 64 && std::all_of(key.begin(), key.end(), [](char c) {
          return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
        });
    const CLI::Option* option = plain ? app.get_option_no_throw(option_name(key)) : nullptr;
    if (option == nullptr) return unknown_key(key, app, own);
    const Result<Done> added = add_words(key, value, *option, words);
    if (!added) return added.error();
  }
  std::reverse(words.begin(), words.end());  // CLI11 takes its words from the back
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return Error{ErrorKind::usage, error.what(), "question", "the keys are the options' names"};
  }
  return Done{};
}

Result<std::vector<std::string>> texts_of(const json& value, std::string_view name) {
  std::vector<std::string> texts;
  const json list = value.is_array() ? value : json::array({value});
  if (list.size() > kMostValues) return wrong_key(name, "has too many values");
  for (const json& each : list) {
    if (!each.is_string()) return wrong_key(name, "is no text or list of texts");
    Result<std::string> word = word_of(each, name);
    if (!word) return word.error();
    texts.push_back(std::move(*word));
  }
  return texts;
}

}  // namespace weighin::capi
