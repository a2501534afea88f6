// What do we say to a server, and when do we hang up?
#include "remote/http.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "remote/curl_library.hpp"
#include "remote/http_errors.hpp"

namespace weighin::remote {
namespace {

// Servers send a few kilobytes; libcurl's own limit is 300 KiB.
constexpr std::size_t kMostHeaderBytes = 64 << 10;
// The text beside a redirect or an error is read and dropped up to here, to keep the connection.
constexpr Bytes kMostDropped = 16 << 10;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

// A whole number without a sign.
std::optional<Bytes> number(std::string_view text) {
  Bytes value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty() || text[0] == '-')
    return std::nullopt;
  return value;
}

// One transfer as it comes in.
struct Transfer {
  bool ranged = false;
  Bytes from = 0, count = 0;  // asked for; of a whole document: at most
  long status = 0;
  std::size_t header_bytes = 0;
  Bytes received = 0;
  std::string range, length, etag, location, retry_after, encoding;
  bool two_ranges = false;
  std::string body;
  Bytes allowed = -1;   // of the body; -1 = not yet decided
  std::string refused;  // why we hung up
  std::string hint;

  bool good() const { return status == 200 || status == 206; }
  std::size_t refuse(std::string why, std::string what_to_do) {
    refused = std::move(why);
    hint = std::move(what_to_do);
    return 0;
  }
};

// Decides by the headers alone whether the body is wanted.
bool decide(Transfer& transfer) {
  const auto refuse = [&](std::string why, std::string what_to_do) {
    transfer.refuse(std::move(why), std::move(what_to_do));
    return false;
  };
  const std::string lies = "its answer does not fit the question; download the file yourself";
  if (!transfer.good()) {
    transfer.allowed = kMostDropped;
    return true;
  }
  if (!transfer.encoding.empty() && transfer.encoding != "identity")
    return refuse("the server sends it compressed, which was not asked for", lies);
  const std::optional<Bytes> length = number(transfer.length);
  if (!transfer.ranged) {
    if (length && *length > transfer.count)
      return refuse(fmt::format("{} bytes, more than the {} that such a document may have", *length,
                                transfer.count),
                    "this is not what was looked for");
    transfer.allowed = transfer.count;
    return true;
  }
  if (transfer.status == 200) {
    // The whole file in place of a part: wanted only where it is no more than the part.
    if (transfer.from == 0 && length && *length <= transfer.count) {
      transfer.allowed = *length;
      return true;
    }
    return refuse("the server takes no ranges, and nothing is downloaded whole",
                  "download the file yourself and name it here");
  }
  const std::optional<ContentRange> range = parse_content_range(transfer.range);
  if (!range || range->from < 0 || transfer.two_ranges)
    return refuse(fmt::format("the server does not say which bytes it sends (Content-Range: {})",
                              transfer.range.empty() ? "none" : clean(transfer.range)),
                  lies);
  if (range->from != transfer.from || range->to >= transfer.from + transfer.count)
    return refuse(fmt::format("the server sends bytes {} to {}, asked for {} to {}", range->from,
                              range->to, transfer.from, transfer.from + transfer.count - 1),
                  lies);
  transfer.allowed = range->to - range->from + 1;
  if (length && *length != transfer.allowed)
    return refuse(fmt::format("the server says {} bytes and sends {}", transfer.allowed, *length),
                  lies);
  return true;
}

extern "C" std::size_t on_header(char* data, std::size_t, std::size_t count, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  transfer.header_bytes += count;
  if (transfer.header_bytes > kMostHeaderBytes)
    return transfer.refuse(
        fmt::format("the server's headers are longer than {} bytes", kMostHeaderBytes),
        "is this the right server?");
  const std::string_view line = trimmed({data, count});
  if (line.starts_with("HTTP/")) {  // a new answer (after a 1xx)
    const std::size_t space = line.find(' ');
    const auto status =
        space == std::string_view::npos ? std::nullopt : number(line.substr(space + 1, 3));
    transfer.status = static_cast<long>(status.value_or(0));
    for (std::string* text : {&transfer.range, &transfer.length, &transfer.etag, &transfer.location,
                              &transfer.retry_after, &transfer.encoding})
      text->clear();
    return count;
  }
  if (line.empty()) {
    if (transfer.status < 200) return count;
    return decide(transfer) ? count : 0;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return count;
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(), lower);
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (name == "content-range") {
    transfer.two_ranges = !transfer.range.empty() && transfer.range != value;
    transfer.range = value;
  }
  if (name == "content-length") transfer.length = value;
  if (name == "etag") transfer.etag = value;
  if (name == "location") transfer.location = value;
  if (name == "retry-after") transfer.retry_after = value;
  if (name == "content-encoding") {
    transfer.encoding = value;
    std::transform(transfer.encoding.begin(), transfer.encoding.end(), transfer.encoding.begin(),
                   lower);
  }
  return count;
}

extern "C" std::size_t on_body(char* data, std::size_t, std::size_t count, void* user) {
  Transfer& transfer = *static_cast<Transfer*>(user);
  const Bytes more = static_cast<Bytes>(count);
  transfer.received += more;
  if (transfer.received > transfer.allowed) {
    if (!transfer.good()) return 0;  // the status tells the story
    return transfer.refuse(
        fmt::format("the server sends more than the {} bytes that it may", transfer.allowed),
        "its answer does not fit the question; download the file yourself");
  }
  if (transfer.good()) transfer.body.append(data, count);
  return count;
}

template <class Value>
void set(CURL* curl, CURLoption option, Value value) {
  curl_library()->easy_setopt(curl, option, value);
}

long milliseconds(double seconds) {
  return std::lround(std::clamp(seconds, 0.001, 86400.0) * 1000);
}

}  // namespace

std::optional<ContentRange> parse_content_range(std::string_view value) {
  constexpr std::string_view kUnit = "bytes ";
  if (!value.starts_with(kUnit)) return std::nullopt;
  value.remove_prefix(kUnit.size());
  const std::size_t slash = value.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::optional<Bytes> total = number(value.substr(slash + 1));
  if (!total) return std::nullopt;  // "*": then nothing can be checked
  ContentRange range;
  range.total = *total;
  const std::string_view place = value.substr(0, slash);
  if (place == "*") return range;
  const std::size_t dash = place.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::optional<Bytes> from = number(place.substr(0, dash));
  const std::optional<Bytes> to = number(place.substr(dash + 1));
  if (!from || !to || *from > *to || *to >= *total) return std::nullopt;
  range.from = *from;
  range.to = *to;
  return range;
}

struct Http::State {
  RemoteOptions options;
  Url first;
  std::string hub_origin;
  CURL* curl = nullptr;
  RemoteTraffic traffic;

  void prepare(const Url& url, Transfer& transfer, curl_slist* headers, char* message);
  Result<Transfer> ask(Url url, bool ranged, Bytes from, Bytes count, const std::string& shown,
                       Url& answered);
};

void Http::State::prepare(const Url& url, Transfer& transfer, curl_slist* headers, char* message) {
  curl_library()->easy_reset(curl);  // keeps the connections
#if LIBCURL_VERSION_NUM >= 0x075500
  set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  set(curl, CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
  set(curl, CURLOPT_URL, url.text().c_str());  // copied by libcurl
  set(curl, CURLOPT_FOLLOWLOCATION, 0L);       // we look at each redirect ourselves
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_USERAGENT, "weighin/" WEIGHIN_VERSION);
  set(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(options.connect_seconds));
  set(curl, CURLOPT_LOW_SPEED_LIMIT, 1024L);
  set(curl, CURLOPT_LOW_SPEED_TIME, std::max(1L, std::lround(options.stall_seconds)));
  set(curl, CURLOPT_TIMEOUT_MS, milliseconds(options.request_seconds));
  set(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(curl, CURLOPT_ERRORBUFFER, message);
  set(curl, CURLOPT_HEADERFUNCTION, on_header);
  set(curl, CURLOPT_HEADERDATA, static_cast<void*>(&transfer));
  set(curl, CURLOPT_WRITEFUNCTION, on_body);
  set(curl, CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
  if (headers != nullptr) set(curl, CURLOPT_HTTPHEADER, headers);
  if (url.origin() == first.origin() && !first.user.empty()) {
    set(curl, CURLOPT_USERNAME, first.user.c_str());
    set(curl, CURLOPT_PASSWORD, first.password.c_str());
  }
  if (transfer.ranged) {
    const std::string range =
        fmt::format("{}-{}", transfer.from, transfer.from + transfer.count - 1);
    set(curl, CURLOPT_RANGE, range.c_str());
  }
}

// One question with its redirects, up to an answer that is none.
Result<Transfer> Http::State::ask(Url url, bool ranged, Bytes from, Bytes count,
                                  const std::string& shown, Url& answered) {
  const auto error = [&](const std::string& what, const std::string& hint,
                         ErrorKind kind = ErrorKind::no_input) {
    return Error{kind, fmt::format("{}: {}", shown, what), "", hint};
  };
  if (curl == nullptr) return no_curl();
  for (int hop = 0; hop <= options.most_redirects; ++hop) {
    if (traffic.requests >= options.most_requests)
      return error(fmt::format("more than {} requests would be needed", options.most_requests),
                   "download the file and name it here", ErrorKind::data);
    if (traffic.bytes + count > options.most_bytes)
      return error(fmt::format("more than {} would have to be fetched (limit of all headers of a "
                               "model)",
                               text_binary(options.most_bytes)),
                   "download the file and name it here", ErrorKind::data);
    Transfer transfer;
    transfer.ranged = ranged;
    transfer.from = from;
    transfer.count = count;
    curl_slist* headers = nullptr;
    const bool hub = url.origin() == hub_origin;
    if (hub && !options.hub_token.empty() && (url.scheme == "https" || url.is_loopback()))
      headers = curl_library()->slist_append(
          headers, ("Authorization: Bearer " + options.hub_token).c_str());
    std::array<char, CURL_ERROR_SIZE> message{};
    prepare(url, transfer, headers, message.data());
    ++traffic.requests;
    const CURLcode code = curl_library()->easy_perform(curl);
    curl_library()->easy_reset(curl);  // the list and the buffer below it go
    curl_library()->slist_free_all(headers);
    traffic.bytes += transfer.received;
    if (!transfer.refused.empty()) return error(transfer.refused, transfer.hint);
    const bool redirect = transfer.status >= 300 && transfer.status < 400 &&
                          transfer.status != 304 && !transfer.location.empty();
    const bool cut = transfer.received > transfer.allowed && code == CURLE_WRITE_ERROR;
    if (code != CURLE_OK && !(cut && !transfer.good()))
      return transfer_error(code, shown, message.data(), options.stall_seconds);
    if (!redirect) {
      if (ranged && transfer.status == 416 && from == 0) {
        const std::optional<ContentRange> range = parse_content_range(transfer.range);
        if (range && range->total == 0) {  // an empty file has no range
          answered = url;
          return transfer;
        }
      }
      if (!transfer.good()) return status_error(transfer.status, shown, hub, transfer.retry_after);
      answered = url;
      return transfer;
    }
    const Result<Url> next = follow(url, transfer.location);
    if (!next)
      return error(fmt::format("a redirect that leads nowhere ({})", clean(transfer.location)),
                   "we follow redirects to https alone");
    if (!may_follow(url, *next))
      return error(fmt::format("redirected from https to {}", next->shown()),
                   "we follow redirects to https alone");
    url = *next;
    url.user.clear();
    url.password.clear();
  }
  return error(fmt::format("more than {} redirects", options.most_redirects), "check the URL");
}

Http::Http(const RemoteOptions& options, Url first) : state_(std::make_unique<State>()) {
  state_->options = options;
  state_->first = std::move(first);
  const Result<Url> hub = parse_url(options.hub_endpoint);
  if (hub) state_->hub_origin = hub->origin();
  if (curl_library() != nullptr) state_->curl = curl_library()->easy_init();
}

Http::~Http() {
  if (state_->curl != nullptr) curl_library()->easy_cleanup(state_->curl);
}

Result<Piece> Http::range(const Url& url, Bytes from, Bytes count, const std::string& shown) {
  Piece piece;
  Result<Transfer> transfer = state_->ask(url, true, from, count, shown, piece.url);
  if (!transfer) return transfer.error();
  if (transfer->status == 206) {
    piece.total = parse_content_range(transfer->range)->total;  // decide() has seen that it is one
  } else if (transfer->status == 200) {
    piece.total = *number(transfer->length);
  }
  if (transfer->status != 416 && static_cast<Bytes>(transfer->body.size()) != transfer->allowed)
    return Error{ErrorKind::no_input,
                 fmt::format("{}: the server sent {} of {} bytes", shown, transfer->body.size(),
                             transfer->allowed),
                 "", "try again"};
  piece.bytes = std::move(transfer->body);
  piece.etag = std::move(transfer->etag);
  return piece;
}

Result<Piece> Http::whole(const Url& url, Bytes most, const std::string& shown) {
  Piece piece;
  Result<Transfer> transfer = state_->ask(url, false, 0, most, shown, piece.url);
  if (!transfer) return transfer.error();
  piece.bytes = std::move(transfer->body);
  piece.total = static_cast<Bytes>(piece.bytes.size());
  piece.etag = std::move(transfer->etag);
  return piece;
}

RemoteTraffic Http::traffic() const { return state_->traffic; }

}  // namespace weighin::remote
