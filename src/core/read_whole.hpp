// How is a whole file read that may report no size, never end or be no file at all?
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "weighin/result.hpp"

namespace weighin {

/// "cannot read PATH: REASON", of kind no_input.
Error cannot(std::string_view verb, std::string_view path, int error_number);
Error cannot(std::string_view verb, std::string_view path, std::string_view reason);

/// Opens `relative` below `folder` (AT_FDCWD for the working folder) and reads it to its end.
/// `shown` is the path that messages name. Anything but a regular file is an error: a pipe could
/// block for ever.
Result<std::string> read_whole(int folder, const std::string& relative, std::string_view shown,
                               std::size_t max_bytes, bool follow_last_link);

/// Names in a folder, sorted, without "." and "..".
Result<std::vector<std::string>> list_whole(int folder, const std::string& relative,
                                            std::string_view shown, bool follow_last_link);

/// The target of a link, as written in it.
Result<std::string> link_target(int folder, const std::string& relative, std::string_view shown);

}  // namespace weighin
