// How many weights does a record of MLC's tensor cache hold?
#pragma once

#include <cstdint>
#include <string_view>

namespace weighin::mlc {

/// Bits of one quantized weight by the word for the format ("q4f16_1": 4); 0 where weights are not
/// packed ("q0f16") or the word is of another kind.
int bits_of(std::string_view quantization);

/// Bits of one stored value of that type; 0 where it is not known.
int stored_bits(std::string_view type);

/// Weights in a record of `elements` stored values: none in scales and zero points; of packed ones
/// as many as each stored value holds.
std::int64_t weights_in(std::string_view name, std::string_view type, std::int64_t elements,
                        int bits);

}  // namespace weighin::mlc
