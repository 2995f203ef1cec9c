// The C++ side of the set-up: compilers, Emscripten and the header libraries.

import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findFile, install, isDebian, system, unpackFrom } from './apt.mjs';
import { firefoxPath, webkitPaths } from './browsers.mjs';
import { cached, cachedVersion, fill, remove } from './cache.mjs';
import { chromiumPath } from './chromium.mjs';
import { capture, Failure, note } from './log.mjs';
import { cache, fromRoot, llvm } from './paths.mjs';

/** The oldest Emscripten that the project is built with. */
const oldest = [3, 1, 69];

const have = (program) => (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));

/**
 * CMake, a C++20 compiler, zlib and a program that builds: from the system, installed by apt where that can be done.
 */
export async function nativeTools() {
  const compilers = [process.env.CXX, 'c++', 'g++', 'clang++'].filter(Boolean);
  const missing = [];
  if (!have('cmake')) missing.push(['cmake', 'CMake 3.25 or newer']);
  if (!compilers.some((name) => existsSync(name) || have(name)))
    missing.push(['g++', 'a C++20 compiler (GCC 12 or Clang 15, or newer)']);
  if (!have('ninja') && !have('make')) missing.push(['make', 'make or ninja']);
  if (!have('python3')) missing.push(['python3', 'Python 3.8 or newer']);
  if (process.platform === 'linux' && !existsSync('/usr/include/zlib.h'))
    missing.push(['zlib1g-dev', 'the headers of zlib']);
  if (missing.length > 0) {
    if (!isDebian()) throw new Failure(`Please install ${missing.map(([, name]) => name).join(', ')}.`);
    await install(missing.map(([name]) => name));
  }
  const version = /(\d+)\.(\d+)[\d.]*/.exec(capture('cmake', ['--version']) ?? '');
  if (!version || Number(version[1]) * 1000 + Number(version[2]) < 3025) {
    throw new Failure(`CMake 3.25 or newer is needed, and this is ${version?.[0] ?? 'not one that starts'}.`);
  }
  note(`CMake ${version[0]}`);
}

/** The folder of an Emscripten that is new enough: the one on the PATH, the system's own, or the one in the cache. */
export async function emscripten() {
  const onPath = emccVersion('emcc');
  if (onPath && isNewEnough(onPath)) {
    note(`emcc ${onPath.join('.')} of the PATH`);
    return;
  }
  const { id, major, name } = system();
  if (!isDebian() || process.platform !== 'linux' || major < 12)
    throw new Failure(howToInstall(name ?? process.platform, onPath));
  if (major >= 13) {
    await install(['emscripten']);
    note(`emcc ${emccVersion('emcc')?.join('.')} of ${id} ${major}`);
    return;
  }
  const folder = cached('emscripten', recipe) ?? (await fetchEmscripten());
  note(`emcc ${emccVersion(join(folder, 'usr/share/emscripten/emcc'))?.join('.')} in ${folder}`);
}

function emccVersion(emcc) {
  const line = capture(emcc, ['--version'])?.split('\n')[0] ?? '';
  return /(\d+)\.(\d+)\.(\d+)/.exec(line)?.slice(1).map(Number) ?? null;
}

function isNewEnough(version) {
  const differing = version.findIndex((part, i) => part !== oldest[i]);
  return differing < 0 || version[differing] > oldest[differing];
}

function howToInstall(name, onPath) {
  const found = onPath
    ? `The emcc on the PATH is ${onPath.join('.')}, which is too old.`
    : 'There is no emcc on the PATH.';
  return `${found}
This program can set up Emscripten by itself on Debian 12 and 13 only.
Here (${name}) please install ${oldest.join('.')} or newer:
  git clone https://github.com/emscripten-core/emsdk && cd emsdk
  ./emsdk install ${oldest.join('.')} && ./emsdk activate ${oldest.join('.')}
  source ./emsdk_env.sh
or the system's package (Homebrew: brew install emscripten). CMake 3.25 or newer and a C++20 compiler are needed too.
The libraries (Eigen, doctest, CLI11, nlohmann-json) are fetched by CMake if it does not find them.
Then start this again.`;
}

// Changed when the recipe below changes, so that older caches are filled anew.
const recipe = 'emscripten of trixie, recipe 1';

/**
 * Debian 12: its own Emscripten is too old, so the one of Debian 13 is unpacked into the cache, where it uses LLVM 19
 * of Debian 12. The programs of binaryen are started with the newer C library that they were linked with.
 */
async function fetchEmscripten() {
  const tools = { 'clang-19': 'clang', 'lld-19': 'wasm-ld', 'llvm-19': 'llvm-ar' };
  const missing = Object.keys(tools).filter((name) => !existsSync(llvm('bin', tools[name])));
  if (missing.length > 0) await install(missing);

  return fill('emscripten', recipe, async (folder, final) => {
    const libraries = '*/cache/sysroot/lib/wasm32-emscripten';
    await unpackFrom(['trixie'], ['emscripten', 'binaryen', 'libc6', 'libstdc++6', 'libgcc-s1'], folder, {
      // Two thirds of the package are variants of libraries that are not linked here, and its own tests.
      exclude: [
        `${libraries}/lto`,
        `${libraries}/pic`,
        `${libraries}/lto-pic`,
        './usr/share/emscripten/test',
        './usr/share/doc',
      ],
    });

    // Each program of binaryen behind a script that starts it with the C library that came with it.
    const loader = findFile(join(folder, 'usr/lib'), system64().loader);
    if (!loader) throw new Failure(`The unpacked libc6 has no ${system64().loader}.`);
    const at = (path) => path.replace(folder, final);
    const programs = join(folder, 'usr/lib/binaryen');
    mkdirSync(programs, { recursive: true });
    for (const name of readdirSync(join(folder, 'usr/bin')).filter((file) => /^(wasm-|wasm2js|binaryen)/.test(file))) {
      const wrapper = join(folder, 'usr/bin', name);
      renameSync(wrapper, join(programs, name));
      const libraryPath = `${final}/usr/lib/${system64().triplet}`;
      writeFileSync(
        wrapper,
        `#!/bin/sh\nexec '${at(loader)}' --library-path '${libraryPath}' '${final}/usr/lib/binaryen/${name}' "$@"\n`,
      );
      chmodSync(wrapper, 0o755);
    }

    const home = join(folder, 'usr/share/emscripten');
    cpSync(fromRoot('node_modules/acorn'), join(home, 'node_modules/acorn'), { recursive: true });
    // In this place emcc finds its configuration by itself; the symbolic link of the package points to /etc.
    rmSync(join(home, '.emscripten'), { force: true });
    const configuration = {
      LLVM_ROOT: llvm('bin'),
      BINARYEN_ROOT: `${final}/usr`,
      LLVM_ADD_VERSION: '',
      CLANG_ADD_VERSION: '',
    };
    const lines = [
      // The file is Python. Node may be updated or moved after this.
      'import shutil',
      `NODE_JS = shutil.which('node') or '${process.execPath}'`,
      ...Object.entries(configuration).map(([key, value]) => `${key} = '${value}'`),
      'FROZEN_CACHE = True',
    ];
    writeFileSync(join(home, '.emscripten'), lines.join('\n') + '\n');
  });
}

function system64() {
  return process.arch === 'arm64'
    ? { triplet: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' }
    : { triplet: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' };
}

const headerPackages = {
  Eigen3: 'libeigen3-dev',
  doctest: 'doctest-dev',
  CLI11: 'libcli11-dev',
  nlohmann_json: 'nlohmann-json3-dev',
};

/**
 * Eigen, doctest, CLI11 and nlohmann-json: what CMake finds is used, the rest comes into the cache, from the suites of
 * Debian that have an Eigen of 5.0.1 or newer. Elsewhere CMake's FetchContent brings them when it configures.
 */
export async function libraries() {
  const lacking = lackingLibraries();
  if (lacking.length === 0) return note('found by CMake');
  if (!isDebian()) return note(`CMake will fetch ${lacking.join(', ')} when it configures`);
  // One entry for all: what is in it already, though CMake does not find it, is damaged.
  const there = cachedVersion('libraries')?.split(' ') ?? [];
  const wanted = [...new Set([...there, ...lacking])].sort();
  if (lacking.some((name) => there.includes(name))) remove('libraries');
  await fill('libraries', wanted.join(' '), (folder) =>
    unpackFrom(
      ['forky', 'sid'],
      wanted.map((name) => headerPackages[name]),
      folder,
    ),
  );
  const still = lackingLibraries();
  if (still.length > 0)
    throw new Failure(
      `CMake does not find ${still.join(', ')} in ${cache}. Please delete that folder and start again.`,
    );
}

/** Asks CMake, in a project of nothing but the same calls of find_package that the real one makes. */
function lackingLibraries() {
  const folder = mkdtempSync(join(tmpdir(), 'wakesleep-'));
  try {
    const lines = [
      'cmake_minimum_required(VERSION 3.25)',
      'project(probe LANGUAGES NONE)',
      'set(CMAKE_SIZEOF_VOID_P 8)',
      'set(WAKESLEEP_FETCH OFF)',
      `include("${fromRoot('cpp/cmake/Dependencies.cmake')}")`,
      ...Object.keys(headerPackages).map(
        (name) => `wakesleep_find(${name})\nmessage(STATUS "found ${name}: \${${name}_FOUND}")`,
      ),
    ];
    writeFileSync(join(folder, 'CMakeLists.txt'), lines.join('\n') + '\n');
    const output =
      capture('cmake', ['-S', folder, '-B', join(folder, 'build')], { env: { WAKESLEEP_CACHE: cache } }) ?? '';
    return Object.keys(headerPackages).filter((name) => !output.includes(`found ${name}: 1`));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Debian's Chromium, for the tests of the site. Returns its path. */
export async function chromium() {
  if (!chromiumPath()) {
    if (!isDebian())
      throw new Failure('Please install Chromium or Chrome and give its path in the variable WAKESLEEP_CHROMIUM.');
    await install(['chromium']);
  }
  note(chromiumPath());
  return chromiumPath();
}

/** Firefox and WebKitGTK, in which the tests walk the pages' main paths; left out where they can't be had. */
export async function otherBrowsers() {
  const missing = [
    ...(firefoxPath() ? [] : ['firefox-esr']),
    ...(webkitPaths() ? [] : ['webkit2gtk-driver', 'libwebkit2gtk-4.1-0', 'xvfb']),
  ];
  if (missing.length > 0 && isDebian()) await install(missing);
  note(firefoxPath() ?? 'no Firefox: its tests are left out');
  note(webkitPaths()?.browser ?? 'no WebKitGTK: its tests are left out');
}

/**
 * The tools that only tests and formatting use: libFuzzer's library, clang-format, and ccache, by which what another
 * checkout has compiled is not compiled again. What can't be had is left out there.
 */
export async function checkers() {
  const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  const files = {
    'clang-19': llvm('bin', 'clang'),
    'libclang-rt-19-dev': llvm(`lib/clang/19/lib/linux/libclang_rt.fuzzer-${architecture}.a`),
    'clang-format-19': llvm('bin', 'clang-format'),
    ccache: '/usr/bin/ccache',
  };
  const missing = Object.keys(files).filter((name) => !existsSync(files[name]));
  if (missing.length > 0 && isDebian()) await install(missing);
  const there = Object.keys(files).filter((name) => existsSync(files[name]));
  note(there.length > 0 ? there.join(', ') : 'no LLVM 19: the fuzz targets and the format of C++ are left out');
}
