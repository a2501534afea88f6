// Whose process is this?
#pragma once

namespace weighin {

/// Says that this process belongs to another program, which uses us as a library. From then on it is left
/// as it is: GPU drivers are asked through one child, our program (ProbeOptions::program), which does all
/// of it, and no orphan of this process is adopted. Never taken back. To be called from any thread.
void process_is_not_ours();

/// What was said.
bool is_process_ours();

}  // namespace weighin
