// How does JSON become events while only one buffer of it is in memory?
#include "catalogue/readers/hf_json_stream.hpp"

#include <fmt/format.h>

#include <exception>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "catalogue/json_reader.hpp"

namespace weighin::catalogue {
namespace {

constexpr std::size_t kBuffer = std::size_t{64} << 10;

// Feeds the lexer, and stops it where a token grows too long: the lexer itself would hold all of
// it.
class Feed {
 public:
  Feed(ByteSource& source, Bytes offset, Bytes length)
      : source_(source), begin_(offset), next_(offset), end_(offset + length), buffer_(kBuffer) {}

  bool at_end() {
    if (stopped_) return true;
    if (at_ < filled_) return false;
    fill();
    return stopped_ || at_ >= filled_;
  }
  char current() const { return buffer_[at_]; }
  void advance() {
    watch(buffer_[at_]);
    ++at_;
  }
  /// Bytes of the text that were taken.
  Bytes taken() const { return next_ - static_cast<Bytes>(filled_ - at_) - begin_; }
  const std::string& fault() const { return fault_; }
  const std::optional<Error>& read_error() const { return read_error_; }

 private:
  void fill() {
    at_ = filled_ = 0;
    const Bytes left = end_ - next_;
    if (left <= 0) return;
    const std::size_t wanted =
        std::cmp_less(left, kBuffer) ? static_cast<std::size_t>(left) : kBuffer;
    const Result<std::size_t> count = source_.read(next_, std::span<char>(buffer_.data(), wanted));
    if (!count) {
      read_error_ = count.error();
      stopped_ = true;
      return;
    }
    if (*count == 0) {
      stop("the file ends within it");
      return;
    }
    filled_ = *count;
    next_ += static_cast<Bytes>(*count);
  }
  void stop(std::string what) {
    if (fault_.empty()) fault_ = std::move(what);
    stopped_ = true;
  }
  void watch(char c) {
    if (c == '\0') return stop("a NUL byte");
    if (in_text_) {
      if (escaped_) {
        escaped_ = false;
      } else if (c == '\\') {
        escaped_ = true;
      } else if (c == '"') {
        in_text_ = false;
        length_ = 0;
        return;
      }
      ++length_;
    } else if (c == '"') {
      in_text_ = true;
      length_ = 0;
    } else if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
      length_ = 0;
      if (++blanks_ > kLongestToken)
        stop(fmt::format("more than {} blanks in a row", kLongestToken));
      return;
    } else if (c == ',' || c == ':' || c == '[' || c == ']' || c == '{' || c == '}') {
      length_ = 0;
    } else {
      ++length_;
    }
    blanks_ = 0;
    if (length_ > kLongestToken)
      stop(fmt::format("a text or number longer than {} bytes", kLongestToken));
  }

  ByteSource& source_;
  Bytes begin_, next_, end_;
  std::vector<char> buffer_;
  std::size_t at_ = 0, filled_ = 0;
  bool in_text_ = false, escaped_ = false, stopped_ = false;
  std::size_t length_ = 0, blanks_ = 0;
  std::string fault_;
  std::optional<Error> read_error_;
};

class FeedIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  FeedIterator() = default;
  explicit FeedIterator(Feed* feed) : feed_(feed) {}
  char operator*() const { return feed_->current(); }
  FeedIterator& operator++() {
    feed_->advance();
    return *this;
  }
  FeedIterator operator++(int) {
    FeedIterator before = *this;
    ++*this;
    return before;
  }
  // Only ever compared with the end.
  bool operator==(const FeedIterator& other) const {
    const bool here = feed_ == nullptr || feed_->at_end();
    const bool there = other.feed_ == nullptr || other.feed_->at_end();
    return here == there;
  }
  bool operator!=(const FeedIterator& other) const { return !(*this == other); }

 private:
  Feed* feed_ = nullptr;
};

class Handler {
 public:
  explicit Handler(JsonEvents& events) : events_(events) {}
  bool null() { return events_.other("null"); }
  bool boolean(bool value) { return events_.other(value ? "true" : "false"); }
  bool number_integer(std::int64_t value) { return events_.integer(value); }
  bool number_unsigned(std::uint64_t value) {
    return std::in_range<std::int64_t>(value) ? events_.integer(static_cast<std::int64_t>(value))
                                              : events_.other("a number of more than 63 bits");
  }
  bool number_float(double /*value*/, const std::string& /*digits*/) {
    return events_.other("a number that is not whole");
  }
  bool string(std::string& value) { return events_.text(value); }
  bool binary(nlohmann::json::binary_t& /*value*/) { return events_.other("binary data"); }
  bool start_object(std::size_t /*elements*/) { return open(true); }
  bool start_array(std::size_t /*elements*/) { return open(false); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(std::string& value) { return events_.key(value); }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const std::exception& fault) {
    std::string_view words = fault.what();
    const std::size_t colon = words.find(": ");
    if (colon != std::string_view::npos) words.remove_prefix(colon + 2);
    return events_.fail("not valid JSON: " + printable(words, 160));
  }

 private:
  bool open(bool object) {
    if (++depth_ > kMostStreamDepth)
      return events_.fail(fmt::format("nested deeper than {} levels", kMostStreamDepth));
    return events_.open(object);
  }
  bool close() {
    --depth_;
    return events_.close();
  }
  JsonEvents& events_;
  std::size_t depth_ = 0;
};

}  // namespace

Result<Done> stream_json(ByteSource& source, Bytes offset, Bytes length, JsonEvents& events) {
  Feed feed(source, offset, length);
  Handler handler(events);
  bool read = false;
  std::string thrown;
  try {
    read = nlohmann::json::sax_parse(FeedIterator(&feed), FeedIterator(), &handler);
  } catch (const std::exception& fault) {
    thrown = printable(fault.what(), 160);
  }
  if (feed.read_error()) return *feed.read_error();
  if (read && feed.fault().empty()) return Done{};
  std::string what = !feed.fault().empty()   ? feed.fault()
                     : !thrown.empty()       ? thrown
                     : events.what().empty() ? std::string("not valid JSON")
                                             : events.what();
  return Error{ErrorKind::data, fmt::format("{}: {}", source.shown(), what),
               fmt::format("byte {}", offset + feed.taken()),
               events.hint().empty() ? "download the file again" : events.hint()};
}

}  // namespace weighin::catalogue
