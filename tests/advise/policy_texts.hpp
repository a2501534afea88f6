// Which policies are the reader and its tests tried on?
#pragma once

#include <string>

#include "weighin/gate.hpp"

namespace weighin::test {

inline std::string policy_with(const std::string& members) {
  return "{\n  \"schema\": \"weighin/policy/1\",\n  " + members + "\n}";
}

/// A policy of one choice about the device alone.
inline std::string device_policy(const std::string& conditions) {
  return policy_with("\"choices\": [{\"name\": \"c\", \"conditions\": {" + conditions + "}}]");
}

}  // namespace weighin::test
