// Which models serve a use, and which were made for it?
#include "advise/uses.hpp"

namespace weighin {
namespace {

bool is_named(const Verdict& verdict, const char* word) {
  return verdict.model.find(word) != std::string::npos;
}

bool writes_code(const Verdict& verdict) {
  return is_named(verdict, "coder") || is_named(verdict, "codestral") ||
         is_named(verdict, "codellama");
}

}  // namespace

const std::vector<std::string>& uses() {
  static const std::vector<std::string> kUses{"chat",     "code",       "summarize", "embed",
                                              "classify", "transcribe", "translate"};
  return kUses;
}

const char* usual_runtime(const std::string& use) {
  return use == "classify" || use == "transcribe" ? "onnx" : "llama.cpp";
}

bool serves(const Verdict& verdict, const std::string& use) {
  const std::string& kind = verdict.modality;
  const bool text = kind.empty() || kind == "text";
  if (use == "embed") return kind == "embedding";
  if (use == "classify") return kind == "encoder";
  if (use == "transcribe") return kind == "speech";
  // Encoder and decoder were made for it; every model of text does it too.
  if (use == "translate") return kind == "text-to-text" || text;
  // A page or two and the summary of it.
  if (use == "summarize") return (text || kind == "text-to-text") && verdict.context >= 2048;
  if (use == "chat") return text && !writes_code(verdict);
  return text;
}

bool made_for(const Verdict& verdict, const std::string& use) {
  if (use == "code") return writes_code(verdict);
  if (use == "translate") return verdict.modality == "text-to-text" || is_named(verdict, "aya");
  return false;
}

bool has_references(const std::string& use) {
  return use != "embed" && use != "classify" && use != "transcribe";
}

}  // namespace weighin
