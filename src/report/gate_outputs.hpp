// How is the answer of a gate said to a person, to a code scanner, to a test runner?
#pragma once

#include <string>

#include "weighin/gate.hpp"
#include "weighin/report.hpp"

namespace weighin {

/// The sentence, and why.
std::string policy_answer_text(const PolicyAnswer& answer, const RenderOptions& options);
/// SARIF 2.1.0: one result for each reason; rules are the closed list of reasons.
std::string policy_answer_sarif(const PolicyAnswer& answer, int exit_code);
/// JUnit's XML: one test case for each condition of each choice that was looked at.
std::string policy_answer_junit(const PolicyAnswer& answer, int exit_code);

}  // namespace weighin
