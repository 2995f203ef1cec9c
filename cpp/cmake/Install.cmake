# cmake --install: the public headers, the static library and what find_package(wakesleep) reads (component
# `development`), and the native program (component `program`). The library is for the machines that it was compiled
# for: with WAKESLEEP_NATIVE_ARCH, who links it compiles for that machine's instruction set too.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package "${CMAKE_INSTALL_LIBDIR}/cmake/wakesleep")
install(
  TARGETS wakesleep wakesleep_arithmetic
  EXPORT wakesleep
  ARCHIVE COMPONENT development
  FILE_SET HEADERS COMPONENT development)
install(
  EXPORT wakesleep
  FILE wakesleepTargets.cmake
  NAMESPACE wakesleep::
  DESTINATION "${package}"
  COMPONENT development)
configure_package_config_file(
  "${PROJECT_SOURCE_DIR}/cpp/cmake/wakesleepConfig.cmake.in" "${PROJECT_BINARY_DIR}/wakesleepConfig.cmake"
  INSTALL_DESTINATION "${package}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/wakesleepConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(
  FILES "${PROJECT_BINARY_DIR}/wakesleepConfig.cmake" "${PROJECT_BINARY_DIR}/wakesleepConfigVersion.cmake"
  DESTINATION "${package}"
  COMPONENT development)
install(TARGETS wakesleep_cli RUNTIME COMPONENT program)

# A project of its own finds what was installed, and uses it.
if(BUILD_TESTING AND NOT WAKESLEEP_SANITIZE)
  if(Eigen3_DIR)
    set(consumer "${PROJECT_BINARY_DIR}/consumers/cpp")
    add_test(NAME install COMMAND ${CMAKE_COMMAND} --install "${PROJECT_BINARY_DIR}" --prefix "${consumer}/installed"
                                  --component development)
    add_test(
      NAME consumers/cpp
      COMMAND
        ${CMAKE_CTEST_COMMAND} --build-and-test "${PROJECT_SOURCE_DIR}/tests/consumers/cpp" "${consumer}/build"
        --build-generator "${CMAKE_GENERATOR}" --build-options "-DCMAKE_PREFIX_PATH=${consumer}/installed"
        "-DEigen3_DIR=${Eigen3_DIR}" "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}" --test-command
        "${consumer}/build/bars_and_stripes")
    set_tests_properties(install PROPERTIES FIXTURES_SETUP installed)
    # The same fingerprint as the run in JavaScript beside it in web/docs/cpp.md.
    set_tests_properties(
      consumers/cpp
      PROPERTIES
        FIXTURES_REQUIRED installed
        PASS_REGULAR_EXPRESSION
        "-3\\.090 nats an image.*-25\\.76 of a bar.*rbm of 16 hidden units, 40b87fb7e5720fd8")
  else()
    message(STATUS "The test consumers/cpp is left out: Eigen was fetched, so that no other project finds it")
  endif()
endif()
