// Is the value of a key of the type and the size that it must have?
#include "catalogue/readers/gguf_keys.hpp"

#include <fmt/format.h>

#include "core/byte_reader.hpp"

namespace weighin::gguf {

Keys::Keys(const Header& header, std::string file) : header_(header), file_(std::move(file)) {
  architecture_ = text("general.architecture");
}

void Keys::fail(std::string_view whole_key, std::string_view problem) {
  if (error_) return;
  error_ = Error{ErrorKind::data,
                 fmt::format("{}: key \"{}\" {}", file_, ascii_text(whole_key, 128), problem),
                 "in its header", "the file is damaged or made wrong: download it again"};
}

const Value* Keys::own(std::string_view key, std::string& whole_key) const {
  whole_key = fmt::format("{}.{}", architecture_, key);
  return header_.find(whole_key);
}

std::int64_t Keys::checked(std::int64_t value, std::string_view whole_key, std::int64_t most) {
  if (value >= 0 && value <= most) return value;
  fail(whole_key, fmt::format("is {}, and must be 0 to the limit of {}", value, most));
  return 0;
}

bool Keys::has(std::string_view key) const {
  std::string whole_key;
  return own(key, whole_key) != nullptr;
}

std::int64_t Keys::number(std::string_view key, std::int64_t most, std::int64_t missing) {
  const std::vector<std::int64_t> list = numbers(key, most);
  return list.empty() ? missing : list.front();
}

std::vector<std::int64_t> Keys::numbers(std::string_view key, std::int64_t most) {
  std::string whole_key;
  const Value* value = own(key, whole_key);
  if (value == nullptr) return {};
  if (value->is_integer()) return {checked(value->integer, whole_key, most)};
  if (value->type != Type::list) {
    fail(whole_key,
         fmt::format("is of type {}, and must be a whole number", gguf::to_text(value->type)));
    return {};
  }
  if (value->integers.size() != value->count || value->count > kMostLayers) {
    fail(whole_key, fmt::format("is an array of {} of type {}, and must hold whole numbers, one a "
                                "layer, up to the limit of {}",
                                value->count, gguf::to_text(value->element), kMostLayers));
    return {};
  }
  std::vector<std::int64_t> list;
  for (const std::int64_t each : value->integers) list.push_back(checked(each, whole_key, most));
  return list;
}

std::string Keys::text(std::string_view whole_key) {
  const Value* value = header_.find(whole_key);
  if (value == nullptr) return {};
  if (value->type == Type::text) return ascii_text(value->text, 128);
  fail(whole_key, fmt::format("is of type {}, and must be a string", gguf::to_text(value->type)));
  return {};
}

std::optional<std::int64_t> Keys::whole(std::string_view whole_key, std::int64_t most) {
  const Value* value = header_.find(whole_key);
  if (value == nullptr) return std::nullopt;
  if (value->is_integer()) return checked(value->integer, whole_key, most);
  fail(whole_key,
       fmt::format("is of type {}, and must be a whole number", gguf::to_text(value->type)));
  return std::nullopt;
}

}  // namespace weighin::gguf
