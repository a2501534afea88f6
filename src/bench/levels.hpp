// At which speeds has this machine been seen before?
//
// A guest's cores move: on one host two of them had 84 GB/s of memory together while they sat on
// different chiplets, and 54 on the same one, and its clock was 4.18 to 4.33 GHz. Within a run
// nothing tells; from run to run it shows.
#pragma once

#include "weighin/bench.hpp"

namespace weighin {

/// What is to be kept for later runs: for each figure the least and the greatest so far (`low`,
/// `high`), the runs' mean (`mid`), their number (`samples`) and their coefficient of variation
/// (`spread`). What an earlier run saw fades by a tenth of its distance with every run that sees
/// something else, so that a changed machine is believed after a dozen runs.
Measurements remember_levels(const Measurements& now, const Measurements& earlier);

/// A figure that was seen further apart than runs that vary by kUncertainty lie is unstable, and so
/// is one that, over two runs and more, may vary by more than kUncertainty: called steady is what
/// its runs show to be, nine chances in ten. Its range then has all of them, and `why` says so.
void widen_by_levels(Measurements& now, const Measurements& levels);

}  // namespace weighin
