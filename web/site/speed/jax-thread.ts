/** A thread of jax-js's WebAssembly backend, started from a file. */
import 'virtual:jax-thread';
