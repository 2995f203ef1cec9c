/** Gibbs steps after which a dream with a label held is shown. */
export const heldSteps = [1, 3, 10, 30, 100, 300] as const;
