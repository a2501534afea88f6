// How is e to the x taken in many lanes at once?
//
// Cephes' expf (https://www.netlib.org/cephes/, single/expf.c): x = n ln 2 + r with |r| <= ln 2 /
// 2, a polynomial of degree 7 for e^r, and n added to the exponent. Relative error below 2e-7.
#pragma once

#include "kernels/cpu/simd.hpp"

namespace weighin::kernels::WEIGHIN_ISA {
namespace {

/// e^x; 0 below -87, and x is taken as 88 above that.
HWY_INLINE F32 exponential(F32 x) {
  const auto underflows = hn::Lt(x, hn::Set(kF32, -87.0f));
  x = hn::Min(hn::Max(x, hn::Set(kF32, -87.0f)), hn::Set(kF32, 88.0f));
  // Adding 1.5 * 2^23 leaves the nearest integer in the low bits of the mantissa.
  const F32 magic = hn::Set(kF32, 12582912.0f);
  const F32 shifted = hn::MulAdd(x, hn::Set(kF32, 1.44269504088896341f), magic);
  const F32 n = hn::Sub(shifted, magic);
  // ln 2 in two parts, so that n times the first is exact.
  F32 r = hn::MulAdd(n, hn::Set(kF32, -0.693359375f), x);
  r = hn::MulAdd(n, hn::Set(kF32, 2.12194440e-4f), r);
  F32 p = hn::Set(kF32, 1.9875691500e-4f);
  p = hn::MulAdd(p, r, hn::Set(kF32, 1.3981999507e-3f));
  p = hn::MulAdd(p, r, hn::Set(kF32, 8.3334519073e-3f));
  p = hn::MulAdd(p, r, hn::Set(kF32, 4.1665795894e-2f));
  p = hn::MulAdd(p, r, hn::Set(kF32, 1.6666665459e-1f));
  p = hn::MulAdd(p, r, hn::Set(kF32, 5.0000001201e-1f));
  p = hn::Add(hn::MulAdd(p, hn::Mul(r, r), r), hn::Set(kF32, 1.0f));
  const I32 exponent = hn::ShiftLeft<23>(hn::Add(hn::ConvertTo(kI32, n), hn::Set(kI32, 127)));
  return hn::IfThenZeroElse(underflows, hn::Mul(p, hn::BitCast(kF32, exponent)));
}

}  // namespace
}  // namespace weighin::kernels::WEIGHIN_ISA
