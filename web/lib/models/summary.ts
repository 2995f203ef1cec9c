// The table of a model that people read.
import type { Tensor, TrainProgress } from '../types.js';

/** Parameters by their names, of some layer; those that a model does not have are undefined. */
export type Named = Record<string, Tensor | undefined>;

/** A layer of units, and the parameters that come with it. */
export interface LayerRow {
  layer: string;
  units: number;
  type: string;
  parameters: Named;
}

export interface Summarised {
  kind: string;
  seed: number;
  rows: LayerRow[];
  /** Of training so far, one for all layers or one each. */
  epochs: number[];
  /** Of a training that is under way. */
  progress: TrainProgress | undefined;
}

const labelsRow = 'labels';

const grouped = (n: number) => n.toLocaleString('en');
const plural = (n: number, what: string) => `${grouped(n)} ${what}${n === 1 ? '' : 's'}`;

export function summaryOf({ kind, seed, rows, epochs, progress }: Summarised): string {
  const table = [['layer', 'units', 'type', 'parameters', 'count']];
  let total = 0;
  for (const { layer, units, type, parameters } of rows) {
    const tensors = Object.entries(parameters).flatMap(([name, tensor]) => (tensor ? [{ name, ...tensor }] : []));
    const count = tensors.reduce((sum, { data }) => sum + data.length, 0);
    const shapes = tensors.map(({ name, shape }) => (shape.length > 1 ? `${name} ${shape.join(' x ')}` : name));
    table.push([layer, grouped(units), type, shapes.join(', '), grouped(count)]);
    total += count;
  }
  const widths = (table[0] as string[]).map((_, column) =>
    Math.max(...table.map((cells) => (cells[column] as string).length)),
  );
  const lines = table.map((cells) =>
    cells
      .map((cell, column) => {
        const width = widths[column] as number;
        return column === 1 || column === 4 ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  '),
  );
  const rule = '-'.repeat((lines[0] as string).length);
  const sizes = rows.flatMap(({ layer, units }) => (layer === labelsRow ? [] : [units])).join('-');
  const labels = rows.find(({ layer }) => layer === labelsRow)?.units;
  const trained = epochs.length > 1 ? `${epochs.join(', ')} epochs, layer by layer` : plural(epochs[0] ?? 0, 'epoch');
  const now = progress
    ? [`in training: layer ${progress.layer}, epoch ${progress.epoch}, batch ${progress.batch} of ${progress.batches}`]
    : [];
  return [
    `${kind} of ${sizes} units${labels === undefined ? '' : ` and ${labels} labels`}, seed ${seed}`,
    rule,
    lines[0],
    rule,
    ...lines.slice(1),
    rule,
    `${plural(total, 'parameter')}, ${grouped(4 * total)} bytes`,
    `trained: ${trained}`,
    ...now,
  ].join('\n');
}

/** The rows of layers that have a type and parameters each, visible units first. */
export function layerRows(
  layers: readonly number[],
  type: (layer: number) => string,
  parameters: (layer: number) => Named,
): LayerRow[] {
  return layers.map((units, l) => ({
    layer: l === 0 ? 'visible' : layers.length > 2 ? `hidden ${l}` : 'hidden',
    units,
    type: type(l),
    parameters: parameters(l),
  }));
}

/** The row of label units, where there are some. */
export function labelRow(labels: number, { U, d }: { U?: Tensor; d?: Tensor }): LayerRow[] {
  return labels === 0 ? [] : [{ layer: labelsRow, units: labels, type: 'softmax', parameters: { U, d } }];
}
