# Which warnings and sanitizers does our own code get?
function(weighin_compile_options target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
    -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual -Wformat=2 -Wimplicit-fallthrough)
  if(WEIGHIN_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(WEIGHIN_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${WEIGHIN_SANITIZE} -fno-omit-frame-pointer
      -fno-sanitize-recover=all)
    # GCC 12 with -fsanitize=thread takes std::optional's value for one that may not be set.
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
    target_link_options(${target} PUBLIC -fsanitize=${WEIGHIN_SANITIZE})
  endif()
  if(WEIGHIN_FUZZ)
    # Without it libFuzzer sees which paths of the target's own file are taken, and none of ours.
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
    target_link_options(${target} PUBLIC -fsanitize=fuzzer-no-link)
  endif()
endfunction()
