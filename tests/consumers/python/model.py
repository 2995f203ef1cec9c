"""Opens a model of Wakesleep, computes free energies by the formula, and writes another one for Wakesleep to open.

Where the ecosystem's loader is installed (pip install safetensors numpy) it is used; otherwise the format alone, which
is eight bytes with the length of a JSON header, the header, and the tensors.
"""

import json
import math
import struct
import sys


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32", entry
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = (entry["shape"], list(struct.unpack(f"<{(end - begin) // 4}f", data[begin:end])))
    return metadata, tensors


def write(path, metadata, tensors):
    header = {"__metadata__": metadata}
    body = b""
    for name, (shape, values) in tensors.items():
        part = struct.pack(f"<{len(values)}f", *values)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(body), len(body) + len(part)]}
        body += part
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


def free_energy(tensors, v):
    """F(v) = -b'v - sum_j log(1 + exp(c_j + v'W_j))"""
    (visible, hidden), w = tensors["W"]
    b, c = tensors["b"][1], tensors["c"][1]
    inputs = [c[j] + sum(v[i] * w[i * hidden + j] for i in range(visible)) for j in range(hidden)]
    return -sum(x * y for x, y in zip(b, v)) - sum(math.log1p(math.exp(x)) for x in inputs)


def agrees(path, tensors):
    """The same tensors as the ecosystem's loader finds, where it is installed."""
    try:
        from safetensors.numpy import load_file
    except ImportError:
        return
    for name, array in load_file(path).items():
        assert list(array.shape) == tensors[name][0] and array.ravel().tolist() == tensors[name][1], name


source, target = sys.argv[1:]
rows = json.load(sys.stdin)
metadata, tensors = read(source)
agrees(source, tensors)
before = [free_energy(tensors, v) for v in rows]
for name in ("b", "c"):
    shape, values = tensors[name]
    tensors[name] = (shape, [0.5 - x for x in values])
# What a description has at least.
described = json.loads(metadata["wakesleep"])
about = {name: described[name] for name in ("kind", "version", "units", "layers", "labels")}
write(target, {"wakesleep": json.dumps(about)}, tensors)
print(json.dumps({"before": before, "after": [free_energy(tensors, v) for v in rows]}))
