// Where do a FlatBuffer's offsets lead, and is that within its file?
#include "catalogue/readers/flat_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace weighin::flat {

Result<std::size_t> Section::read(Bytes offset, std::span<char> into) {
  if (offset < 0 || offset >= size_) return std::size_t{0};
  const auto most = static_cast<std::size_t>(size_ - offset);
  return whole_.read(begin_ + offset, into.first(std::min(into.size(), most)));
}

Reader::Reader(ByteSource& source, Bytes from) : source_(source), from_(from), pages_(kPages) {}

bool Reader::fail(std::string what) {
  if (!error_)
    error_ = Error{ErrorKind::data, fmt::format("{}: {}", source_.shown(), what), "",
                   "the file is damaged: download it again"};
  return false;
}

Reader::Page* Reader::page(Bytes number) {
  Page& page = pages_[static_cast<std::size_t>(number) % kPages];
  if (page.number == number) return &page;
  if (read_ >= kMostRead) {
    fail(fmt::format("more than the limit of {} bytes beside its weights", kMostRead));
    return nullptr;
  }
  page.number = -1;
  const Result<std::size_t> count = source_.read(number * static_cast<Bytes>(kPage), page.bytes);
  if (!count) {
    if (!error_) error_ = count.error();
    return nullptr;
  }
  read_ += static_cast<Bytes>(*count);
  page.count = *count;
  page.number = number;
  return &page;
}

bool Reader::bytes(Bytes at, char* into, std::size_t count, std::string_view what) {
  if (!ok()) return false;
  if (at < from_ || at > source_.size() || static_cast<Bytes>(count) > source_.size() - at)
    return fail(fmt::format("{}: {} bytes at {} lead beyond the file's {} bytes", what, count, at,
                            source_.size()));
  while (count > 0) {
    const Page* from = page(at / static_cast<Bytes>(kPage));
    if (from == nullptr) return false;
    const auto within = static_cast<std::size_t>(at % static_cast<Bytes>(kPage));
    if (within >= from->count) return fail(fmt::format("{}: the file ended early", what));
    const std::size_t part = std::min(count, from->count - within);
    std::memcpy(into, from->bytes.data() + within, part);
    into += part;
    at += static_cast<Bytes>(part);
    count -= part;
  }
  return true;
}

std::uint64_t Reader::integer(Bytes at, int count, std::string_view what) {
  std::array<char, 8> raw{};
  if (!bytes(at, raw.data(), static_cast<std::size_t>(count), what)) return 0;
  std::uint64_t value = 0;
  for (int i = count - 1; i >= 0; --i)
    value = value << 8U | static_cast<unsigned char>(raw[static_cast<std::size_t>(i)]);
  return value;
}

Bytes Reader::follow(Bytes at, std::string_view what) {
  const auto offset = static_cast<Bytes>(integer(at, 4, what));
  if (ok() && offset == 0) fail(fmt::format("{}: its offset is 0", what));
  return at + offset;
}

Table Reader::root() { return table_at(from_, "the root table"); }

Table Reader::table_at(Bytes at, std::string_view what) {
  Table table;
  table.at = follow(at, what);
  const auto back = static_cast<std::int32_t>(integer(table.at, 4, what));
  table.fields_at = table.at - back;
  const std::uint64_t size = integer(table.fields_at, 2, what);
  if (ok() && (size < 4 || size % 2 != 0))
    fail(fmt::format("{}: its list of fields has {} bytes", what, size));
  if (ok() && static_cast<Bytes>(size) > source_.size() - table.fields_at)
    fail(fmt::format("{}: its list of fields leads beyond the file", what));
  table.fields = ok() ? static_cast<std::uint32_t>(size - 4) / 2 : 0;
  return table;
}

std::optional<Bytes> Reader::field(const Table& table, int number, Bytes count,
                                   std::string_view what) {
  if (!ok() || static_cast<std::uint32_t>(number) >= table.fields) return std::nullopt;
  const auto offset = static_cast<Bytes>(integer(table.fields_at + 4 + 2 * number, 2, what));
  if (!ok() || offset == 0) return std::nullopt;
  const auto table_bytes = static_cast<Bytes>(integer(table.fields_at + 2, 2, what));
  if (ok() && (offset < 4 || offset + count > table_bytes)) {
    fail(
        fmt::format("{}: it lies at {}, outside its table of {} bytes", what, offset, table_bytes));
    return std::nullopt;
  }
  return table.at + offset;
}

std::uint64_t Reader::number(const Table& table, int field_number, int count, std::uint64_t absent,
                             std::string_view what) {
  const std::optional<Bytes> at = field(table, field_number, count, what);
  return at ? integer(*at, count, what) : absent;
}

std::optional<Table> Reader::table(const Table& table, int number, std::string_view what) {
  const std::optional<Bytes> at = field(table, number, 4, what);
  if (!at) return std::nullopt;
  const Table found = table_at(*at, what);
  if (!ok()) return std::nullopt;
  return found;
}

Vector Reader::vector(const Table& table, int number, Bytes element_bytes, std::uint32_t most,
                      std::string_view what) {
  const std::optional<Bytes> at = field(table, number, 4, what);
  if (!at) return {};
  Vector found;
  const Bytes start = follow(*at, what);
  found.count = static_cast<std::uint32_t>(integer(start, 4, what));
  found.at = start + 4;
  if (!ok()) return {};
  if (found.count > most)
    fail(fmt::format("{}: {} elements, more than the limit of {}", what, found.count, most));
  else if (static_cast<Bytes>(found.count) * element_bytes > source_.size() - found.at)
    fail(fmt::format("{}: {} elements lead beyond the file's {} bytes", what, found.count,
                     source_.size()));
  return ok() ? found : Vector{};
}

std::string Reader::text(const Table& table, int number, std::uint32_t most,
                         std::string_view what) {
  const Vector found = vector(table, number, 1, most, what);
  std::string value(found.count, '\0');
  if (!value.empty() && !bytes(found.at, value.data(), value.size(), what)) return {};
  return value;
}

}  // namespace weighin::flat
