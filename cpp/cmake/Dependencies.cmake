# wakesleep_find(<name>) makes a library of headers available: Eigen3, doctest, CLI11 or nlohmann_json. In order, what
# find_package finds, what the set-up has unpacked into its cache, and (unless WAKESLEEP_FETCH is off) a download of a fixed
# tag. The set-up makes the same call to see what it has to bring.

if(DEFINED ENV{WAKESLEEP_CACHE} AND NOT "$ENV{WAKESLEEP_CACHE}" STREQUAL "")
  set(WAKESLEEP_CACHE "$ENV{WAKESLEEP_CACHE}")
else()
  set(WAKESLEEP_CACHE "$ENV{HOME}/.cache/wakesleep")
endif()

option(WAKESLEEP_FETCH "Download libraries that are not found" ON)

set(wakesleep_wants_Eigen3 5.0.1...<7)
set(wakesleep_wants_doctest 2.4.11)
set(wakesleep_wants_CLI11 2.3)
set(wakesleep_wants_nlohmann_json 3.11)

# Where upstream has them: repository, tag, folder of the headers, target.
set(wakesleep_source_Eigen3 https://gitlab.com/libeigen/eigen.git 5.0.1 . Eigen3::Eigen)
set(wakesleep_source_doctest https://github.com/doctest/doctest.git v2.4.12 . doctest::doctest)
set(wakesleep_source_CLI11 https://github.com/CLIUtils/CLI11.git v2.5.0 include CLI11::CLI11)
set(wakesleep_source_nlohmann_json https://github.com/nlohmann/json.git v3.11.3 include nlohmann_json::nlohmann_json)

macro(wakesleep_find name)
  # They are headers, so the host's copies serve a cross build too.
  find_package(${name} ${wakesleep_wants_${name}} CONFIG QUIET NO_CMAKE_FIND_ROOT_PATH PATHS /usr/local /usr /opt/homebrew)
  if(NOT ${name}_FOUND)
    find_package(
      ${name} ${wakesleep_wants_${name}} CONFIG QUIET NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH
      PATHS "${WAKESLEEP_CACHE}/libraries/usr")
  endif()
  cmake_path(IS_PREFIX WAKESLEEP_CACHE "${${name}_DIR}" wakesleep_from_cache)
  if(${name}_FOUND AND wakesleep_from_cache)
    # Unpacked instead of installed, some packages still point to where they would have been installed.
    wakesleep_point(${wakesleep_source_${name}} "${WAKESLEEP_CACHE}/libraries/usr")
  endif()
  if(NOT ${name}_FOUND AND WAKESLEEP_FETCH)
    wakesleep_fetch(${name} ${wakesleep_source_${name}})
  elseif(${name}_FOUND AND EMSCRIPTEN)
    wakesleep_isolate(${name} ${wakesleep_source_${name}})
  endif()
endmacro()

function(wakesleep_point repository tag headers target prefix)
  set(folder "${prefix}/include")
  if(target STREQUAL "Eigen3::Eigen")
    string(APPEND folder /eigen3)
  endif()
  set_target_properties(${target} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${folder}")
endfunction()

function(wakesleep_fetch name repository tag headers target)
  message(STATUS "Fetching ${name} ${tag}")
  include(FetchContent)
  # Only the headers are used: a SOURCE_SUBDIR without a CMakeLists.txt keeps the library's own build out of ours.
  FetchContent_Declare(
    ${name}_sources
    GIT_REPOSITORY ${repository}
    GIT_TAG ${tag}
    GIT_SHALLOW ON
    SOURCE_SUBDIR none)
  FetchContent_MakeAvailable(${name}_sources)
  string(TOLOWER ${name}_sources lower)
  add_library(${target} INTERFACE IMPORTED GLOBAL)
  target_include_directories(${target} SYSTEM INTERFACE "${${lower}_SOURCE_DIR}/${headers}")
endfunction()

# A cross compiler must not see the host's /usr/include, so a library found there is given a folder of its own.
function(wakesleep_isolate name repository tag headers target)
  get_target_property(folders ${target} INTERFACE_INCLUDE_DIRECTORIES)
  foreach(folder IN LISTS folders)
    if(folder MATCHES "^/usr/(local/)?include/?$")
      set(own "${CMAKE_BINARY_DIR}/isolated/${name}")
      file(MAKE_DIRECTORY "${own}")
      foreach(entry nlohmann CLI doctest)
        if(EXISTS "${folder}/${entry}")
          file(CREATE_LINK "${folder}/${entry}" "${own}/${entry}" SYMBOLIC)
        endif()
      endforeach()
      set_target_properties(${target} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${own}")
    endif()
  endforeach()
endfunction()
