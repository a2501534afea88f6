// Which extensions does a variant need?
#ifndef WEIGHIN_PLAIN
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_arithmetic : require
#endif
#ifdef WEIGHIN_DOT
#extension GL_EXT_spirv_intrinsics : require
#endif
