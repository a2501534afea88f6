# How do the published JSON Schemas, and the presets of gates, become part of the program?
#
# weighin_schemas(STOREY FOLDER) writes one table of all FOLDER/*.json, by name, into the storey's library;
# src/report/schema.hpp declares it.
function(weighin_schemas storey folder)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.json)
  list(SORT files)
  set(rows "")
  set(count 0)
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WE)
    file(READ ${file} text)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    string(APPEND rows "    Schema{\"${name}\", R\"schema(${text})schema\"},\n")
    math(EXPR count "${count} + 1")
  endforeach()
  set(table ${PROJECT_BINARY_DIR}/generated/${storey}_schema_table.cpp)
  file(GENERATE OUTPUT ${table} CONTENT "// Which JSON Schemas are published?  Written by schemas.cmake.
#include <array>
#include \"report/schema.hpp\"
namespace weighin {
std::span<const Schema> schema_table() {
  static constexpr std::array<Schema, ${count}> kRows{
${rows}  };
  return kRows;
}
}  // namespace weighin
")
  target_sources(weighin_${storey} PRIVATE ${table})
endfunction()

# The presets of gates: one table of all FOLDER/*.json, as above; src/advise/presets.hpp declares it.
function(weighin_presets storey folder)
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${folder}/*.json)
  list(SORT files)
  set(rows "")
  set(count 0)
  foreach(file IN LISTS files)
    get_filename_component(name ${file} NAME_WE)
    file(READ ${file} text)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    string(APPEND rows "    Preset{\"${name}\", R\"preset(${text})preset\"},\n")
    math(EXPR count "${count} + 1")
  endforeach()
  set(table ${PROJECT_BINARY_DIR}/generated/${storey}_preset_table.cpp)
  file(GENERATE OUTPUT ${table} CONTENT "// Which gates come with the program?  Written by schemas.cmake.
#include <array>
#include \"advise/presets.hpp\"
namespace weighin {
std::span<const Preset> preset_table() {
  static constexpr std::array<Preset, ${count}> kRows{
${rows}  };
  return kRows;
}
}  // namespace weighin
")
  target_sources(weighin_${storey} PRIVATE ${table})
endfunction()
