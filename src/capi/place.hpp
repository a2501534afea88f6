// Where does this library lie, and with it our program and its catalogue?
#pragma once

#include <string>

namespace weighin::capi {

/// The folder of the library, or of the program that it is linked into; "" where it is not known.
std::string own_folder();

/// Our program as seen from the library's folder: beside it, or in bin/ one or two levels above
/// (lib, lib/x86_64-linux-gnu). Where there is none: the place where it would lie, beside which the
/// catalogue is installed.
std::string program_from(const std::string& folder);

}  // namespace weighin::capi
