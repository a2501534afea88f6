// Where does the data lie that is read, and how much of it may there be?
#pragma once

#include <string>

#include "weighin/bench.hpp"

namespace weighin {

/// Memory from the system, given back at the end; `bytes` is 0 where there was none to be had.
class Region {
 public:
  Region() = default;
  /// Asks for `bytes`, then for half as much, down to `least_bytes`. Never throws.
  Region(Bytes bytes, Bytes least_bytes);
  ~Region();
  Region(Region&& other) noexcept;
  Region& operator=(Region&& other) noexcept;

  unsigned char* data() const { return data_; }
  Bytes bytes() const { return bytes_; }

 private:
  unsigned char* data_ = nullptr;
  Bytes bytes_ = 0;
};

/// How much data to go through, and why it may not all come from memory.
struct DataSize {
  Bytes bytes = 0;  ///< 0: there is too little memory to measure at all
  bool beyond_caches = false;
  std::string why;
};
inline constexpr Bytes kLeastDataBytes = 4 * kMiB;
/// `flushed`: the caches will be flushed before every pass. `asked_bytes` 0 = no wish.
DataSize choose_data_size(const DeviceProfile& profile, Bytes asked_bytes, bool flushed);

}  // namespace weighin
