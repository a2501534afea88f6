// How does an error read, and which exit code is it?
#include "weighin/result.hpp"

namespace weighin {

std::string to_text(const Error& error) {
  return error.where.empty() ? error.what : error.what + ", " + error.where;
}

int exit_code(ErrorKind kind) {
  // sysexits(3): EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_SOFTWARE, EX_IOERR.
  switch (kind) {
    case ErrorKind::usage:
      return 64;
    case ErrorKind::data:
      return 65;
    case ErrorKind::no_input:
      return 66;
    case ErrorKind::internal:
      return 70;
    case ErrorKind::io:
      return 74;
  }
  return 70;
}

}  // namespace weighin
