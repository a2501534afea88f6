# How is the program linked for devices that have none of our packages?
#
# From the same objects, with the static libraries that Debian ships (hwloc, protobuf-lite), with fmt compiled
# in (Debian has no static one) and without udev (hwloc's, of which there is no static one either: it names
# disks and cards, which are not asked of it). libcurl, libzip and the Vulkan loader are opened at run time
# anyway. Needed at run time: libc, libm, libstdc++, libgcc_s. There is no such shared library: Debian's static ones are not
# position independent, and cannot be linked into one.
find_library(WEIGHIN_HWLOC_STATIC NAMES libhwloc.a HINTS ${HWLOC_LIBDIR})
find_library(WEIGHIN_PROTOBUF_STATIC NAMES libprotobuf-lite.a HINTS ${PROTOBUF_LIBRARY_DIRS})
if(NOT WEIGHIN_HWLOC_STATIC OR NOT WEIGHIN_PROTOBUF_STATIC)
  message(STATUS "no portable program: libhwloc.a or libprotobuf-lite.a is not installed")
  return()
endif()
set(WEIGHIN_PORTABLE ON)

add_executable(weighin_portable ${PROJECT_SOURCE_DIR}/src/cli/main/main.cpp
  ${PROJECT_SOURCE_DIR}/src/portable/fmt_inside.cpp ${PROJECT_SOURCE_DIR}/src/portable/no_udev.c)
target_include_directories(weighin_portable PRIVATE ${PROJECT_SOURCE_DIR}/src)
weighin_compile_options(weighin_portable)
# Files and not targets: what the storeys ask to be linked with stays out.
add_dependencies(weighin_portable weighin_static weighin_cli)
target_link_libraries(weighin_portable PRIVATE -Wl,--gc-sections $<TARGET_FILE:weighin_cli> $<TARGET_FILE:weighin_static>
  ${WEIGHIN_HWLOC_STATIC} ${WEIGHIN_PROTOBUF_STATIC} Threads::Threads m ${CMAKE_DL_LIBS})
# Functions that came out alike (mostly of templates) are kept once, which only gold can do: 3.5 % less, without which the
# program is over 8 MiB. `safe`: none whose address is taken.
include(CheckLinkerFlag)
check_linker_flag(CXX "-fuse-ld=gold;-Wl,--icf=safe" WEIGHIN_GOLD_FOLDS)
if(WEIGHIN_GOLD_FOLDS AND NOT WEIGHIN_SANITIZE)
  target_link_options(weighin_portable PRIVATE -fuse-ld=gold -Wl,--icf=safe)
endif()
set_target_properties(weighin_portable PROPERTIES OUTPUT_NAME weighin
  RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/portable)
