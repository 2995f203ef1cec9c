// The module comes in two parts, which web/tools/parts.mjs makes of the one that is linked. A function of the second is,
// in the first, a function of JavaScript, imported under the number of its slot in the table; when the second has its
// instance, its functions take their slots. Each thread has an instance of its own of both.
const secondPart = {
  here: false,

  // Makes the instance. Where no module is given, the calling thread compiles what has come, or asks for it and waits.
  bring(module) {
    if (secondPart.here) return;
    new WebAssembly.Instance(module ?? new WebAssembly.Module(secondPart.bytes()), { q: wasmExports });
    secondPart.here = true;
  },

  // Keeps the bytes for later, and for the other threads, which take no messages while they wait for work.
  keep(bytes) {
    const source = Module.wakesleepSecondPart;
    if (source.shared) {
      new Uint8Array(source.shared, 4).set(bytes);
      Atomics.store(new Int32Array(source.shared, 0, 1), 0, bytes.length);
    } else source.bytes = bytes;
  },

  bytes() {
    const { bytes, shared, address } = Module.wakesleepSecondPart;
    const length = shared ? Atomics.load(new Int32Array(shared, 0, 1), 0) : 0;
    if (length > 0) return new Uint8Array(shared, 4, length).slice();
    if (bytes) return bytes;
    const request = new XMLHttpRequest();
    request.open('GET', address, false);
    request.responseType = 'arraybuffer';
    request.send();
    return request.response;
  },

  imports: new Proxy(
    {},
    {
      get:
        (_, slot) =>
        (...args) => {
          secondPart.bring();
          return wasmTable.get(Number(slot))(...args);
        },
    },
  ),
};

// A thread has its source from the first message that it is sent.
if (Module.wakesleepSecondPart) {
  const source = Module.wakesleepSecondPart;
  if (Module.wakesleepThreads > 0) source.shared = new SharedArrayBuffer(4 + WAKESLEEP_SECOND_PART);
  if (source.bytes) secondPart.keep(source.bytes);
}
Module.wakesleepBring = (bytes, module) => {
  secondPart.keep(bytes);
  secondPart.bring(module);
};
