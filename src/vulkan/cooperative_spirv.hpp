// How does a shader with NVIDIA's cooperative matrices become one with Khronos's?
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "weighin/result.hpp"

namespace weighin::vulkan {

/// The specialisation constants by which a matrix's size, and so its use, is known.
struct MatrixConstants {
  std::uint32_t rows = 1, columns = 2, depth = 3;  ///< their SpecId
};

/// Rewrites a module of SPV_NV_cooperative_matrix for SPV_KHR_cooperative_matrix
/// (github.com/KhronosGroup/SPIRV-Registry, both documents): the second form says in a matrix's type
/// whether it stands on the left (rows x depth), on the right (depth x columns) or for the sums (rows x
/// columns), and names the layout by a number before the stride. Fails where a matrix has another size,
/// or the module is damaged. A module without such matrices stays as it is.
Result<std::vector<std::uint32_t>> khronos_matrices(std::span<const std::uint32_t> module,
                                                    const MatrixConstants& constants = {});

}  // namespace weighin::vulkan
