# How does a file in a folder get into the program without a list?
#
# weighin_table(STOREY FOLDER TYPE HEADER SUFFIX) writes a table of all rows `extern const TYPE
# NAME_SUFFIX`, one for each FOLDER/NAME.cpp that defines such a row, sorted by name, and adds it to the
# storey's library. (No self-registering objects: a static library would drop them.) The header declares
# `std::span<const TYPE* const> SUFFIX_table();`.
function(weighin_table storey folder type header suffix)
  # Paths from the root, whichever CMakeLists.txt calls.
  set(place ${PROJECT_SOURCE_DIR}/${folder})
  file(GLOB sources CONFIGURE_DEPENDS RELATIVE ${place} ${place}/*.cpp)
  list(SORT sources)
  set(declarations "")
  set(rows "")
  set(count 0)
  foreach(source IN LISTS sources)
    get_filename_component(name ${source} NAME_WE)
    file(STRINGS ${place}/${source} row REGEX "^(extern )?const ${type} ${name}_${suffix}[ ={]")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${place}/${source})
    if(row)
      string(APPEND declarations "extern const ${type} ${name}_${suffix};\n")
      string(APPEND rows "    &${name}_${suffix},\n")
      math(EXPR count "${count} + 1")
    endif()
  endforeach()
  set(file ${PROJECT_BINARY_DIR}/generated/${storey}_${suffix}_table.cpp)
  set(text "// Which ${suffix} rows does the folder ${folder} hold?  Written by registry.cmake.
#include <array>
#include <span>
#include \"${header}\"
namespace weighin {
${declarations}
std::span<const ${type}* const> ${suffix}_table() {
  static constexpr std::array<const ${type}*, ${count}> kRows{
${rows}  };
  return kRows;
}
}  // namespace weighin
")
  file(CONFIGURE OUTPUT ${file} CONTENT "${text}" @ONLY)
  target_sources(weighin_${storey} PRIVATE ${file})
endfunction()
