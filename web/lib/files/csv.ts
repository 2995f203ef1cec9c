// Tables of numbers as text, a row a line, as spreadsheets, pandas and numpy.savetxt write them.
import { WakesleepError } from '../errors.js';
import type { NumberTable } from '../types.js';
import { outOfRange } from '../validate.js';

/** Whichever of these stands in a line of a file stands between its numbers; commas come before the others. */
const separators = [',', ';', '\t'];

/**
 * The numbers of a line stand apart by commas, semicolons, tabs or spaces. The first line may have names in place of
 * numbers. Lines that are empty or begin with # do not count. Errors are WakesleepErrors 'format' that name the line.
 * Each step is some lines.
 */
export function* parseCsv(name: string, bytes: Uint8Array): Generator<void, NumberTable, void> {
  const refused = (line: number, why: string) => new WakesleepError('format', `${name}, line ${line}: ${why}`);
  const text = new TextDecoder().decode(bytes);
  let names: string[] | undefined;
  let separator: string | RegExp | undefined;
  let columns = 0;
  let rows = 0;
  let values = new Float32Array(1024);
  let number = 0;
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found;
    const line = text.slice(start, end).trim();
    start = end + 1;
    if (++number % 64 === 0) yield;
    if (line === '' || line.startsWith('#')) continue;
    separator ??= separators.find((one) => line.includes(one)) ?? /\s+/;
    const cells = line.split(separator);
    if (columns === 0) {
      columns = cells.length;
      const words = cells.map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
      if (words.every((word) => word === '' || Number.isNaN(Number(word)))) {
        names = words;
        continue;
      }
    }
    if (cells.length !== columns) throw refused(number, `it has ${cells.length} columns, and the first ${columns}`);
    if ((rows + 1) * columns > values.length) {
      const longer = new Float32Array(Math.max(2 * values.length, (rows + 1) * columns));
      longer.set(values);
      values = longer;
    }
    for (let c = 0; c < columns; ++c) {
      const cell = (cells[c] as string).trim();
      const value = Number(cell);
      if (cell === '' || Number.isNaN(value))
        throw refused(number, `column ${c + 1} must be a number, not ${JSON.stringify(cell.slice(0, 40))}`);
      values[rows * columns + c] = value;
    }
    ++rows;
  }
  if (rows === 0) throw new WakesleepError('format', `${name} has no numbers`);
  return { data: values.slice(0, rows * columns), shape: [rows, columns], ...(names ? { names } : {}) };
}

/** A column taken out of a table: what is left, and the column. */
export function withoutColumn(table: NumberTable, which: number | string): { rest: NumberTable; column: Float32Array } {
  const { data, shape, names } = table;
  const [rows, columns] = shape as [number, number];
  const at = typeof which === 'string' ? (names ?? []).indexOf(which) : which;
  if (!Number.isInteger(at) || at < 0 || at >= columns) {
    const numbers = `a whole number from 0 to ${columns - 1}`;
    throw outOfRange('labelColumn', names ? `${numbers}, or one of ${names.slice(0, 20).join(', ')}` : numbers, which);
  }
  const column = Float32Array.from({ length: rows }, (_, r) => data[r * columns + at] as number);
  const rest = data.filter((_, i) => i % columns !== at);
  return {
    rest: { data: rest, shape: [rows, columns - 1], ...(names ? { names: names.filter((_, i) => i !== at) } : {}) },
    column,
  };
}
