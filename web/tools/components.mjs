// node web/tools/components.mjs: models/digits-pca.safetensors, the principal components of MNIST's training images
// ($WAKESLEEP_DATA/mnist) as a network with a linear code, whose first numbers are the code of fewer components.

import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { isMain, main, note } from './log.mjs';
import { fromRoot } from './paths.mjs';

const pixels = 784;
const components = 30;
/** So many that the components have settled long before. */
const steps = 200;

/** The mean image and the covariance. Most pixels of a digit are 0, and pairs of others are what takes time. */
function moments(images) {
  const count = images.length / pixels;
  const [sums, products] = [new Float64Array(pixels), new Float64Array(pixels * pixels)];
  const [places, values] = [new Uint16Array(pixels), new Float64Array(pixels)];
  for (let row = 0; row < images.length; row += pixels) {
    let inked = 0;
    for (let i = 0; i < pixels; ++i) {
      if (images[row + i] === 0) continue;
      places[inked] = i;
      values[inked] = images[row + i] / 255;
      sums[i] += values[inked];
      inked += 1;
    }
    for (let a = 0; a < inked; ++a)
      for (let b = 0; b <= a; ++b) products[pixels * places[a] + places[b]] += values[a] * values[b];
  }
  const mean = sums.map((sum) => sum / count);
  for (let i = 0; i < pixels; ++i)
    for (let j = 0; j <= i; ++j) {
      const covariance = products[pixels * i + j] / count - mean[i] * mean[j];
      products[pixels * i + j] = products[pixels * j + i] = covariance;
    }
  return { mean, covariance: products };
}

const dot = (a, b) => {
  let sum = 0;
  for (let i = 0; i < a.length; ++i) sum += a[i] * b[i];
  return sum;
};

/** Eigenvectors of a symmetric matrix, a row each, by Jacobi's rotations; its diagonal is then its eigenvalues. */
function diagonalised(matrix, size) {
  const vectors = Array.from({ length: size }, (_, i) => Float64Array.from({ length: size }, (_one, j) => +(i === j)));
  for (let sweep = 0; sweep < 12; ++sweep)
    for (let p = 0; p < size; ++p)
      for (let q = p + 1; q < size; ++q) {
        const off = matrix[p][q];
        if (Math.abs(off) < 1e-14) continue;
        const theta = (matrix[q][q] - matrix[p][p]) / (2 * off);
        const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        const cosine = 1 / Math.sqrt(tangent * tangent + 1);
        const sine = tangent * cosine;
        const turn = (a, b) => [cosine * a - sine * b, sine * a + cosine * b];
        for (const row of matrix) [row[p], row[q]] = turn(row[p], row[q]);
        for (const [one, other] of [
          [matrix[p], matrix[q]],
          [vectors[p], vectors[q]],
        ])
          for (let i = 0; i < size; ++i) [one[i], other[i]] = turn(one[i], other[i]);
      }
  return vectors;
}

/** The directions of greatest variance, greatest first, by Lanczos' method on the span of the C^n v. */
function leading(covariance) {
  const basis = [];
  const small = Array.from({ length: steps }, () => new Float64Array(steps));
  let next = Float64Array.from({ length: pixels }, (_, i) => Math.sin(i + 1));
  for (let step = 0; step < steps; ++step) {
    // Twice, so that no rounding error of the first time is left.
    for (let time = 0; time < 2; ++time)
      for (const one of basis) {
        const shared = dot(one, next);
        for (let i = 0; i < pixels; ++i) next[i] -= shared * one[i];
      }
    const length = Math.sqrt(dot(next, next));
    basis.push(next.map((value) => value / length));
    const last = basis[step];
    next = new Float64Array(pixels);
    for (let i = 0; i < pixels; ++i) next[i] = dot(covariance.subarray(pixels * i, pixels * (i + 1)), last);
    small[step][step] = dot(last, next);
    if (step > 0) small[step][step - 1] = small[step - 1][step] = dot(basis[step - 1], next);
  }
  const vectors = diagonalised(small, steps);
  const order = vectors.map((_, k) => k).sort((a, b) => small[b][b] - small[a][a]);
  return order.slice(0, components).map((k) => {
    const direction = new Float64Array(pixels);
    basis.forEach((one, step) => {
      for (let i = 0; i < pixels; ++i) direction[i] += vectors[k][step] * one[i];
    });
    return direction;
  });
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const file = `${process.env.WAKESLEEP_DATA ?? '.'}/mnist/train-images-idx3-ubyte.gz`;
    const { mean, covariance } = moments(gunzipSync(readFileSync(file)).subarray(16));
    const found = leading(covariance);
    // Up by W, less the mean's own code; down by the transpose, and the mean.
    const [up, down] = [new Float32Array(pixels * components), new Float32Array(components * pixels)];
    const bias = new Float32Array(components);
    found.forEach((direction, k) => {
      direction.forEach((value, i) => (up[components * i + k] = down[pixels * k + i] = value));
      bias[k] = -direction.reduce((sum, value, i) => sum + value * mean[i], 0);
    });
    const { load } = await import('wakesleep/sync');
    const engine = await load();
    const net = engine.network({ layers: [pixels, components, pixels], units: ['linear', 'linear'], code: 1 });
    net.setParameters({ W: [up, down], b: [bias, Float32Array.from(mean)] });
    note(`${components} components, fingerprint ${net.fingerprint()}`);
    const notes = { data: 'MNIST, training images', method: 'principal components' };
    writeFileSync(fromRoot('models/digits-pca.safetensors'), net.save({ dtype: 'f16', notes }));
    engine.dispose();
  });
}
