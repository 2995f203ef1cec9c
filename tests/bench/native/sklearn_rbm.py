"""scikit-learn's BernoulliRBM as it is: persistent contrastive divergence with means, without momentum or weight decay."""

import numpy as np
from sklearn.neural_network import BernoulliRBM
from sklearn.utils import check_random_state

from protocol import BATCH_SIZE, HIDDEN, LEARNING_RATE, VISIBLE, arguments, batches, serve

images, W, b, c = arguments()
data = batches(images)
machine = BernoulliRBM(n_components=HIDDEN, learning_rate=LEARNING_RATE, batch_size=BATCH_SIZE)
# What its fit() makes before its loop over batches.
machine.components_ = np.asarray(W.T, order="F", dtype=np.float32)
machine.intercept_hidden_ = c.copy()
machine.intercept_visible_ = b.copy()
machine.h_samples_ = np.zeros((BATCH_SIZE, HIDDEN), np.float32)
random_state = check_random_state(1)
batch = np.empty((BATCH_SIZE, VISIBLE), np.float32)


def step():
    batch[...] = next(data)
    machine._fit(batch, random_state)


serve(step, lambda: (machine.components_.T, machine.intercept_visible_, machine.intercept_hidden_), images, W)
