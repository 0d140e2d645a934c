# SPDX-License-Identifier: MIT
#
# What `cmake --install` puts where. Components: `library` (libmsrck.so), `development`, `tool`, `precompiler`
# (msrck-cc, where it is built), `documents`. Everything is found again relative to the place it is in, so the tree may be moved
# as a whole.
include(CMakePackageConfigHelpers)

set(libdir ${CMAKE_INSTALL_LIBDIR})
set(package_folder ${libdir}/cmake/msrck)

# The names under which users link: msrck::msrck and msrck::msrck_static; msrck::tls beside either, to wait for migrations.
set_target_properties(msrck PROPERTIES EXPORT_NAME msrck_static)
install(TARGETS msrck EXPORT msrck-static ARCHIVE DESTINATION ${libdir} COMPONENT development)
if(TARGET msrck_tls)
    set_target_properties(msrck_tls PROPERTIES EXPORT_NAME tls)
    install(TARGETS msrck_tls EXPORT msrck-static ARCHIVE DESTINATION ${libdir} COMPONENT development)
endif()
install(EXPORT msrck-static NAMESPACE msrck:: FILE msrck-static.cmake DESTINATION ${package_folder}
    COMPONENT development)
install(FILES ${PROJECT_BINARY_DIR}/src/libmsrck/installed/libmsrck.libs DESTINATION ${libdir} COMPONENT development)
if(MSRCK_SHARED)
    set_target_properties(msrck_shared PROPERTIES EXPORT_NAME msrck)
    install(TARGETS msrck_shared EXPORT msrck-shared
        LIBRARY DESTINATION ${libdir} COMPONENT library NAMELINK_COMPONENT development)
    install(EXPORT msrck-shared NAMESPACE msrck:: FILE msrck-shared.cmake DESTINATION ${package_folder}
        COMPONENT development)
endif()
install(DIRECTORY include/msrck DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development
    FILES_MATCHING PATTERN "*.h")

configure_package_config_file(cmake/msrck-config.cmake.in msrck-config.cmake INSTALL_DESTINATION ${package_folder}
    NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(msrck-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/msrck-config.cmake ${CMAKE_CURRENT_BINARY_DIR}/msrck-config-version.cmake
    DESTINATION ${package_folder} COMPONENT development)

# msrck.pc. A shared library brings its dependencies; who links statically asks pkg-config with --static. Where there is no
# shared library, everybody links statically.
get_property(modules GLOBAL PROPERTY MSRCK_MODULES)
list(REMOVE_DUPLICATES modules)
list(JOIN modules ", " modules)
set(pc_private ".private")
set(pc_libs "")
set(pc_libs_private "Libs.private: -lm -pthread")
if(NOT MSRCK_SHARED)
    set(pc_private "")
    set(pc_libs " -lm -pthread")
    set(pc_libs_private "")
endif()
if(IS_ABSOLUTE ${libdir} OR IS_ABSOLUTE ${CMAKE_INSTALL_INCLUDEDIR})
    set(pc_prefix ${CMAKE_INSTALL_PREFIX})
    set(pc_libdir ${CMAKE_INSTALL_FULL_LIBDIR})
    set(pc_includedir ${CMAKE_INSTALL_FULL_INCLUDEDIR})
else()
    file(RELATIVE_PATH upwards /${libdir}/pkgconfig /)
    set(pc_prefix "\${pcfiledir}/${upwards}")
    string(REGEX REPLACE "/$" "" pc_prefix "${pc_prefix}")
    set(pc_libdir "\${prefix}/${libdir}")
    set(pc_includedir "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
endif()
configure_file(cmake/msrck.pc.in msrck.pc @ONLY)
set(modules_installed ${CMAKE_CURRENT_BINARY_DIR}/msrck.pc)
if(TARGET msrck_tls)
    configure_file(cmake/msrck-tls.pc.in msrck-tls.pc @ONLY)
    list(APPEND modules_installed ${CMAKE_CURRENT_BINARY_DIR}/msrck-tls.pc)
endif()
install(FILES ${modules_installed} DESTINATION ${libdir}/pkgconfig COMPONENT development)

# Manual pages: those of the library to those who develop with it, the others to the tool.
file(GLOB pages CONFIGURE_DEPENDS man/*.[1-9])
foreach(page IN LISTS pages)
    get_filename_component(section ${page} LAST_EXT)
    string(SUBSTRING ${section} 1 1 section)
    set(component tool)
    if(section EQUAL 3)
        set(component development)
    elseif(page MATCHES "/msrck-cc\\.")
        set(component precompiler)
    endif()
    install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section} COMPONENT ${component})
endforeach()

# Schemas of what the tool prints, and the lines with which file(1) knows checkpoints.
install(DIRECTORY schemas DESTINATION ${CMAKE_INSTALL_DATADIR}/msrck COMPONENT tool FILES_MATCHING PATTERN "*.json")
install(FILES format/magic DESTINATION ${CMAKE_INSTALL_DATADIR}/msrck COMPONENT tool)

install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT documents)
install(FILES format/msrck-format.md format/msrck.x DESTINATION ${CMAKE_INSTALL_DOCDIR}/format COMPONENT documents)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs COMPONENT documents FILES_MATCHING
    PATTERN "*.md" PATTERN "*.svg")
install(DIRECTORY examples DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT documents)
