# How do the GPU kernels become part of the program?  GLSL -> SPIR-V (glslc) -> a C++ array.
#
# weighin_shaders(STOREY FOLDER) compiles each FOLDER/NAME.comp once for every variant that its line
# `// Variants: a b c` names, with WEIGHIN_A defined, and adds a table of all of them to the storey's library;
# kernels/gpu/shaders.hpp declares it. The target is Vulkan 1.1: what needs more says so in its row.
find_program(WEIGHIN_GLSLC glslc REQUIRED)

function(weighin_shaders storey folder)
  set(place ${PROJECT_SOURCE_DIR}/${folder})
  set(made ${PROJECT_BINARY_DIR}/generated/shaders)
  file(MAKE_DIRECTORY ${made})
  file(GLOB shaders CONFIGURE_DEPENDS ${place}/*.comp)
  file(GLOB included CONFIGURE_DEPENDS ${place}/*.glsl)
  list(SORT shaders)
  set(arrays "")
  set(rows "")
  set(words "")
  set(count 0)
  foreach(shader IN LISTS shaders)
    get_filename_component(name ${shader} NAME_WE)
    file(STRINGS ${shader} line REGEX "^// Variants: ")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${shader})
    if(NOT line)
      message(FATAL_ERROR "${shader}: no line \"// Variants: …\"")
    endif()
    string(REPLACE "// Variants: " "" variants "${line}")
    string(REPLACE " " ";" variants "${variants}")
    foreach(variant IN LISTS variants)
      set(spirv ${made}/${name}_${variant}.inc)
      string(TOUPPER ${variant} upper)
      add_custom_command(OUTPUT ${spirv}
        COMMAND ${WEIGHIN_GLSLC} --target-env=vulkan1.1 -O -mfmt=num -DWEIGHIN_${upper}=1 ${shader} -o ${spirv}
        DEPENDS ${shader} ${included} VERBATIM
        COMMENT "Compiling shader ${name} (${variant})")
      list(APPEND words ${spirv})
      string(APPEND arrays "constexpr std::uint32_t ${name}_${variant}[] = {\n#include \"${spirv}\"\n};\n")
      string(APPEND rows "    Shader{\"${name}\", \"${variant}\", ${name}_${variant}},\n")
      math(EXPR count "${count} + 1")
    endforeach()
  endforeach()
  set(table ${PROJECT_BINARY_DIR}/generated/${storey}_shader_table.cpp)
  file(GENERATE OUTPUT ${table} CONTENT "// Which shaders were compiled, in which variants?  Written by shaders.cmake.
#include <array>
#include \"kernels/gpu/shaders.hpp\"
namespace weighin::kernels {
namespace {
${arrays}}  // namespace
std::span<const Shader> shader_table() {
  static constexpr std::array<Shader, ${count}> kRows{
${rows}  };
  return kRows;
}
}  // namespace weighin::kernels
")
  file(GLOB sources CONFIGURE_DEPENDS ${place}/*.cpp)
  target_sources(weighin_${storey} PRIVATE ${sources} ${table})
  set_property(SOURCE ${table} APPEND PROPERTY OBJECT_DEPENDS "${words}")
  add_custom_target(weighin_${storey}_shaders DEPENDS ${words})
  add_dependencies(weighin_${storey} weighin_${storey}_shaders)
endfunction()
