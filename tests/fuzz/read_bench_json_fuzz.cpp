// Does the reader of kept measurements stay upright on any bytes?
#include <cstdint>
#include <cstdlib>

#include "weighin/report.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = weighin::read_bench_json(text, "fuzz");
  // What was read must be writable, and readable again.
  if (read && !weighin::read_bench_json(weighin::bench_json(*read), "again")) std::abort();
  return 0;
}
