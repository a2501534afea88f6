// How are the values that nibbles stand for looked up, in all rows at once?
#pragma once

#include "kernels/blocks.hpp"
#include "kernels/cpu/simd.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

/// Values as add_wide() wants them.
struct alignas(16) Table {
  uint8_t bytes[16];
};
constexpr Table biased(const int8_t (&values)[16]) {
  Table table{};
  for (int i = 0; i < 16; ++i) table.bytes[i] = static_cast<uint8_t>(values[i] + kWideBias);
  return table;
}
constexpr Table kIq4Table = biased(kIq4Values), kMxfp4Table = biased(kMxfp4Values);

#if HWY_TARGET == HWY_SCALAR
HWY_INLINE const Table* load_table(const Table& table) { return &table; }
HWY_INLINE U32 look_up(const Table* table, U32 nibbles) {
  const uint32_t word = hn::GetLane(nibbles);
  uint32_t values = 0;
  for (int byte = 0; byte < 4; ++byte) {
    values |= static_cast<uint32_t>(table->bytes[word >> (8 * byte) & 15u]) << (8 * byte);
  }
  return hn::Set(kU32, values);
}
#else
constexpr hn::Repartition<uint8_t, hn::ScalableTag<uint32_t> > kU8;
using U8 = hn::Vec<hn::Repartition<uint8_t, hn::ScalableTag<uint32_t> > >;
HWY_INLINE U8 load_table(const Table& table) { return hn::LoadDup128(kU8, table.bytes); }
HWY_INLINE U32 look_up(U8 table, U32 nibbles) {
  return hn::BitCast(kU32, hn::TableLookupBytes(table, hn::BitCast(kU8, nibbles)));
}
#endif

}  // namespace
}  // namespace weighin::kernels::WEIGHIN_ISA
