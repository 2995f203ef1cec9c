/** Whom the engine is compared with in a browser. */
export const peers = ['onnxruntime-web', 'jax-js', 'tensorflow.js'] as const;
export type Peer = (typeof peers)[number];
export type Library = 'wakesleep' | Peer;
