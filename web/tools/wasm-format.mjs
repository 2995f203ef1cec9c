// WebAssembly's binary format, as far as modules are changed here after linking.

import { Failure } from './log.mjs';

/** A module's bytes, read from one place on: numbers are of the format's own form (LEB128). */
class Reader {
  constructor(wasm, at) {
    this.wasm = wasm;
    this.at = at;
  }

  byte() {
    return this.wasm[this.at++];
  }

  number() {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  skip(count) {
    this.at += count;
  }
}

/** The sections of a module: what each is, and from where to where it and its contents go. */
function* sections(wasm) {
  const header = 8;
  for (const reader = new Reader(wasm, header); reader.at < wasm.length;) {
    const from = reader.at;
    const kind = reader.byte();
    const length = reader.number();
    const contents = reader.at;
    reader.skip(length);
    yield { kind, from, contents, to: reader.at };
  }
}

const custom = 0;
const imports = 2;
const imported = { function: 0, table: 1, memory: 2, global: 3, tag: 4 };
const shared = 3; // limits of a shared memory

/** The module without sections that don't change what it does. */
export function withoutNames(wasm) {
  return Buffer.concat(
    [...sections(wasm)].filter(({ kind }) => kind !== custom).map(({ from, to }) => wasm.subarray(from, to)),
  );
}

/**
 * The same module, which takes shared memories from so many to so many pages of 64 KB: the linker writes down the one
 * size that it is told, and the library chooses at load.
 */
export function withMemory(wasm, least, most) {
  const section = [...sections(wasm)].find(({ kind }) => kind === imports);
  if (!section) throw new Failure('The module imports nothing.');
  const { from, contents, to } = section;
  const reader = new Reader(wasm, contents);
  for (let left = reader.number(); left > 0; left--) {
    for (let names = 2; names > 0; names--) reader.skip(reader.number());
    const what = reader.byte();
    if (what === imported.memory && reader.byte() === shared) {
      const limits = reader.at;
      reader.number();
      reader.number();
      const body = [wasm.subarray(contents, limits), bytesOf(least), bytesOf(most), wasm.subarray(reader.at, to)];
      const whole = Buffer.concat(body);
      return Buffer.concat([
        wasm.subarray(0, from),
        Buffer.from([imports]),
        bytesOf(whole.length),
        whole,
        wasm.subarray(to),
      ]);
    }
    skipType(reader, what);
  }
  throw new Failure('The module imports no shared memory.');
}

function skipType(reader, what) {
  if (what === imported.function) reader.number();
  else if (what === imported.global) reader.skip(2);
  else if (what === imported.tag) {
    reader.byte();
    reader.number();
  } else if (what === imported.table) {
    reader.byte();
    const bounded = reader.byte() & 1;
    for (let numbers = 1 + bounded; numbers > 0; numbers--) reader.number();
  } else throw new Failure(`The module imports something of kind ${what} before its shared memory.`);
}

function bytesOf(number) {
  const bytes = [];
  for (let left = number; ; left >>>= 7) {
    if (left < 128) return Buffer.from([...bytes, left]);
    bytes.push((left & 127) | 128);
  }
}
