# How do the storeys become libraries for other programs: an archive for C++ and C, a shared library for C?
# Where installed headers lie must be known here: what is set later is seen by the second configuration alone.
include(GNUInstallDirs)
set(WEIGHIN_STOREYS core vulkan catalogue remote estimate probes bench advise report session capi)

# libweighin.a: everything below cli, the C interface included.
set(objects $<TARGET_OBJECTS:weighin_kernels>)
foreach(isa IN LISTS WEIGHIN_ISAS)
  list(APPEND objects $<TARGET_OBJECTS:weighin_kernels_${isa}>)
endforeach()
foreach(storey IN LISTS WEIGHIN_STOREYS)
  list(APPEND objects $<TARGET_OBJECTS:weighin_${storey}>)
endforeach()
add_library(weighin_static STATIC ${objects})
add_library(weighin::weighin ALIAS weighin_static)
set_target_properties(weighin_static PROPERTIES OUTPUT_NAME weighin EXPORT_NAME weighin LINKER_LANGUAGE CXX
  ARCHIVE_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
target_compile_features(weighin_static INTERFACE cxx_std_20)
target_include_directories(weighin_static INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_libraries(weighin_static PRIVATE fmt::fmt PkgConfig::HWLOC PkgConfig::PROTOBUF Threads::Threads ${CMAKE_DL_LIBS})

# libweighin.so.1: the functions of weighin.h and no other symbol. The number is the interface's, which stays
# when functions are added.
add_library(weighin_shared SHARED $<TARGET_OBJECTS:weighin_capi>)
add_library(weighin::c ALIAS weighin_shared)
target_include_directories(weighin_shared INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_link_options(weighin_shared PRIVATE -Wl,--version-script=${PROJECT_SOURCE_DIR}/src/capi/weighin.map
  -Wl,--no-undefined -Wl,-z,now -Wl,-z,relro -Wl,--gc-sections)
target_link_libraries(weighin_shared PRIVATE weighin_session)
set_target_properties(weighin_shared PROPERTIES OUTPUT_NAME weighin EXPORT_NAME c LINKER_LANGUAGE CXX
  VERSION 1 SOVERSION 1 LINK_DEPENDS ${PROJECT_SOURCE_DIR}/src/capi/weighin.map
  LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
