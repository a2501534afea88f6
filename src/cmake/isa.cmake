# For which instruction sets is each CPU kernel built?
#
# One row an instruction set: name, flags. The name is WEIGHIN_ISA in the kernel file, and the namespace
# of its row; src/bench chooses at run time among those that the probe found. Add a row here and its
# bits in src/bench/isa.cpp (a test compares the two).
set(WEIGHIN_ISAS "")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|amd64")
  list(APPEND WEIGHIN_ISAS base sse42 avx2 avx_vnni avx512 avx512_vnni avx512_bf16)
  set(WEIGHIN_ISA_FLAGS_base "")
  set(WEIGHIN_ISA_FLAGS_sse42 -msse4.2 -mpopcnt)
  set(WEIGHIN_ISA_FLAGS_avx2 -mavx2 -mfma -mf16c -mbmi -mbmi2 -mlzcnt -mpopcnt)
  set(WEIGHIN_ISA_FLAGS_avx_vnni ${WEIGHIN_ISA_FLAGS_avx2} -mavxvnni)
  set(WEIGHIN_ISA_FLAGS_avx512 ${WEIGHIN_ISA_FLAGS_avx2} -mavx512f -mavx512bw -mavx512vl -mavx512dq
      -mavx512cd -mprefer-vector-width=512)
  set(WEIGHIN_ISA_FLAGS_avx512_vnni ${WEIGHIN_ISA_FLAGS_avx512} -mavx512vnni)
  set(WEIGHIN_ISA_FLAGS_avx512_bf16 ${WEIGHIN_ISA_FLAGS_avx512_vnni} -mavx512bf16)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
  list(APPEND WEIGHIN_ISAS base neon_dotprod neon_i8mm)
  # +crypto: Highway 1.0.3 marks all its functions with it, and the compiler inlines none into code without.
  # No kernel uses an instruction of it, and the compiler makes none up: processors without it run these.
  set(WEIGHIN_ISA_FLAGS_base -march=armv8-a+crypto)
  set(WEIGHIN_ISA_FLAGS_neon_dotprod -march=armv8.2-a+dotprod+fp16+crypto)
  set(WEIGHIN_ISA_FLAGS_neon_i8mm -march=armv8.2-a+dotprod+fp16+i8mm+crypto)
else()
  list(APPEND WEIGHIN_ISAS base)
  set(WEIGHIN_ISA_FLAGS_base "")
endif()

# For a build whose programs run no kernel (script/test's fuzz targets): with "base" alone three in ten files less (474 of 672).
set(WEIGHIN_ISAS_ONLY "" CACHE STRING "Build the kernels for these instruction sets alone; empty = all of the table")
if(WEIGHIN_ISAS_ONLY)
  set(WEIGHIN_ISAS ${WEIGHIN_ISAS_ONLY})
endif()

# The kernels storey: every cpu/*.cpp once for each instruction set, always optimised (-O3), never LTO, each in
# its own namespace, and one table of all of them. (-ffp-contract=off: activations are rounded alike in
# every instruction set; HWY_DISABLE_PCLMUL_AES: Highway asks for AES before it believes in AVX2.)
function(weighin_kernels name folder)
  file(GLOB sources CONFIGURE_DEPENDS ${folder}/cpu/*.cpp)
  file(GLOB plain CONFIGURE_DEPENDS ${folder}/*.cpp)
  list(SORT sources)
  set(declarations "")
  set(rows "")
  set(count 0)
  set(isa_names "")
  set(isa_count 0)
  set(objects "")
  set(level -O3)
  if(WEIGHIN_SANITIZE)
    set(level -O1)  # nobody times these, and half a minute a file is long
  endif()
  foreach(isa IN LISTS WEIGHIN_ISAS)
    string(APPEND isa_names "      \"${isa}\",\n")
    math(EXPR isa_count "${isa_count} + 1")
    if(sources)
      add_library(weighin_${name}_${isa} OBJECT ${sources})
      target_include_directories(weighin_${name}_${isa} PRIVATE ${PROJECT_SOURCE_DIR}/src)
      target_compile_definitions(weighin_${name}_${isa} PRIVATE WEIGHIN_ISA=${isa}
        HWY_COMPILE_ONLY_STATIC HWY_DISABLE_PCLMUL_AES)
      weighin_compile_options(weighin_${name}_${isa})
      target_compile_options(weighin_${name}_${isa} PRIVATE ${level} -fno-lto -fvisibility=hidden
        -fno-exceptions -fno-rtti -ffp-contract=off -Wno-psabi ${WEIGHIN_ISA_FLAGS_${isa}})
      set_target_properties(weighin_${name}_${isa} PROPERTIES POSITION_INDEPENDENT_CODE ON)
      list(APPEND objects $<TARGET_OBJECTS:weighin_${name}_${isa}>)
    endif()
    foreach(source IN LISTS sources)
      get_filename_component(kernel ${source} NAME_WE)
      string(APPEND declarations "namespace ${isa} { extern const Kernel ${kernel}_kernel; }\n")
      string(APPEND rows "      &${isa}::${kernel}_kernel,\n")
      math(EXPR count "${count} + 1")
    endforeach()
  endforeach()
  set(file ${PROJECT_BINARY_DIR}/generated/${name}_table.cpp)
  file(CONFIGURE OUTPUT ${file} CONTENT "// Which kernels were built, for which instruction sets?  Written by isa.cmake.
#include <array>
#include <span>
#include \"kernels/kernel_table.hpp\"
namespace weighin::kernels {
${declarations}
std::span<const Kernel* const> kernel_table() {
  static constexpr std::array<const Kernel*, ${count}> kRows{
${rows}  };
  return kRows;
}
std::span<const char* const> kernel_isa_names() {
  static constexpr std::array<const char*, ${isa_count}> kNames{
${isa_names}  };
  return kNames;
}
}  // namespace weighin::kernels
" @ONLY)
  add_library(weighin_${name} STATIC ${file} ${plain} ${objects})
  add_library(weighin::${name} ALIAS weighin_${name})
  target_include_directories(weighin_${name} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  set_target_properties(weighin_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  weighin_compile_options(weighin_${name})
endfunction()
