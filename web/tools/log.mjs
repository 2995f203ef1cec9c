// What the programs in this folder share: numbered steps, progress, child processes and errors that are meant for
// people.

import { spawn, spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';

const colour = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (code) => (text) => (colour ? `\x1b[${code}m${text}\x1b[0m` : text);
export const bold = paint('1');
export const dim = paint('2');
export const red = paint('31');
export const green = paint('32');

/** An error whose message is all that the user needs: it is shown without a stack. */
export class Failure extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Announces the steps of a program: "[2/5] Emscripten". */
export class Steps {
  #number = 0;

  constructor(total) {
    this.total = total;
  }

  next(title) {
    this.#number += 1;
    console.log(`${dim(`[${this.#number}/${this.total}]`)} ${bold(title)}`);
  }
}

/** One line below a step. */
export function note(text) {
  console.log(`      ${text}`);
}

export function seconds(milliseconds) {
  const s = milliseconds / 1000;
  return s < 10
    ? `${s.toFixed(1)} s`
    : s < 120
      ? `${Math.round(s)} s`
      : `${Math.floor(s / 60)} min ${Math.round(s % 60)} s`;
}

export function megabytes(bytes) {
  return bytes < 950_000 ? `${Math.ceil(bytes / 1000)} KB` : `${(bytes / 1e6).toFixed(bytes < 9.5e6 ? 1 : 0)} MB`;
}

/** A percentage that counts up in place on a terminal, and in steps of a quarter in a log. */
export class Progress {
  #shown = -1;

  constructor(label, total) {
    this.label = label;
    this.total = total;
  }

  update(done) {
    const percent = Math.min(100, Math.floor((100 * done) / Math.max(1, this.total)));
    const step = process.stdout.isTTY ? percent : percent - (percent % 25);
    if (step <= this.#shown) return;
    this.#shown = step;
    const line = `      ${this.label} (${megabytes(this.total)}): ${String(step).padStart(3)} %`;
    if (process.stdout.isTTY) process.stdout.write(`\r${line}`);
    else console.log(line);
  }

  end() {
    this.update(this.total);
    if (process.stdout.isTTY) process.stdout.write('\n');
  }
}

/** Runs a program with its output on ours. Rejects with a Failure when it does not end with 0. */
export function run(command, args, { cwd, env, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => reject(new Failure(`${command} did not start: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const how = signal ? `was stopped by ${signal}` : `ended with ${code}`;
      reject(new Failure(`${output}${[command, ...args].join(' ')} ${how}.`, code || 1));
    });
  });
}

/** The output of a short program, or null when it is not there or fails. */
export function capture(command, args, { env, cwd } = {}) {
  const { status, stdout } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1 << 26,
  });
  return status === 0 ? stdout.trim() : null;
}

/** True when the file with this import.meta.url is the program that node was started with. */
export function isMain(url) {
  return process.argv[1] !== undefined && url === pathToFileURL(process.argv[1]).href;
}

/** Runs the main function of a program and turns a Failure into a message and an exit code. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`\n${red('Stopped:')} ${error.message}`);
    process.exitCode = error.exitCode;
  }
}
