// Is this value of a config.json one that can be, and where does it stand?
#include "catalogue/readers/hf_values.hpp"

#include <fmt/format.h>

#include <cmath>

namespace weighin::catalogue {
namespace {

const JsonNode* first_of(const JsonNode& node, HfValues::Keys keys) {
  for (const std::string_view key : keys) {
    const JsonNode* found = node.find(key);
    if (found != nullptr && found->kind != JsonKind::null) return found;
  }
  return nullptr;
}

}  // namespace

const JsonNode* HfValues::find(Keys keys) const { return first_of(*node_, keys); }
const JsonNode* HfValues::find_outer(Keys keys) const { return first_of(*outer_, keys); }

void HfValues::fault(int line, const std::string& what, const std::string& hint) {
  if (error_) return;
  error_ =
      Error{ErrorKind::data, what, fmt::format("{}:{}", file_, line),
            hint.empty() ? "is this the config.json of a language model? Download it again" : hint};
}

std::int64_t HfValues::whole(const JsonNode& value, std::int64_t least, std::int64_t most,
                             std::int64_t otherwise) {
  std::int64_t number = value.integer;
  if (value.kind == JsonKind::number && std::abs(value.number) < 9.0e15 &&
      std::floor(value.number) == value.number) {
    number = static_cast<std::int64_t>(value.number);  // "4096.0"
  } else if (value.kind == JsonKind::number) {
    fault(value.line, fmt::format("{}: \"{}\" is {:g}, not a whole number from {} to {}", file_,
                                  printable(value.key), value.number, least, most));
    return otherwise;
  } else if (value.kind != JsonKind::integer) {
    fault(value.line, fmt::format("{}: \"{}\" is {}, not a whole number from {} to {}", file_,
                                  printable(value.key), to_text(value.kind), least, most));
    return otherwise;
  }
  if (number < least || number > most) {
    fault(value.line, fmt::format("{}: \"{}\" is {}, not from {} to {}", file_,
                                  printable(value.key), number, least, most));
    return otherwise;
  }
  return number;
}

std::int64_t HfValues::number(Keys keys, std::int64_t otherwise, std::int64_t most,
                              std::int64_t least) {
  const JsonNode* found = find(keys);
  return found == nullptr ? otherwise : whole(*found, least, most, otherwise);
}

std::int64_t HfValues::needed(Keys keys, std::int64_t otherwise, std::int64_t most) {
  const JsonNode* found = find(keys);
  if (found != nullptr) return whole(*found, 1, most, otherwise);
  if (otherwise < 1) {
    fault(node_->line, fmt::format("{}: \"{}\" is left out, and is needed (1 to {})", file_,
                                   *keys.begin(), most));
  }
  defaulted_.emplace_back(*keys.begin());
  return otherwise;
}

bool HfValues::flag(Keys keys, bool otherwise) {
  const JsonNode* found = find(keys);
  if (found == nullptr) return otherwise;
  if (found->kind != JsonKind::boolean) {
    fault(found->line, fmt::format("{}: \"{}\" is {}, not true or false", file_,
                                   printable(found->key), to_text(found->kind)));
    return otherwise;
  }
  return found->integer != 0;
}

bool HfValues::flag_anywhere(std::string_view key, bool otherwise) {
  if (find({key}) != nullptr || node_ == outer_) return flag({key}, otherwise);
  HfValues outer(*outer_, *outer_, file_);
  const bool value = outer.flag({key}, otherwise);
  adopt(outer);
  return value;
}

std::string HfValues::text(Keys keys) {
  const JsonNode* found = find(keys);
  if (found == nullptr) return {};
  if (found->kind != JsonKind::string || found->text.size() > 200) {
    fault(found->line,
          fmt::format("{}: \"{}\" is {}, not a text of at most 200 bytes", file_,
                      printable(found->key),
                      found->kind == JsonKind::string ? "a longer text" : to_text(found->kind)));
    return {};
  }
  return found->text;
}

std::vector<std::string_view> HfValues::texts(std::string_view key, std::size_t most) {
  std::vector<std::string_view> all;
  const JsonNode* found = find({key});
  if (found == nullptr) return all;
  if (found->kind != JsonKind::array || found->items.size() > most) {
    fault(found->line,
          fmt::format("{}: \"{}\" is not a list of at most {} texts", file_, printable(key), most));
    return all;
  }
  for (const JsonNode& item : found->items) {
    if (item.kind != JsonKind::string) {
      fault(item.line, fmt::format("{}: \"{}\" holds {}, not only texts", file_, printable(key),
                                   to_text(item.kind)));
      return {};
    }
    all.emplace_back(item.text);
  }
  return all;
}

std::vector<std::int64_t> HfValues::numbers(std::string_view key, std::size_t most,
                                            std::int64_t greatest) {
  std::vector<std::int64_t> all;
  const JsonNode* found = find({key});
  if (found == nullptr) return all;
  if (found->kind != JsonKind::array || found->items.size() > most) {
    fault(found->line, fmt::format("{}: \"{}\" is not a list of at most {} numbers", file_,
                                   printable(key), most));
    return all;
  }
  for (const JsonNode& item : found->items) {
    if (item.kind != JsonKind::integer || item.integer < 0 || item.integer > greatest) {
      fault(item.line,
            fmt::format("{}: \"{}\" holds something else than whole numbers from 0 to {}", file_,
                        printable(key), greatest));
      return {};
    }
    all.push_back(item.integer);
  }
  return all;
}

const JsonNode* HfValues::object(std::string_view key) {
  const JsonNode* found = find({key});
  if (found == nullptr) return nullptr;
  if (found->kind != JsonKind::object) {
    fault(found->line, fmt::format("{}: \"{}\" is {}, not an object", file_, printable(key),
                                   to_text(found->kind)));
    return nullptr;
  }
  return found;
}

}  // namespace weighin::catalogue
