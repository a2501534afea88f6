// Does any question to the C interface lead to one document, and to a code that it may have?
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "support/support.hpp"
#include "weighin.h"

namespace {

weighin_context* context() {
  static weighin_context* const opened = [] {
    weighin_context* made = nullptr;
    weighin_open("{\"cache\": false, \"program\": false}", &made, nullptr);
    return made;
  }();
  return opened;
}

// A device that is not this machine, so that nothing is probed or measured.
const std::string& device() {
  static const std::string text =
      weighin::test::slurp(weighin::test::source_folder() / "tests/golden/devices/vm-24gb.json");
  return text;
}

void check(int code, char* answer) {
  const bool known = code == 0 || code == 1 || code == 2 || (code >= 64 && code <= 74);
  if (!known || answer == nullptr || std::strstr(answer, "weighin/") == nullptr) __builtin_trap();
  if ((code >= 64) != (std::strstr(answer, "weighin/error/1") != nullptr)) __builtin_trap();
  weighin_free(answer);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || context() == nullptr) return 0;
  const std::string text(reinterpret_cast<const char*>(data), size);
  char* answer = nullptr;
  weighin_context* other = nullptr;
  int code = 0;
  switch (text.front() & 3) {
    case 0: {  // the options: files that they name are not there
      code = weighin_open(text.c_str() + 1, &other, &answer);
      if (code != 0) check(code, answer);
      weighin_close(other);
      return 0;
    }
    case 1:
      code = weighin_estimate(context(), text.c_str() + 1, &answer);
      break;
    default: {
      // The device comes first, so that one that is given twice is an error and never a probe.
      std::string question = text.substr(1);
      if (question.empty() || question.front() != '{') return 0;
      question = "{\"device\": " + device() + (question.find(':') == std::string::npos ? "" : ",") +
                 question.substr(1);
      code = weighin_gate(context(), question.c_str(), &answer);
    }
  }
  check(code, answer);
  return 0;
}
