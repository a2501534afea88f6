// Which word and which exit code does each verdict and decision have?
#include "advise/judge.hpp"
#include "weighin/advise.hpp"

namespace weighin {

const char* to_text(Fit fit) {
  switch (fit) {
    case Fit::fits:
      return "fits";
    case Fit::tight:
      return "tight";
    case Fit::slow:
      return "slow";
    case Fit::too_big:
      return "too-big";
    case Fit::unsupported:
      return "unsupported";
    case Fit::not_downloadable:
      return "not-downloadable";
    case Fit::unknown:
      return "unknown";
  }
  return "unknown";
}

const char* to_text(Decision decision) {
  switch (decision) {
    case Decision::allow:
      return "allow";
    case Decision::allow_degraded:
      return "allow_degraded";
    case Decision::fallback:
      return "fallback";
    case Decision::deny:
      return "deny";
    case Decision::undecided:
      return "undecided";
  }
  return "undecided";
}

bool is_yes(Fit fit) { return fit == Fit::fits || fit == Fit::tight; }

int exit_code(Decision decision) {
  switch (decision) {
    case Decision::allow:
    case Decision::allow_degraded:
    case Decision::fallback:
      return 0;
    case Decision::deny:
      return 1;
    case Decision::undecided:
      return 2;
  }
  return 2;
}

int exit_code(const Verdict& verdict, const Demands& demands) {
  switch (verdict.fit) {
    case Fit::fits:
    case Fit::tight:
      return 0;
    case Fit::slow:
      return demands.min_decode_tokens_per_second > 0 || demands.max_first_token_seconds > 0 ? 1
                                                                                             : 0;
    case Fit::too_big:
    case Fit::unsupported:
    case Fit::not_downloadable:
      return 1;
    case Fit::unknown:
      return 2;
  }
  return 2;
}

}  // namespace weighin
