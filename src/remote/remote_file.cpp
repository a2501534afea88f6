// Which bytes are fetched for a read, and is it still the same file?
#include "remote/remote_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace weighin::remote {
namespace {

// A header is read from its begin on: blocks grow while reading goes straight on, so that a header
// of many megabytes costs few requests, and never beyond a mebibyte, so that no more than that is
// fetched in vain. A jump begins anew with a small block.
constexpr Bytes kFirstBlock = Bytes{64} << 10;
constexpr Bytes kGrowth = 4;
constexpr Bytes kLargestBlock = Bytes{1} << 20;
// One request for a large read is cut into such pieces.
constexpr Bytes kLargestRequest = Bytes{16} << 20;

class Source final : public ByteSource {
 public:
  explicit Source(std::shared_ptr<RemoteFile> file) : file_(std::move(file)) {}
  const std::string& shown() const override { return file_->shown(); }
  Bytes size() const override { return file_->size(); }
  Result<std::size_t> read(Bytes offset, std::span<char> into) override {
    return file_->read(offset, into);
  }
  Bytes bytes_read() const override { return file_->fetched(); }

 private:
  std::shared_ptr<RemoteFile> file_;
};

}  // namespace

std::unique_ptr<ByteSource> source_of(std::shared_ptr<RemoteFile> file) {
  return std::make_unique<Source>(std::move(file));
}

Result<std::shared_ptr<RemoteFile>> RemoteFile::open(std::shared_ptr<Http> http, Url url,
                                                     std::string shown) {
  std::shared_ptr<RemoteFile> file(
      new RemoteFile(std::move(http), std::move(url), std::move(shown)));
  const Result<Done> first = file->fetch(0, kFirstBlock);
  if (!first) return first.error();
  return file;
}

// A redirect often leads to an address that is signed for an hour: it is used again, and where it
// is refused, the way there is asked for anew.
Result<Piece> RemoteFile::ask(Bytes from, Bytes count) {
  Result<Piece> piece = http_->range(answered_, from, count, shown_);
  if (piece || answered_.text() == url_.text()) return piece;
  answered_ = url_;
  return http_->range(url_, from, count, shown_);
}

Result<Done> RemoteFile::fetch(Bytes from, Bytes count) {
  Result<Piece> piece = ask(from, count);
  if (!piece) return piece.error();
  const auto changed = [&](const std::string& what) {
    return Error{ErrorKind::no_input,
                 fmt::format("{} changed while it was read ({})", shown_, what), "", "try again"};
  };
  if (size_ < 0) {
    size_ = piece->total;
    etag_ = piece->etag;
  }
  if (piece->total != size_)
    return changed(fmt::format("{} bytes, and then {}", size_, piece->total));
  if (piece->etag != etag_)
    return changed(fmt::format("ETag {}, and then {}", clean(etag_), clean(piece->etag)));
  answered_ = std::move(piece->url);
  const Bytes got = static_cast<Bytes>(piece->bytes.size());
  if (got == 0 && from < size_)
    return Error{ErrorKind::no_input, fmt::format("{}: the server sent nothing", shown_), "",
                 "try again"};
  fetched_ += got;
  last_end_ = from + got;
  last_count_ = got;
  if (got > 0) blocks_.emplace(from, std::move(piece->bytes));
  return Done{};
}

Result<std::size_t> RemoteFile::read(Bytes offset, std::span<char> into) {
  if (offset < 0 || offset >= size_) return std::size_t{0};
  const Bytes end = offset + std::min(size_ - offset, static_cast<Bytes>(into.size()));
  Bytes at = offset;
  while (at < end) {
    auto next = blocks_.upper_bound(at);
    if (next != blocks_.begin()) {
      const auto block = std::prev(next);
      const Bytes block_end = block->first + static_cast<Bytes>(block->second.size());
      if (at < block_end) {
        const Bytes count = std::min(block_end, end) - at;
        std::memcpy(into.data() + (at - offset), block->second.data() + (at - block->first),
                    static_cast<std::size_t>(count));
        at += count;
        continue;
      }
    }
    const bool straight_on = at == last_end_;
    const Bytes block =
        straight_on ? std::clamp(last_count_ * kGrowth, kFirstBlock, kLargestBlock) : kFirstBlock;
    Bytes count = std::clamp(end - at, block, kLargestRequest);
    count = std::min(count, size_ - at);
    if (next != blocks_.end()) count = std::min(count, next->first - at);
    const Result<Done> fetched = fetch(at, count);
    if (!fetched) return fetched.error();
  }
  return static_cast<std::size_t>(end - offset);
}

}  // namespace weighin::remote
