// Which GPU code is in the program?
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace weighin::kernels {

/// One file of this folder, compiled to SPIR-V in one of its variants.
struct Shader {
  std::string_view name;     ///< "decode_q4_0"
  std::string_view variant;  ///< "plain" | "subgroup" | "dot" | "coopmat"
  std::span<const std::uint32_t> words;
};

/// All of them, by name. Written by src/cmake/shaders.cmake.
std::span<const Shader> shader_table();

/// The words of one; empty where there is none.
inline std::span<const std::uint32_t> shader_words(std::string_view name,
                                                   std::string_view variant) {
  for (const Shader& shader : shader_table()) {
    if (shader.name == name && shader.variant == variant) return shader.words;
  }
  return {};
}

}  // namespace weighin::kernels
