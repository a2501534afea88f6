// How does a JSON text become a tree of values with lines, whatever the text holds?
#include "catalogue/json_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

namespace weighin::catalogue {
namespace {

// A column beyond this is of a document in one line: not looked for further, so that reading stays
// linear.
constexpr std::ptrdiff_t kLongestLine = 4096;
constexpr std::size_t kSmallObject = 32;  // up to here duplicate keys are looked for one by one

// Walks over the text and lets the handler see how far the lexer has read: nlohmann's SAX events
// carry no position.
class WatchedIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  WatchedIterator(const char* at, const char** watcher) : at_(at), watcher_(watcher) {}
  reference operator*() const { return *at_; }
  WatchedIterator& operator++() {
    *watcher_ = ++at_;
    return *this;
  }
  WatchedIterator operator++(int) {
    WatchedIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const WatchedIterator& other) const { return at_ == other.at_; }
  bool operator!=(const WatchedIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** watcher_;
};

// "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error …" -> "syntax
// error …"
std::string plain_words(std::string_view message) {
  const std::size_t bracket = message.find("] ");
  if (message.starts_with('[') && bracket != std::string_view::npos)
    message.remove_prefix(bracket + 2);
  if (message.starts_with("parse error")) {
    const std::size_t colon = message.find(": ");
    if (colon != std::string_view::npos) message.remove_prefix(colon + 2);
  }
  return printable(message, 200);
}

// Builds the tree; every event may end the parsing by returning false.
class Builder {
 public:
  Builder(std::string_view text, const std::string& name, const JsonLimits& limits)
      : begin_(text.data()),
        end_(text.data() + text.size()),
        position_(begin_),
        scanned_(begin_),
        name_(name),
        limits_(limits) {}

  const char** watcher() { return &position_; }

  bool null() {
    JsonNode node = scalar(JsonKind::null, line());
    node.column = column_at(position_ - 4);
    return add(std::move(node));
  }
  bool boolean(bool value) {
    JsonNode node = scalar(JsonKind::boolean, line());
    node.column = column_at(position_ - (value ? 4 : 5));
    node.integer = value ? 1 : 0;
    return add(std::move(node));
  }
  bool number_integer(std::int64_t value) {
    JsonNode node = scalar(JsonKind::integer, line_of_number());
    node.column = column_of_number();
    node.integer = value;
    node.number = static_cast<double>(value);
    return add(std::move(node));
  }
  bool number_unsigned(std::uint64_t value) {
    if (std::in_range<std::int64_t>(value)) return number_integer(static_cast<std::int64_t>(value));
    return number_float(static_cast<double>(value), {});
  }
  bool number_float(double value, const std::string& /*digits*/) {
    JsonNode node = scalar(JsonKind::number, line_of_number());
    node.column = column_of_number();
    node.number = value;
    return add(std::move(node));
  }
  bool string(std::string& value) {
    JsonNode node = scalar(JsonKind::string, line());
    node.column = column_at(begin_of_string());
    node.text = std::move(value);
    return add(std::move(node));
  }
  bool binary(nlohmann::json::binary_t& /*value*/) { return fail(line(), "binary data", ""); }
  bool start_object(std::size_t /*elements*/) { return open(JsonKind::object); }
  bool start_array(std::size_t /*elements*/) { return open(JsonKind::array); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& value) {
    Frame& frame = frames_.back();
    const std::vector<JsonNode>& members = frame.node.items;
    bool known = false;
    if (members.size() < kSmallObject) {
      known = frame.node.find(value) != nullptr;
    } else {
      if (frame.keys.empty()) {
        for (const JsonNode& member : members) frame.keys.insert(member.key);
      }
      known = !frame.keys.insert(value).second;
    }
    if (known) {
      fault_column_ = column_at(begin_of_string());
      return fail(line(),
                  fmt::format("the key \"{}\" stands twice in one object", printable(value)),
                  "keep one of the two");
    }
    frame.key = std::move(value);
    frame.key_line = line();
    frame.key_column = column_at(begin_of_string());
    return true;
  }
  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const std::exception& fault) {
    // The fault is at the last character read; at the end of the text, on the last line with words.
    const auto size = static_cast<std::size_t>(end_ - begin_);
    std::size_t at = std::min(position == 0 ? 0 : position - 1, size);
    if (at == size) {
      while (at > 0 && (begin_[at - 1] == '\n' || begin_[at - 1] == ' ' || begin_[at - 1] == '\r'))
        --at;
    }
    fault_column_ = column_at(begin_ + at);
    return fail(1 + static_cast<int>(std::count(begin_, begin_ + at, '\n')),
                "not valid JSON: " + plain_words(fault.what()), "correct the text at that line");
  }

  bool fail(int line, std::string what, std::string hint) {
    if (error_.what.empty()) {
      std::string where = fmt::format("{}:{}", name_, line);
      if (limits_.columns) {
        where += fmt::format(":{}", fault_column_ > 0 ? fault_column_ : column_at(position_));
      }
      error_ = Error{ErrorKind::data, std::move(what), std::move(where), std::move(hint)};
    }
    return false;
  }

  const Error& error() const { return error_; }
  JsonNode take() { return std::move(root_); }

 private:
  struct Frame {
    JsonNode node;
    std::string key;  // of the member that comes next
    int key_line = 0, key_column = 0;
    std::unordered_set<std::string> keys;  // only of a large object
  };

  int line_at(const char* at) {
    if (at > scanned_) {
      line_ += static_cast<int>(std::count(scanned_, at, '\n'));
      scanned_ = at;
    }
    return line_;
  }
  int line() { return line_at(position_); }
  // The lexer reads one character beyond a number to know its end; that may be the line's end.
  int line_of_number() {
    const bool beyond = position_ > begin_ && position_[-1] == '\n';
    return line_at(beyond ? position_ - 1 : position_);
  }
  int column_at(const char* at) const {
    if (!limits_.columns) return 0;
    if (at < begin_) return 1;
    const char* start = at;
    while (start > begin_ && start[-1] != '\n' && at - start < kLongestLine) --start;
    return static_cast<int>(at - start) + 1;
  }
  // Back over the number's characters from where the lexer stands, one beyond it or at its end.
  int column_of_number() const {
    const auto part = [](char c) {
      return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
    };
    const char* at = position_;
    while (at > begin_ && !part(at[-1])) --at;
    while (at > begin_ && part(at[-1])) --at;
    return column_at(at);
  }
  // The opening quote of the string whose closing quote was read last.
  const char* begin_of_string() const {
    const char* at = position_ - 1;
    while (at > begin_) {
      --at;
      if (*at != '"') continue;
      const char* slash = at;
      while (slash > begin_ && slash[-1] == '\\') --slash;
      if ((at - slash) % 2 == 0) break;
    }
    return at;
  }
  static JsonNode scalar(JsonKind kind, int line) {
    JsonNode node;
    node.kind = kind;
    node.line = line;
    return node;
  }
  bool open(JsonKind kind) {
    if (frames_.size() >= limits_.depth) {
      return fail(line(), fmt::format("nested deeper than {} levels", limits_.depth),
                  "no document of ours is that deep");
    }
    if (!count()) return false;
    Frame frame;
    frame.node = scalar(kind, line());
    frame.node.column = column_at(position_ - 1);
    frames_.push_back(std::move(frame));
    return true;
  }
  bool close() {
    JsonNode node = std::move(frames_.back().node);
    frames_.pop_back();
    return place(std::move(node));
  }
  bool add(JsonNode node) { return count() && place(std::move(node)); }
  bool count() {
    if (++values_ <= limits_.values) return true;
    return fail(line(), fmt::format("more than {} values", limits_.values),
                "no document of ours is that large");
  }
  bool place(JsonNode node) {
    if (frames_.empty()) {
      root_ = std::move(node);
      return true;
    }
    Frame& frame = frames_.back();
    if (frame.node.kind == JsonKind::object) {
      node.key = std::move(frame.key);
      node.key_line = frame.key_line;
      node.key_column = frame.key_column;
    }
    frame.node.items.push_back(std::move(node));
    return true;
  }

  const char* begin_;
  const char* end_;
  const char* position_;  // how far the lexer has read
  const char* scanned_;   // how far lines have been counted
  int line_ = 1;
  int fault_column_ = 0;
  const std::string& name_;
  const JsonLimits& limits_;
  std::size_t values_ = 0;
  std::vector<Frame> frames_;
  JsonNode root_;
  Error error_;
};

}  // namespace

std::string printable(std::string_view text, std::size_t longest) {
  bool cut = false;
  if (text.size() > longest) {
    cut = true;
    // Not within a character of several bytes.
    while (longest > 0 && (static_cast<unsigned char>(text[longest]) & 0xc0U) == 0x80U) --longest;
    text = text.substr(0, longest);
  }
  std::string words;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    words += byte < 0x20 || byte == 0x7f ? '?' : c;
  }
  return cut ? words + "…" : words;
}

const char* to_text(JsonKind kind) {
  switch (kind) {
    case JsonKind::null:
      return "null";
    case JsonKind::boolean:
      return "true or false";
    case JsonKind::integer:
      return "a whole number";
    case JsonKind::number:
      return "a number that is not whole";
    case JsonKind::string:
      return "a text";
    case JsonKind::array:
      return "a list";
    case JsonKind::object:
      return "an object";
  }
  return "nothing known";
}

const JsonNode* JsonNode::find(std::string_view name) const {
  if (kind != JsonKind::object) return nullptr;
  for (const JsonNode& item : items) {
    if (item.key == name) return &item;
  }
  return nullptr;
}

Result<JsonNode> read_json(std::string_view text, const std::string& name,
                           const JsonLimits& limits) {
  if (text.size() > limits.bytes) {
    return Error{ErrorKind::data,
                 fmt::format("{} bytes, more than the {} that are read", text.size(), limits.bytes),
                 name + ":1", "no document of ours is that large"};
  }
  if (text.empty()) {
    return Error{ErrorKind::data, "not valid JSON: the text is empty", name + ":1",
                 "write a document"};
  }
  // nlohmann takes a NUL for the end of the text, whatever follows it.
  if (const std::size_t at = text.find('\0'); at != std::string_view::npos) {
    const auto before = text.substr(0, at);
    return Error{ErrorKind::data, "not valid JSON: a NUL byte",
                 fmt::format("{}:{}", name, 1 + std::count(before.begin(), before.end(), '\n')),
                 "correct the text at that line"};
  }
  Builder builder(text, name, limits);
  try {
    const bool read = nlohmann::json::sax_parse(
        WatchedIterator(text.data(), builder.watcher()),
        WatchedIterator(text.data() + text.size(), builder.watcher()), &builder);
    if (read) return builder.take();
    builder.fail(1, "not valid JSON", "");
    return builder.error();
  } catch (const std::exception& fault) {
    return Error{ErrorKind::data, "cannot be read: " + plain_words(fault.what()), name + ":1", ""};
  }
}

}  // namespace weighin::catalogue
