// Which models serve a use, and which were made for it?
#pragma once

#include <string>

#include "weighin/advise.hpp"

namespace weighin {

/// Whether the model can be put to the use (a word of uses(); empty: writing text). Models that
/// write text stand for a class; embeddings and speech do not.
bool serves(const Verdict& verdict, const std::string& use);
/// Made for it, by its name or kind: preferred to others of its class.
bool made_for(const Verdict& verdict, const std::string& use);
/// False for uses whose models write no text: their classes have no reference among these.
bool has_references(const std::string& use);

}  // namespace weighin
