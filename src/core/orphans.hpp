// What becomes of the processes that a child of ours has started, and left behind?
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace weighin {

/// While one lives, processes whose parents have died below us become our children instead of
/// init's, so that they can be ended and leave no zombie. Counted, for the switch is the whole
/// process's (PR_SET_CHILD_SUBREAPER); nothing in a process that is not ours.
class Adoption {
 public:
  Adoption();
  ~Adoption();
  Adoption(const Adoption&) = delete;
  Adoption& operator=(const Adoption&) = delete;

 private:
  bool adopts_;
};

/// The environment variable by which what a child has started is known again, whatever session it
/// has fled to.
inline constexpr const char* kChildMark = "WEIGHIN_CHILD";
/// A value that no other child of any run has.
std::string new_child_mark();

/// Ends and reaps what children that have ended left to us: the rest of their process groups, and
/// processes that carry one of their marks. Gives up after a tenth of a second; what is left then
/// is reaped by a later call.
void end_orphans(const std::vector<pid_t>& groups, const std::vector<std::string>& marks);

}  // namespace weighin
