// Does any text of a server or a command line break the reading of URLs, ranges or lists?
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "remote/http.hpp"
#include "remote/hub.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weighin;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static const remote::Url base = *remote::parse_url("https://host/a/b");
  (void)remote::read_hub_list(text, "hf://a/b");
  (void)remote::parse_hub(text);
  (void)remote::follow(base, text);
  if (remote::decode_segment(remote::encode_segment(text)) != text) std::abort();
  if (const auto range = remote::parse_content_range(text)) {
    if (range->from > range->to || range->to >= range->total + (range->from < 0 ? 1 : 0))
      std::abort();
  }
  if (const auto url = remote::parse_url(text)) {
    // What is asked for reads back as itself.
    const auto again = remote::parse_url(url->text());
    if (!again || again->origin() != url->origin()) std::abort();
    (void)remote::hub_place_of(*url, base);
    (void)url->shown();
  }
  return 0;
}
