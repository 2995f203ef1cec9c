/** What pages and the service worker say to each other. */

/** What the build knows of its files; the plugin puts it in place of the worker's constant. */
export interface Kept {
  /** Another one for each build. */
  build: string;
  /** Bytes of each file by its path below the site's folder. */
  files: Record<string, number>;
  /** Without these no page opens. */
  shell: string[];
  /** Files of the libraries that the page Speed compares with. */
  peers: string[];
}

export type Question =
  { ask: 'state' } | ({ ask: 'keep' } & Wish) | { ask: 'remove' } | { ask: 'seen'; addresses: string[] };

/** What is kept beside pages, scripts and the engine. */
export interface Wish {
  peers: boolean;
  /** The names of the networks that are not. */
  leftOut: readonly string[];
}

/** Bytes. */
export interface State {
  /** Of everything but the peers. */
  all: number;
  peers: number;
  /** Of what is kept of all, and of the peers. */
  kept: number;
  keptPeers: number;
  /** Of all, the networks by their names. */
  nets: Record<string, { bytes: number; kept: boolean }>;
  /** As it was last wished. */
  leftOut: readonly string[];
}

/** Bytes of what is wished for: those that are kept, and all. */
export interface Progress {
  done: number;
  total: number;
}

export type Answer = { state: State } | Progress | { failed: Failure };

/** `room`: bytes that it needs and that the browser has left, where it tells. */
export type Failure =
  | { why: 'room'; needs: number; left: number | null }
  | { why: 'network'; file: string }
  | { why: 'other'; words: string };

/** Why not everything is kept; `none`: the browser keeps nothing here, `silent`: the worker does not answer. */
export type Reason = Failure | { why: 'none' } | { why: 'silent' };
