"""Likelihood work in NumPy, as likelihood.h says: float32, in place, with its fastest generator; products by OpenBLAS."""

import sys

import numpy as np

from protocol import BATCH_SIZE, HIDDEN, LEARNING_RATE, VISIBLE, arguments, batches, openblas, serve_lines

TEMPERATURES, CHAINS, TOP = 10, 10, 1000

images, W, b, c = arguments()
data = batches(images)
generator = np.random.Generator(np.random.SFC64(1))
rate = np.float32(LEARNING_RATE / BATCH_SIZE)


def uniform(shape):
    return generator.random(size=shape, dtype=np.float32)


def sigmoid(x):
    """In place."""
    np.negative(x, out=x)
    np.exp(x, out=x)
    x += np.float32(1)
    return np.reciprocal(x, out=x)


def sample(x):
    """States of units with this input, in its place: 1 where u (1 + exp(-x)) < 1."""
    np.negative(x, out=x)
    np.exp(x, out=x)
    x += np.float32(1)
    x *= uniform(x.shape)
    return np.less(x, np.float32(1)).astype(np.float32)


def up(v):
    x = v @ W
    x += c
    return x


def down(h):
    x = h @ W.T
    x += b
    return x


def log_weight(x):
    """sum_j log(1 + exp(x_j)) of each row."""
    return np.log1p(np.exp(x)).sum(axis=1)


def ais(betas):
    """The base has the visible biases and no weights. One product serves the weights and the next states."""
    v = sample(np.broadcast_to(b, (BATCH_SIZE, VISIBLE)).copy())
    weights = np.zeros(BATCH_SIZE)
    before = 0.0
    for beta in np.arange(1, betas + 1) / betas:
        x = up(v)
        weights += log_weight(np.float32(beta) * x) - log_weight(np.float32(before) * x)
        x *= np.float32(beta)
        y = sample(x) @ W.T
        y *= np.float32(beta)
        y += b
        v = sample(y)
        before = beta
    return weights


def learn(v0, v1, h1, weight):
    """`weight`: of a row of the negative phase."""
    h0 = sigmoid(up(v0))
    gradient = v0.T @ h0
    h1_means = sigmoid(up(v1)) if h1 is None else h1
    gradient -= np.float32(weight) * (v1.T @ h1_means)
    gradient *= rate
    W.__iadd__(gradient)
    b.__iadd__(rate * (v0.sum(axis=0) - np.float32(weight) * v1.sum(axis=0)))
    c.__iadd__(rate * (h0.sum(axis=0) - np.float32(weight) * h1_means.sum(axis=0)))


pcd_chains = np.zeros((BATCH_SIZE, HIDDEN), np.float32)


def pcd(times):
    global pcd_chains
    for _ in range(times):
        v0 = next(data).astype(np.float32)
        v1 = sample(down(pcd_chains))
        means = sigmoid(up(v1))
        pcd_chains = np.less(uniform(means.shape), means).astype(np.float32)
        learn(v0, v1, means, 1)


betas = np.repeat(1 - np.arange(TEMPERATURES) / (TEMPERATURES - 1), CHAINS).astype(np.float32)[:, None]
replicas = np.zeros((TEMPERATURES * CHAINS, HIDDEN), np.float32)


def tempering(times):
    """The replicas at a temperature stand together; neighbours are exchanged by min(1, exp(d beta d E))."""
    global replicas
    gap = np.float32(1 / (TEMPERATURES - 1))
    for _ in range(times):
        v0 = next(data).astype(np.float32)
        y = down(replicas)
        y *= betas
        v = sample(y)
        x = up(v)
        h = sample(betas * x)
        energies = -(x * h).sum(axis=1) - v @ b
        for parity in (0, 1):
            for t in range(parity, TEMPERATURES - 1, 2):
                here = np.arange(t * CHAINS, (t + 1) * CHAINS)
                there = here + CHAINS
                swap = np.log(uniform(CHAINS)) < gap * (energies[here] - energies[there])
                here, there = here[swap], there[swap]
                for one in (v, h, energies):
                    one[np.concatenate([here, there])] = one[np.concatenate([there, here])]
        replicas = h
        learn(v0, v[:CHAINS], None, BATCH_SIZE / CHAINS)


dream_states = np.zeros((BATCH_SIZE, VISIBLE), np.float32)


def dreams(times):
    global dream_states
    for _ in range(times):
        dream_states = sample(down(sample(up(dream_states))))


W_top = np.random.default_rng(1).normal(0, 0.01, (HIDDEN, TOP)).astype(np.float32)
W_top_down = np.ascontiguousarray(W_top.T)
b_top = np.zeros(TOP, np.float32)


def mean_field(iterations):
    """The input from the images is the same in all iterations."""
    from_images = up(next(data).astype(np.float32))
    mu = sigmoid(2 * from_images)
    top = sigmoid(mu @ W_top + b_top)
    for _ in range(iterations):
        x = top @ W_top_down
        x += from_images
        mu = sigmoid(x)
        x = mu @ W_top
        x += b_top
        top = sigmoid(x)


if not openblas():
    sys.exit("NumPy is there without OpenBLAS (Debian's libopenblas0-pthread)")
work = {"ais": ais, "tempering": tempering, "pcd": pcd, "dreams": dreams, "mean-field": mean_field}
with np.errstate(over="ignore"):
    serve_lines({"likelihood": lambda which, times: work[which](int(times))})
