/** A thread of TensorFlow.js's WebAssembly backend, started from a file. */
import 'virtual:tensorflow-thread';
