# The WebAssembly module: one .wasm, of which two parts are made, with a glue for browsers and another for Node. Building it
# puts the finished files into web/lib/engine, where the package looks for them.

if(WAKESLEEP_THREADS)
  set(name wakesleep-threads)
  # Memory that is shared and grows is slow, and crashes iOS: it has one size from the start. The library says at load how
  # many threads there are; more than that fails instead of waiting for ever.
  set(build_flags
      -sINITIAL_MEMORY=512MB
      "-sPTHREAD_POOL_SIZE=Module[\"wakesleepThreads\"]"
      -sPTHREAD_POOL_SIZE_STRICT=2
      -sDEFAULT_PTHREAD_STACK_SIZE=1MB)
else()
  set(name wakesleep-simd)
  set(build_flags -sINITIAL_MEMORY=32MB -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=2GB)
endif()

add_library(wakesleep_bindings OBJECT ${bindings_sources})
target_link_libraries(wakesleep_bindings PRIVATE wakesleep_internal)
wakesleep_precompile(wakesleep_bindings)

find_program(WAKESLEEP_NODE node REQUIRED NO_CMAKE_FIND_ROOT_PATH)
find_program(WAKESLEEP_TSC tsc PATHS "${PROJECT_SOURCE_DIR}/node_modules/.bin" REQUIRED NO_CMAKE_FIND_ROOT_PATH)
get_filename_component(tsc_folder "${WAKESLEEP_TSC}" DIRECTORY)
execute_process(
  COMMAND "${EMSCRIPTEN_ROOT_PATH}/em-config" BINARYEN_ROOT
  OUTPUT_VARIABLE binaryen
  OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)

set(glue_folder "${CMAKE_BINARY_DIR}/glue")
function(wakesleep_glue target environment output)
  add_executable(${target} $<TARGET_OBJECTS:wakesleep_bindings>)
  target_link_libraries(${target} PRIVATE wakesleep_internal)
  set_target_properties(
    ${target}
    PROPERTIES OUTPUT_NAME "${output}"
               SUFFIX .js
               RUNTIME_OUTPUT_DIRECTORY "${glue_folder}"
               LINK_DEPENDS "${PROJECT_SOURCE_DIR}/cpp/src/bindings/parts.js"
               # emcc finds the program that it checks the type declarations with on the PATH.
               RULE_LAUNCH_LINK "${CMAKE_COMMAND} -E env \"PATH=${tsc_folder}:$ENV{PATH}\"")
  target_link_options(
    ${target}
    PRIVATE
    -Os
    -lembind
    --no-entry
    -sMODULARIZE=1
    -sEXPORT_ES6=1
    -sEXPORT_NAME=createWakesleep
    -sENVIRONMENT=${environment}
    -sFILESYSTEM=0
    # Eigen's products use the stack; it overflows silently when it is too small.
    -sSTACK_SIZE=1MB
    # embind without the generation of code, which a content security policy forbids.
    -sDYNAMIC_EXECUTION=0
    # Out of memory is std::bad_alloc, and the module lives on.
    -sABORTING_MALLOC=0
    # What native.ts hands over, and the loading of nothing else.
    -sINCOMING_MODULE_JS_API=instantiateWasm,wasmMemory
    "SHELL:--pre-js \"${PROJECT_SOURCE_DIR}/cpp/src/bindings/parts.js\""
    # Names by which functions are dealt out to the parts; what is finished has none.
    --profiling-funcs
    ${build_flags}
    ${ARGN})
endfunction()

wakesleep_glue(wakesleep_web web,worker ${name} --emit-tsd=${name}.d.ts)
wakesleep_glue(wakesleep_node node ${name}.node)

set(engine_folder "${PROJECT_SOURCE_DIR}/web/lib/engine")
# The library's own sources are among these: which functions the first part needs is found by running it.
wakesleep_sources(parts_sources web/lib/models/*.ts web/lib/native.ts)
foreach(tool finish-glue parts first-calls wasm-format)
  list(APPEND parts_sources "${PROJECT_SOURCE_DIR}/web/tools/${tool}.mjs")
endforeach()
add_custom_command(
  OUTPUT "${CMAKE_BINARY_DIR}/engine.stamp"
  COMMAND "${WAKESLEEP_NODE}" "${PROJECT_SOURCE_DIR}/web/tools/finish-glue.mjs" "${glue_folder}" ${name} "${engine_folder}"
          "${binaryen}/bin"
  COMMAND "${CMAKE_COMMAND}" -E touch "${CMAKE_BINARY_DIR}/engine.stamp"
  DEPENDS wakesleep_web wakesleep_node ${parts_sources}
  VERBATIM)
add_custom_target(wakesleep_engine ALL DEPENDS "${CMAKE_BINARY_DIR}/engine.stamp")
