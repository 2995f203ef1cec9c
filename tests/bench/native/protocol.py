"""How the benchmark talks to a native contender, as protocol.h says. The generator takes whole batches, a row an example."""

import sys
import time

import numpy as np

VISIBLE, HIDDEN, BATCH_SIZE = 784, 500, 100
LEARNING_RATE, MOMENTUM, WEIGHT_DECAY = 0.05, 0.9, 2e-4


def batches(images):
    """Batches of images, one after the other and round again."""
    while True:
        for first in range(0, len(images) - BATCH_SIZE + 1, BATCH_SIZE):
            yield images[first : first + BATCH_SIZE]


def arguments():
    """Images as bytes of 0 and 1, and W, b and c."""
    images = np.fromfile(sys.argv[1], dtype=np.uint8).reshape(-1, VISIBLE)
    first = np.fromfile(sys.argv[2], dtype=np.float32)
    W, b, c = np.split(first, [VISIBLE * HIDDEN, VISIBLE * HIDDEN + VISIBLE])
    return images, W.reshape(VISIBLE, HIDDEN).copy(), b.copy(), c.copy()


def operands(images, W):
    """The products by themselves: left and right of each."""
    v = images[:BATCH_SIZE].astype(np.float32)
    h = (np.random.default_rng(1).random((BATCH_SIZE, HIDDEN)) < 0.3).astype(np.float32)
    return {"up": (v, W.copy()), "down": (h, np.ascontiguousarray(W.T)), "outer": (np.ascontiguousarray(v.T), h)}


def openblas():
    """Whether OpenBLAS computes the products."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        return "openblas" in maps.read()


def serve(step, parameters, images, W):
    """step() learns a batch; parameters() gives W, b and c."""
    products = operands(images, W)
    results = {name: np.empty((left.shape[0], right.shape[1]), np.float32) for name, (left, right) in products.items()}
    if not openblas():
        sys.exit("NumPy is there without OpenBLAS (Debian's libopenblas0-pthread)")

    def run(count):
        for _ in range(int(count)):
            step()

    def binary(which, times):
        (left, right), result = products[which], results[which]
        for _ in range(int(times)):
            np.dot(left, right, out=result)

    def write(file):
        np.concatenate([np.ravel(one).astype(np.float32) for one in parameters()]).tofile(file)

    serve_lines({"run": run, "binary": binary, "parameters": write})


def serve_lines(commands):
    """Each line names a command and its words; the answer is how many milliseconds it took."""
    print("ready", flush=True)
    for line in sys.stdin:
        command, *words = line.split()
        if command not in commands:
            sys.exit(f"unknown command {command}")
        start = time.perf_counter()
        commands[command](*words)
        print(1000 * (time.perf_counter() - start), flush=True)
