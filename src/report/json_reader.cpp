// What keeps a hostile JSON text from costing a gigabyte or an hour?
//
// The text is read twice: a first pass without building anything checks the limits and the keys, so
// that the second one builds only what is known to be small.
#include "report/json_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

namespace weighin {
namespace {

using nlohmann::json;

class Checker : public nlohmann::json_sax<json> {
 public:
  explicit Checker(const JsonLimits& limits) : limits_(limits) {}

  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool string(string_t&) override { return value(); }
  bool binary(binary_t&) override { return value(); }
  bool start_object(std::size_t) override { return open(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (keys_.back().insert(name).second) return true;
    return stop(fmt::format("the key \"{}\" is given twice", name.substr(0, 64)));
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    position_ = position;
    return stop("not JSON");
  }

  const std::string& what() const { return what_; }
  std::size_t position() const { return position_; }

 private:
  bool stop(std::string what) {
    if (what_.empty()) what_ = std::move(what);
    return false;
  }
  bool value() {
    return ++values_ <= limits_.values || stop(fmt::format("more than {} values", limits_.values));
  }
  bool open() {
    if (keys_.size() >= limits_.depth)
      return stop(fmt::format("nested deeper than {}", limits_.depth));
    keys_.emplace_back();
    return value();
  }
  bool close() {
    keys_.pop_back();
    return true;
  }

  const JsonLimits& limits_;
  std::vector<std::set<std::string>> keys_;
  std::size_t values_ = 0;
  std::size_t position_ = 0;
  std::string what_;
};

}  // namespace

Result<json> parse_json(std::string_view text, const std::string& name, const JsonLimits& limits) {
  if (text.size() > limits.bytes) {
    return Error{ErrorKind::data, fmt::format("larger than {} bytes", limits.bytes), name,
                 "a device document is a few kilobytes"};
  }
  try {
    Checker checker(limits);
    if (!json::sax_parse(text.begin(), text.end(), &checker)) {
      const std::size_t end = std::min(checker.position(), text.size());
      const auto line =
          1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n');
      const std::string where = checker.position() > 0 ? fmt::format("{}:{}", name, line) : name;
      return Error{ErrorKind::data, checker.what(), where, "write it with `weighin probe --json`"};
    }
    json document = json::parse(text.begin(), text.end(), nullptr, false);
    if (document.is_discarded()) return Error{ErrorKind::data, "not JSON", name, ""};
    return document;
  } catch (const std::exception& exception) {
    return Error{ErrorKind::data, fmt::format("not readable ({})", exception.what()), name, ""};
  }
}

}  // namespace weighin
