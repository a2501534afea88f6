// What can be wrong with protobuf's wire format, and how is it told?
#include "catalogue/readers/proto_input.hpp"

#include <fmt/format.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>
#include <limits>

namespace weighin::proto {

using google::protobuf::internal::WireFormatLite;

bool SourceInput::Next(const void** data, int* size) {
  if (error_) return false;
  if (read_ >= kMostRead) {
    error_ = Error{ErrorKind::data,
                   fmt::format("{}: more than the limit of {} bytes beside its tensors",
                               source_.shown(), kMostRead),
                   fmt::format("byte {}", position_), "no model's graph is that large"};
    return false;
  }
  const Result<std::size_t> count = source_.read(position_, block_);
  if (!count) {
    error_ = count.error();
    return false;
  }
  if (*count == 0) return false;
  position_ += static_cast<Bytes>(*count);
  read_ += static_cast<Bytes>(*count);
  *data = block_.data();
  *size = static_cast<int>(*count);
  return true;
}

bool SourceInput::Skip(int count) {
  if (count < 0 || count > source_.size() - position_) {
    position_ = source_.size();
    return false;
  }
  position_ += count;
  return true;
}

Wire::Wire(ByteSource& source) : source_(source), stream_(source), input_(&stream_) {
  input_.SetTotalBytesLimit(std::numeric_limits<int>::max());
  if (source.size() > kMostMessage) {
    fail(fmt::format("{} bytes, more than the {} that one protobuf message may have", source.size(),
                     kMostMessage),
         "larger models keep their tensors in files beside it (external data)");
    return;
  }
  input_.PushLimit(static_cast<int>(source.size()));
}

bool Wire::fail(std::string what, std::string hint) {
  if (!error_) {
    if (stream_.error())
      error_ = stream_.error();
    else
      error_ = Error{ErrorKind::data, fmt::format("{}: {}", source_.shown(), what),
                     fmt::format("byte {}", input_.CurrentPosition()),
                     hint.empty() ? "download it again" : std::move(hint)};
  }
  return false;
}

bool Wire::fields(const std::function<bool(int, int)>& field) {
  while (ok()) {
    const std::uint32_t tag = input_.ReadTag();
    if (tag == 0) {
      if (input_.BytesUntilLimit() == 0) return true;
      return fail("ends within a message, or a field has the number 0");
    }
    if (WireFormatLite::GetTagFieldNumber(tag) == 0) return fail("a field has the number 0");
    if (!field(WireFormatLite::GetTagFieldNumber(tag), WireFormatLite::GetTagWireType(tag)))
      return fail("ends within a field");
  }
  return false;
}

bool Wire::length_of(std::string_view what, int wire_type, int& length) {
  if (!ok()) return false;
  if (wire_type != kLengthDelimited)
    return fail(
        fmt::format("{} has the wire type {} in place of {}", what, wire_type, kLengthDelimited));
  std::uint64_t value = 0;
  if (!input_.ReadVarint64(&value)) return fail(fmt::format("{}: its length is cut off", what));
  const int left = input_.BytesUntilLimit();
  if (value > static_cast<std::uint64_t>(std::max(left, 0)))
    return fail(fmt::format("{}: its length {} is beyond the {} bytes that are left", what, value,
                            std::max(left, 0)));
  length = static_cast<int>(value);
  return true;
}

bool Wire::message(std::string_view what, const std::function<bool()>& body) {
  int length = 0;
  if (!length_of(what, kLengthDelimited, length)) return false;
  if (depth_ >= kMostDepth)
    return fail(fmt::format("{}: nested deeper than the limit of {} messages", what, kMostDepth),
                "no model's graph is that deep");
  ++depth_;
  const auto outer = input_.PushLimit(length);
  const bool done = body();
  input_.PopLimit(outer);
  --depth_;
  return done && ok();
}

bool Wire::varint(std::string_view what, int wire_type, std::int64_t& out) {
  if (!ok()) return false;
  if (wire_type != kVarint)
    return fail(fmt::format("{} has the wire type {} in place of {}", what, wire_type, kVarint));
  std::uint64_t value = 0;
  if (!input_.ReadVarint64(&value)) return fail(fmt::format("{} is cut off or too long", what));
  out = static_cast<std::int64_t>(value);
  return true;
}

bool Wire::varints(std::string_view what, int wire_type, std::vector<std::int64_t>& out,
                   std::size_t most) {
  const auto one = [&](int type) {
    if (out.size() == most)
      return fail(fmt::format("{}: more than the limit of {} values", what, most));
    std::int64_t value = 0;
    if (!varint(what, type, value)) return false;
    out.push_back(value);
    return true;
  };
  if (wire_type != kLengthDelimited) return one(wire_type);
  int length = 0;
  if (!length_of(what, wire_type, length)) return false;
  const auto outer = input_.PushLimit(length);
  while (ok() && input_.BytesUntilLimit() > 0) one(kVarint);
  input_.PopLimit(outer);
  return ok();
}

bool Wire::text(std::string_view what, int wire_type, std::size_t most, std::string& out) {
  int length = 0;
  if (!length_of(what, wire_type, length)) return false;
  if (static_cast<std::size_t>(length) > most)
    return fail(fmt::format("{}: {} bytes, more than the limit of {}", what, length, most));
  if (!input_.ReadString(&out, length)) return fail(fmt::format("{} is cut off", what));
  return true;
}

bool Wire::skip_bytes(std::string_view what, int wire_type, Bytes& length) {
  int count = 0;
  if (!length_of(what, wire_type, count)) return false;
  if (!input_.Skip(count)) return fail(fmt::format("{} is cut off", what));
  length += count;
  return true;
}

bool Wire::skip(int number, int wire_type) {
  if (!ok()) return false;
  // A length beyond the message is told by its number, not by "cut off".
  Bytes unused = 0;
  if (wire_type == kLengthDelimited) return skip_bytes(fmt::format("field {}", number), 2, unused);
  const std::uint32_t tag =
      WireFormatLite::MakeTag(number, static_cast<WireFormatLite::WireType>(wire_type));
  if (!WireFormatLite::SkipField(&input_, tag))
    return fail(fmt::format("field {} is cut off or of no known wire type", number));
  return true;
}

}  // namespace weighin::proto
