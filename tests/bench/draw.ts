import type { Results } from './results.ts';
export function drawAll(_results: Results, _out: string): void {}
