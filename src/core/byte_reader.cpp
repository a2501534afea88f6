// What happens where a header's next bytes are not in the window, the file or the limit?
#include "core/byte_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace weighin {
namespace {

// A header may be small: reading begins so, and grows while it goes straight on, up to a size with
// which the 16 MB of the largest headers take a few hundred reads.
constexpr std::size_t kFirstWindow = std::size_t{4} << 10;
constexpr std::size_t kGrowth = 4;
constexpr std::size_t kLargestWindow = std::size_t{64} << 10;

}  // namespace

std::string ascii_text(std::string_view text, std::size_t longest) {
  const bool cut = text.size() > longest;
  std::string clean(cut ? text.substr(0, longest) : text);
  for (char& c : clean) {
    if (c < 0x20 || c > 0x7e) c = '?';
  }
  return cut ? clean + "..." : clean;
}

std::string to_text(const Field& field) {
  std::string text(field.what);
  if (field.index >= 0) text += fmt::format(" {}", field.index);
  if (field.name.empty()) return text;
  const std::string name = ascii_text(field.name);
  text += field.index >= 0 ? fmt::format(" (\"{}\")", name) : fmt::format(" \"{}\"", name);
  return text;
}

ByteReader::ByteReader(ByteSource& source, Bytes most)
    : source_(source),
      most_(std::max<Bytes>(most, 0)),
      size_(source.size()),
      swap_(std::endian::native == std::endian::big) {}

bool ByteReader::fail(const Field& field, std::string_view problem, std::string_view hint) {
  if (!error_) {
    error_ =
        Error{ErrorKind::data, fmt::format("{}: {} {}", source_.shown(), to_text(field), problem),
              fmt::format("byte {}", at_), std::string(hint)};
  }
  return false;
}

bool ByteReader::has(std::uint64_t count, const Field& field) {
  if (error_) return false;
  if (count > static_cast<std::uint64_t>(left())) {
    return fail(
        field,
        fmt::format("needs {} bytes, and the file ends after {} of {} bytes", count, left(), size_),
        "the file is cut off or damaged: download it again");
  }
  if (at_ + static_cast<Bytes>(count) > most_) {
    return fail(field, fmt::format("needs {} bytes, beyond the limit of {} bytes for all headers",
                                   count, most_));
  }
  return true;
}

// Reads the window that begins at the position.
bool ByteReader::fill() {
  const std::size_t bytes = window_bytes_ == 0   ? kFirstWindow
                            : at_ == window_end_ ? std::min(window_bytes_ * kGrowth, kLargestWindow)
                                                 : window_bytes_;
  if (bytes != window_bytes_) {
    window_ = std::make_unique_for_overwrite<char[]>(bytes);
    window_bytes_ = bytes;
  }
  const Bytes wanted =
      std::min({static_cast<Bytes>(bytes), size_ - at_, std::max<Bytes>(most_ - at_, 0)});
  const Result<std::size_t> count =
      source_.read(at_, std::span<char>(window_.get(), static_cast<std::size_t>(wanted)));
  if (!count) {
    error_ = count.error();
    return false;
  }
  window_at_ = at_;
  window_end_ = at_ + static_cast<Bytes>(*count);
  if (*count > 0) return true;
  error_ = Error{ErrorKind::no_input,
                 fmt::format("{} became shorter while it was read", source_.shown()),
                 fmt::format("byte {}", at_), "wait until the download has ended"};
  return false;
}

bool ByteReader::bytes(char* into, std::size_t count, const Field& field) {
  if (!has(count, field)) return false;
  while (count > 0) {
    if ((at_ < window_at_ || at_ >= window_end_) && !fill()) return false;
    const std::size_t part = std::min(count, static_cast<std::size_t>(window_end_ - at_));
    std::memcpy(into, window_.get() + (at_ - window_at_), part);
    into += part;
    count -= part;
    at_ += static_cast<Bytes>(part);
  }
  return true;
}

bool ByteReader::text(std::string& value, std::uint64_t length, const Field& field,
                      std::size_t keep) {
  if (!has(length, field)) return false;
  const std::size_t kept = static_cast<std::size_t>(std::min<std::uint64_t>(length, keep));
  value.resize(kept);
  return bytes(value.data(), kept, field) && skip(length - kept, field);
}

bool ByteReader::skip(std::uint64_t count, const Field& field) {
  if (!has(count, field)) return false;
  at_ += static_cast<Bytes>(count);
  return true;
}

}  // namespace weighin
