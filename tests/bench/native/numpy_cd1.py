"""CD-1 in NumPy: float32, whole batches, in place, with its fastest generator; products by OpenBLAS."""

import numpy as np

from protocol import BATCH_SIZE, HIDDEN, LEARNING_RATE, MOMENTUM, VISIBLE, WEIGHT_DECAY, arguments, batches, serve

images, W, b, c = arguments()
W_first = W.copy()
data = batches(images)
generator = np.random.Generator(np.random.SFC64(1))
rate = np.float32(LEARNING_RATE / BATCH_SIZE)
decay = np.float32(LEARNING_RATE * WEIGHT_DECAY)
momentum = np.float32(MOMENTUM)

# The positive phase above the negative one, so that one product gives the gradient of both.
v = np.empty((2 * BATCH_SIZE, VISIBLE), np.float32)
h = np.empty((2 * BATCH_SIZE, HIDDEN), np.float32)
v0, v1 = v[:BATCH_SIZE], v[BATCH_SIZE:]
h0, h1 = h[:BATCH_SIZE], h[BATCH_SIZE:]
v_input = np.empty_like(v0)
h_input = np.empty_like(h0)
v_uniform = np.empty_like(v0)
h_uniform = np.empty_like(h0)
W_gradient = np.empty_like(W)
W_velocity, b_velocity, c_velocity = np.zeros_like(W), np.zeros_like(b), np.zeros_like(c)


def sample(inputs, bias, uniform, states):
    """1 where u < 1 / (1 + exp(-x)), that is where u + u exp(-x) < 1."""
    inputs += bias
    np.negative(inputs, out=inputs)
    np.exp(inputs, out=inputs)
    generator.random(out=uniform, dtype=np.float32)
    inputs *= uniform
    inputs += uniform
    np.less(inputs, np.float32(1), out=states, casting="unsafe")


def step():
    v0[...] = next(data)
    np.dot(v0, W, out=h_input)
    sample(h_input, c, h_uniform, h0)
    np.dot(h0, W.T, out=v_input)
    sample(v_input, b, v_uniform, v1)
    np.dot(v1, W, out=h_input)
    sample(h_input, c, h_uniform, h1)

    np.negative(h1, out=h1)
    h.__imul__(rate)
    np.multiply(b_velocity, momentum, out=b_velocity)
    np.multiply(c_velocity, momentum, out=c_velocity)
    b_velocity.__iadd__(rate * (v0.sum(axis=0) - v1.sum(axis=0)))
    c_velocity.__iadd__(h.sum(axis=0))
    b.__iadd__(b_velocity)
    c.__iadd__(c_velocity)

    np.multiply(W_velocity, momentum, out=W_velocity)
    np.dot(v.T, h, out=W_gradient)
    np.add(W_velocity, W_gradient, out=W_velocity)
    np.multiply(W, decay, out=W_gradient)
    np.subtract(W_velocity, W_gradient, out=W_velocity)
    np.add(W, W_velocity, out=W)


with np.errstate(over="ignore"):
    serve(step, lambda: (W, b, c), images, W_first)
