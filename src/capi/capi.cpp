// How does a question of weighin.h reach the session, and its answer come back, whatever happens?
#include <fmt/format.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <nlohmann/json.hpp>

#include "capi/context.hpp"
#include "weighin.h"
#include "weighin/cancel.hpp"

struct weighin_context {
  std::unique_ptr<weighin::capi::Context> inner;
  std::atomic<unsigned> cancels{0};  // how often; a call is cancelled where it rises meanwhile
};

namespace weighin::capi {
namespace {

// The caller's copy; null where there is no memory for it.
char* copy_of(const std::string& text) noexcept {
  auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (copy != nullptr) std::memcpy(copy, text.c_str(), text.size() + 1);
  return copy;
}

// Writes an error's document where the caller wants it; gives its code. Nothing is thrown: where
// even this has no memory, there is no document.
int tell_error(const Error& error, char** answer) noexcept {
  if (answer == nullptr) return exit_code(error.kind);
  try {
    *answer = copy_of(error_json(error));
  } catch (...) {
    *answer = nullptr;
  }
  return *answer == nullptr ? exit_code(ErrorKind::internal) : exit_code(error.kind);
}

constexpr int kCancelledCode = 130;

int tell_cancelled(char** answer) {
  // No Error has this code: nothing but a caller's own wish ends a question so.
  auto document = nlohmann::ordered_json::parse(
      error_json({ErrorKind::internal, "cancelled by weighin_cancel()", "", "ask again"}));
  document["error"]["exit_code"] = kCancelledCode;
  *answer = copy_of(document.dump(2) + "\n");
  return *answer == nullptr ? exit_code(ErrorKind::internal) : kCancelledCode;
}

int out_of_memory(char** answer) noexcept {
  try {
    return tell_error({ErrorKind::internal, "out of memory", "", ""}, answer);
  } catch (...) {
    return exit_code(ErrorKind::internal);
  }
}

// Runs `act`, which gives the exit code, and lets nothing out.
template <class Act>
int guarded(char** answer, Act act) noexcept {
  try {
    return act();
  } catch (const std::bad_alloc&) {
    return out_of_memory(answer);
  } catch (const std::exception& fault) {
    try {
      return tell_error({ErrorKind::internal, fmt::format("a fault of ours: {}", fault.what()), "",
                         "please report it"},
                        answer);
    } catch (...) {
      return out_of_memory(answer);
    }
  } catch (...) {
    return out_of_memory(answer);
  }
}

// The caller's text; null is an empty one. It is not looked at beyond the longest that is allowed.
Result<std::string_view> text_of(const char* text, const char* name) {
  if (text == nullptr) return std::string_view();
  constexpr std::size_t kMost = WEIGHIN_MOST_QUESTION_BYTES;
  const std::size_t length = strnlen(text, kMost + 1);
  if (length > kMost)
    return Error{ErrorKind::data, "longer than 16 MiB, or not ended by a zero byte", name, ""};
  return std::string_view(text, length);
}

using Answering = Result<Answer> (*)(const Context& context, std::string_view question);

int ask(const weighin_context* context, const char* question, char** answer,
        Answering answering) noexcept {
  if (answer != nullptr) *answer = nullptr;
  return guarded(answer, [&]() -> int {
    if (answer == nullptr) return exit_code(ErrorKind::usage);
    if (context == nullptr)
      return tell_error({ErrorKind::usage, "there is no context", "context", "call weighin_open()"},
                        answer);
    const Result<std::string_view> text = text_of(question, "question");
    if (!text) return tell_error(text.error(), answer);
    const auto is_cancelled = [context, before = context->cancels.load()] {
      return context->cancels.load() != before;
    };
    const CancelScope scope(is_cancelled);
    const Result<Answer> answered = answering(*context->inner, *text);
    if (is_cancelled()) return tell_cancelled(answer);
    if (!answered) return tell_error(answered.error(), answer);
    *answer = copy_of(answered->document);
    return *answer == nullptr ? out_of_memory(answer) : answered->code;
  });
}

}  // namespace
}  // namespace weighin::capi

using namespace weighin;
using namespace weighin::capi;

unsigned weighin_abi_version(void) { return WEIGHIN_ABI_VERSION; }

const char* weighin_version(void) { return version(); }

int weighin_open(const char* options, weighin_context** context, char** error) {
  if (error != nullptr) *error = nullptr;
  if (context != nullptr) *context = nullptr;
  return guarded(error, [&]() -> int {
    if (context == nullptr)
      return tell_error({ErrorKind::usage, "there is no place for the context", "context", ""},
                        error);
    const Result<std::string_view> text = text_of(options, "options");
    if (!text) return tell_error(text.error(), error);
    Result<std::unique_ptr<Context>> opened = open_context(*text);
    if (!opened) return tell_error(opened.error(), error);
    *context = new weighin_context{std::move(*opened), {}};
    return 0;
  });
}

void weighin_cancel(weighin_context* context) {
  if (context != nullptr) ++context->cancels;
}

void weighin_close(weighin_context* context) { delete context; }

int weighin_probe(weighin_context* context, const char* question, char** answer) {
  return ask(context, question, answer, answer_probe);
}

int weighin_estimate(weighin_context* context, const char* question, char** answer) {
  return ask(context, question, answer, answer_estimate);
}

int weighin_check(weighin_context* context, const char* question, char** answer) {
  return ask(context, question, answer, answer_check);
}

int weighin_gate(weighin_context* context, const char* question, char** answer) {
  return ask(context, question, answer, answer_gate);
}

int weighin_bench(weighin_context* context, const char* question, char** answer) {
  return ask(context, question, answer, answer_bench);
}

int weighin_models(weighin_context* context, const char* question, char** answer) {
  return ask(context, question, answer, answer_models);
}

int weighin_schema(const char* name, char** answer) {
  if (answer != nullptr) *answer = nullptr;
  return guarded(answer, [&]() -> int {
    if (answer == nullptr) return exit_code(ErrorKind::usage);
    const Result<std::string_view> word = text_of(name, "name");
    if (!word) return tell_error(word.error(), answer);
    const std::string_view text = schema_text(*word);
    if (text.empty()) {
      std::string names;
      for (const std::string_view each : schema_names())
        names += fmt::format("{}{}", names.empty() ? "" : ", ", each);
      return tell_error(
          {ErrorKind::usage, "there is no schema of that name", "name", "one of " + names}, answer);
    }
    *answer = copy_of(std::string(text));
    return *answer == nullptr ? out_of_memory(answer) : 0;
  });
}

void weighin_free(char* answer) { std::free(answer); }
