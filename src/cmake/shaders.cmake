# How do the GPU kernels become part of the program?  (GLSL -> SPIR-V -> a C++ array; none yet.)
