// How are the words of a fact's state written and read?
#include "weighin/known.hpp"

#include <array>

namespace weighin {
namespace {

template <class E, std::size_t N>
std::optional<E> from_text(const std::array<std::pair<E, const char*>, N>& words,
                           const std::string& word) {
  for (const auto& [value, text] : words) {
    if (word == text) return value;
  }
  return std::nullopt;
}

template <class E, std::size_t N>
const char* text_of(const std::array<std::pair<E, const char*>, N>& words, E value) {
  for (const auto& [each, text] : words) {
    if (each == value) return text;
  }
  return "error";
}

constexpr std::array<std::pair<Status, const char*>, 4> kStatusWords{{{Status::ok, "ok"},
                                                                      {Status::unsupported, "unsupported"},
                                                                      {Status::skipped, "skipped"},
                                                                      {Status::error, "error"}}};
constexpr std::array<std::pair<KnownBy, const char*>, 5> kKnownByWords{
    {{KnownBy::measured, "measured"},
     {KnownBy::reported, "reported"},
     {KnownBy::published, "published"},
     {KnownBy::computed, "computed"},
     {KnownBy::assumed, "assumed"}}};
constexpr std::array<std::pair<Confidence, const char*>, 3> kConfidenceWords{
    {{Confidence::high, "high"}, {Confidence::medium, "medium"}, {Confidence::low, "low"}}};

}  // namespace

const char* to_text(Status status) { return text_of(kStatusWords, status); }
const char* to_text(KnownBy known_by) { return text_of(kKnownByWords, known_by); }
const char* to_text(Confidence confidence) { return text_of(kConfidenceWords, confidence); }

std::optional<Status> status_from_text(const std::string& word) {
  return from_text(kStatusWords, word);
}
std::optional<KnownBy> known_by_from_text(const std::string& word) {
  return from_text(kKnownByWords, word);
}
std::optional<Confidence> confidence_from_text(const std::string& word) {
  return from_text(kConfidenceWords, word);
}

}  // namespace weighin
