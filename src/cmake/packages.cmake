# What is installed where, and how does it become a .deb and a .tar.gz?  (cmake --install, cpack)
#
# Components: `common` (data, manual, documents), `dynamic` (program and libraries, with the system's own packages, and
# what is needed to build with them) and `portable` (the program that needs none of our packages; in the .tar.gz alone).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
include(portable)

# The manual and the completions are written by the program itself.
set(pages ${PROJECT_BINARY_DIR}/pages)
set(written "")
foreach(page "man weighin.1" "bash weighin.bash" "zsh _weighin" "fish weighin.fish")
  separate_arguments(page)
  list(GET page 0 what)
  list(GET page 1 name)
  add_custom_command(OUTPUT ${pages}/${name} DEPENDS weighin
    COMMAND ${CMAKE_COMMAND} -E make_directory ${pages}
    COMMAND weighin completions ${what} > ${pages}/${name})
  list(APPEND written ${pages}/${name})
endforeach()
# Debian keeps manuals and changelogs packed; -n: the same bytes each time.
add_custom_command(OUTPUT ${pages}/weighin.1.gz DEPENDS ${pages}/weighin.1
  COMMAND gzip -9nkf ${pages}/weighin.1)
file(CONFIGURE OUTPUT ${pages}/changelog CONTENT "weighin (@PROJECT_VERSION@) stable; urgency=low

  * Version @PROJECT_VERSION@.

 -- The weighin authors <weighin@localhost>  Thu, 01 Jan 1970 00:00:00 +0000
" @ONLY)
add_custom_command(OUTPUT ${pages}/changelog.gz DEPENDS ${pages}/changelog COMMAND gzip -9nkf ${pages}/changelog)
file(CONFIGURE OUTPUT ${pages}/copyright CONTENT "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: weighin

Files: *
Copyright: 2026 The weighin authors
License: Apache-2.0
 On Debian systems the full text of the Apache License, version 2.0, is in
 /usr/share/common-licenses/Apache-2.0.
" @ONLY)
add_custom_target(weighin_pages ALL DEPENDS ${written} ${pages}/weighin.1.gz ${pages}/changelog.gz)

# common
install(FILES models.json DESTINATION ${CMAKE_INSTALL_DATADIR}/weighin COMPONENT common)
install(FILES ${pages}/weighin.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT common)
install(FILES ${pages}/weighin.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
  RENAME weighin COMPONENT common)
install(FILES ${pages}/_weighin DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT common)
install(FILES ${pages}/weighin.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT common)
install(FILES ${pages}/copyright ${pages}/changelog.gz README.md docs/library.md docs/gating.md
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT common)
install(DIRECTORY docs/examples DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT dynamic)

# dynamic
install(FILES src/include/weighin.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dynamic)
install(DIRECTORY src/include/weighin DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dynamic
  FILES_MATCHING PATTERN "*.hpp")
install(TARGETS weighin RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT dynamic)
install(TARGETS weighin_shared EXPORT weighin_c LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dynamic)
install(TARGETS weighin_static EXPORT weighin_cxx ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dynamic)
set(config ${CMAKE_INSTALL_LIBDIR}/cmake/weighin)
install(EXPORT weighin_c NAMESPACE weighin:: FILE weighin-c.cmake DESTINATION ${config} COMPONENT dynamic)
install(EXPORT weighin_cxx NAMESPACE weighin:: FILE weighin-cxx.cmake DESTINATION ${config} COMPONENT dynamic)
configure_package_config_file(src/cmake/weighin-config.cmake.in ${PROJECT_BINARY_DIR}/weighin-config.cmake
  INSTALL_DESTINATION ${config})
# While the first number is 0, the second one breaks the C++ interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/weighin-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/weighin-config.cmake ${PROJECT_BINARY_DIR}/weighin-config-version.cmake
  DESTINATION ${config} COMPONENT dynamic)

set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "tell which language model runs well on this device")
# pkg-config finds its own place, so that a tree may be moved.
file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" up "${up}")
foreach(name weighin weighin-cxx)
  configure_file(src/cmake/${name}.pc.in ${PROJECT_BINARY_DIR}/${name}.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/${name}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dynamic)
endforeach()

# portable
if(WEIGHIN_PORTABLE)
  install(TARGETS weighin_portable RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT portable EXCLUDE_FROM_ALL)
endif()

set(CPACK_PACKAGE_NAME weighin)
set(CPACK_PACKAGE_VENDOR weighin)
set(CPACK_PACKAGE_CONTACT "The weighin authors <weighin@localhost>")
# What lintian still says of the .deb: no public mail address (there is none yet); one package for program, library and headers
# (Debian would make three); cpack calls ldconfig in scripts where Debian has a trigger.
set(CPACK_PACKAGE_DESCRIPTION "Probes memory, processor, GPUs and disk, estimates what a model
takes, measures how fast it would run, and decides for an installer
before anything is downloaded. With a library for C and C++.")
set(CPACK_GENERATOR "DEB;TGZ")
set(CPACK_STRIP_FILES ON)
set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_BINARY_DIR}/cpack-each.cmake)
configure_file(src/cmake/cpack-each.cmake.in ${PROJECT_BINARY_DIR}/cpack-each.cmake @ONLY)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
# Opened at run time: URLs, .task files, GPUs. To build against libweighin.a: its own libraries.
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libcurl4, libvulkan1")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "libzip4, libfmt-dev, libhwloc-dev, libprotobuf-dev, pkg-config")
include(CPack)
