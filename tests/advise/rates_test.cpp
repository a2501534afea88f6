// Is the right measurement taken, and a kin's only where there is none?
#include "advise/rates.hpp"

#include <gtest/gtest.h>

namespace weighin {
namespace {

Measurement measured(const char* name, const char* format, double giga, std::int64_t threads = 2,
                     bool operations = false) {
  Measurement made;
  made.name = name;
  made.format = format;
  made.isa = "avx2";
  made.threads = threads;
  const Range rate{0.99e9 * giga, 1e9 * giga, 1.01e9 * giga};
  (operations ? made.operations_per_second : made.bytes_per_second) = rate;
  made.status = BenchStatus::ok;
  return made;
}

TEST(Rates, WhereThereIsNoProfileTheFormatsOwnAtTheAskedThreads) {
  const Measurements all{{measured("decode q4_0", "Q4_0", 10, 1),
                          measured("decode q4_0", "Q4_0", 20), measured("decode q8_0", "Q8_0", 30)},
                         {}};
  EXPECT_DOUBLE_EQ(Rates(all, "cpu", "llama.cpp", 0).matrix("Q4_0", EnginePart::decode)->ours,
                   20e9);
  EXPECT_DOUBLE_EQ(Rates(all, "cpu", "llama.cpp", 1).matrix("Q4_0", EnginePart::decode)->ours,
                   10e9);
  EXPECT_TRUE(Rates(all, "cpu", "llama.cpp", 0).matrix("Q4_0", EnginePart::decode)->direct);
  EXPECT_FALSE(Rates(all, "gpu0", "llama.cpp", 0).matrix("Q4_0", EnginePart::decode));
  EXPECT_FALSE(Rates(all, "cpu", "llama.cpp", 0).matrix("Q4_0", EnginePart::prefill));
}

// Eight operations a byte; llama.cpp's row for the format is a share of our prefill.
TEST(Rates, DecodeIsBoundByArithmeticOrByMemory) {
  const auto asked = [](double prefill, double memory, std::int64_t threads) {
    const Measurements all{
        {measured("prefill q4_0", "Q4_0", prefill, 4, true), measured("memory read", "", memory, 4),
         measured("decode q4_0", "Q4_0", memory, 4)},
        {}};
    return *Rates(all, "cpu", "llama.cpp", threads).matrix("Q4_0", EnginePart::decode, 1.0 / 8.0);
  };
  const auto row = engine_share({"llama.cpp", "avx2", "", "", ""}, "Q4_0", EnginePart::decode);
  ASSERT_TRUE(row);
  const EngineRate slow = asked(400, 1000, 4);
  EXPECT_NEAR(slow.rate.mid, 400e9 / 8 * row->share, 1e-4 * slow.rate.mid);
  EXPECT_LT(slow.rate.low, slow.rate.mid);
  EXPECT_GT(slow.rate.high, slow.rate.mid);
  // Many cores before a narrow memory: no more than it gives.
  const EngineRate narrow = asked(100000, 50, 4);
  EXPECT_LT(narrow.rate.mid, 50e9);
  EXPECT_GT(narrow.rate.mid, 40e9);
  EXPECT_LE(narrow.rate.high, 52e9);
  // A quarter of the threads does a quarter of the arithmetic.
  EXPECT_NEAR(asked(400, 1000, 1).rate.mid, slow.rate.mid / 4, 1e-4 * slow.rate.mid);
}

// The engine waits for memory as a reading core does: what one thread reads there tells more of
// another maker's cores than a share of arithmetic.
TEST(Rates, OnOtherCoresDecodeGoesByReading) {
  const auto asked = [](const char* cores, double read, double own) {
    const Measurements all{
        {measured("prefill q4_0", "Q4_0", 400, 2, true), measured("memory read", "", read, 1),
         measured("memory read", "", 2 * read, 2), measured("decode q4_0", "Q4_0", own, 2)},
        {}};
    SpeedQuestion question;
    question.repack = "avx2";
    question.vendor = "Intel";
    question.microarchitecture = cores;
    return Rates(all, question).matrix("Q4_0", EnginePart::decode, 9.0 / 32)->rate;
  };
  const double share =
      engine_share({"llama.cpp", "avx2", "avx2", "Intel", "Skylake"}, "Q4_0", EnginePart::decode)
          ->of_read;
  ASSERT_GT(share, 0.1);
  EXPECT_NEAR(asked("Skylake", 20, 100).mid, 2 * 20e9 * share, 0.01 * 40e9 * share);
  EXPECT_NEAR(asked("Skylake", 10, 100).mid, 2 * 10e9 * share, 0.01 * 20e9 * share);
  EXPECT_EQ(asked("Sapphire Rapids", 20, 100).mid, asked("Sapphire Rapids", 30, 100).mid);
  // Not much faster than our own kernel.
  EXPECT_NEAR(asked("Skylake", 20, 5).mid, 5.5e9, 5e7);
  EXPECT_LT(asked("Skylake", 20, 100).low, 0.8 * asked("Skylake", 20, 100).mid);
}

TEST(Rates, AKinStandsInAndIsWider) {
  const Measurements all{{measured("decode q4_0", "Q4_0", 20)}, {}};
  const Rates rates(all, "cpu", "llama.cpp", 0);
  const auto own = rates.matrix("Q4_0", EnginePart::decode);
  const auto kin = rates.matrix("IQ2_XS", EnginePart::decode);
  ASSERT_TRUE(kin);
  EXPECT_FALSE(kin->direct);
  EXPECT_EQ(kin->named, "decode q4_0");
  EXPECT_LT(kin->rate.mid, own->rate.mid);
  EXPECT_GT(kin->rate.high / kin->rate.low, own->rate.high / own->rate.low);
  EXPECT_FALSE(rates.matrix("NOT_A_FORMAT", EnginePart::decode));
}

TEST(Rates, AnEngineWithoutAProfileIsWiderStill) {
  const Measurements all{
      {measured("decode q4_0", "Q4_0", 20), measured("prefill q4_0", "Q4_0", 300, 2, true)}, {}};
  const auto known =
      Rates(all, "cpu", "llama.cpp", 0).matrix("Q4_0", EnginePart::decode, 1.0 / 8.0);
  const auto unknown = Rates(all, "cpu", "other", 0).matrix("Q4_0", EnginePart::decode, 1.0 / 8.0);
  EXPECT_GT(unknown->rate.high / unknown->rate.low, known->rate.high / known->rate.low);
}

TEST(Rates, AttentionIsCountedInProducts) {
  const Measurements all{{measured("attention f16", "F16", 6), measured("memory read", "", 30)},
                         {}};
  // Four queries read two bytes together: two multiply-adds to a byte.
  EXPECT_DOUBLE_EQ(Rates(all, "cpu", "llama.cpp", 0).attention(false)->ours, 12e9);
  const Measurements batch{{measured("attention prefill f16", "F16", 100, 2, true)}, {}};
  EXPECT_DOUBLE_EQ(Rates(batch, "cpu", "llama.cpp", 0).attention(true)->ours, 50e9);
  const Measurements read{{measured("memory read", "", 30)}, {}};
  const auto guessed = Rates(read, "cpu", "llama.cpp", 0).attention(false);
  ASSERT_TRUE(guessed);
  EXPECT_FALSE(guessed->direct);
  EXPECT_FALSE(Rates({}, "cpu", "llama.cpp", 0).attention(false));
}

}  // namespace
}  // namespace weighin
