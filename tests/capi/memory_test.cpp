// Is every allocation that fails an error of the call, and neither a crash nor a leak?
#include <gtest/gtest.h>

#include <execinfo.h>

#include <cstdlib>
#include <cstring>
#include <new>
#include <nlohmann/json.hpp>
#include <string>

#include "support/support.hpp"
#include "weighin.h"

namespace {

// Allocations of this thread until one fails; below 0: none does.
thread_local long left_to_fail = -1;
thread_local long counted = 0;

// A destructor of nlohmann/json allocates (json_value::destroy(), so that deep values need no deep
// stack), and nobody can answer for what fails there: std::terminate(). docs/library.md says so.
bool in_json_destructor() {
  void* frames[24];
  const int count = backtrace(frames, 24);
  char** names = backtrace_symbols(frames, count);
  bool found = false;
  for (int i = 0; names != nullptr && i < count; ++i)
    found = found || std::strstr(names[i], "json_value7destroy") != nullptr;
  std::free(names);
  return found;
}

void* allocated(std::size_t size) {
  ++counted;
  if (left_to_fail == 0 && in_json_destructor()) ++left_to_fail;  // the next one, then
  if (left_to_fail >= 0 && left_to_fail-- == 0) return nullptr;
  return std::malloc(size == 0 ? 1 : size);
}

}  // namespace

// Our own operators on both sides are malloc() and free(), which the compiler does not see.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

void* operator new(std::size_t size) {
  void* const found = allocated(size);
  if (found == nullptr) throw std::bad_alloc();
  return found;
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return allocated(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return allocated(size); }
void operator delete(void* place) noexcept { std::free(place); }
void operator delete[](void* place) noexcept { std::free(place); }
void operator delete(void* place, std::size_t) noexcept { std::free(place); }
void operator delete[](void* place, std::size_t) noexcept { std::free(place); }
void operator delete(void* place, const std::nothrow_t&) noexcept { std::free(place); }
void operator delete[](void* place, const std::nothrow_t&) noexcept { std::free(place); }

namespace {

using nlohmann::json;

// Lets the first, the second, … allocation of `act` fail, more and more sparsely, until it needs no
// more.
template <class Act>
long each_failure(Act act) {
  left_to_fail = -1;
  in_json_destructor();  // loads what it needs
  counted = 0;
  act(false);
  const long all = counted;
  long tried = 0;
  for (long at = 0; at < all; at += 1 + at / 12, ++tried) {
    left_to_fail = at;
    act(true);
    left_to_fail = -1;
  }
  return tried;
}

TEST(CapiMemory, EveryFailureIsAnAnswer) {
  weighin_context* context = nullptr;
  const std::string options = json{{"cache", false}, {"program", false}}.dump();
  ASSERT_EQ(weighin_open(options.c_str(), &context, nullptr), 0);
  const json device = json::parse(
      weighin::test::slurp(weighin::test::source_folder() / "tests/golden/devices/vm-24gb.json"));
  const std::string question =
      json{{"model", "gemma-2b"}, {"min_memory", "1GiB"}, {"device", device}}.dump();
  const long tried = each_failure([&](bool fails) {
    char* answer = nullptr;
    const int code = weighin_gate(context, question.c_str(), &answer);
    if (!fails) {
      ASSERT_EQ(code, 0);
    }
    // A reader that had no memory says so as what it could not read (64, 65); what failed while
    // something was only tried may still be answered (0).
    ASSERT_TRUE(code == 0 || code == 64 || code == 65 || code == 70)
        << code << (answer ? answer : "");
    const std::string text = answer == nullptr ? "" : answer;
    if (code == 0) {
      ASSERT_NE(text.find("weighin/gate/1"), std::string::npos) << text;
    } else if (code != 70) {
      ASSERT_NE(text.find("bad_alloc"), std::string::npos) << text;
    }
    weighin_free(answer);
  });
  EXPECT_GT(tried, 50);
  weighin_close(context);
}

TEST(CapiMemory, OpeningFailsWhole) {
  const std::string options = json{{"cache", false}, {"program", false}}.dump();
  const long tried = each_failure([&](bool) {
    weighin_context* context = nullptr;
    char* error = nullptr;
    const int code = weighin_open(options.c_str(), &context, &error);
    ASSERT_EQ(code == 0, context != nullptr) << (error ? error : "");
    weighin_free(error);
    weighin_close(context);
  });
  EXPECT_GT(tried, 50);
}

}  // namespace
