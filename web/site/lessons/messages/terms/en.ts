/** Terms that several lessons explain. */
const terms = {
  freeEnergy: {
    name: 'free energy',
    means:
      'The energy that is left when the hidden units have been summed out, F(v): minus the logarithm of the sum of ' +
      'exp(−E) over all their states. The probability of what is seen is exp(−F(v)), divided by Z.',
  },
  gibbs: {
    name: 'Gibbs sampling',
    means:
      'Units are drawn in turn, one by one or a whole layer at once, each given the present states of all others. ' +
      'In the long run states are visited as often as they are probable.',
  },
  label: {
    name: 'label',
    means:
      'The name of what is shown, such as one of the ten digits. Each has a unit of its own; one of the group is ' +
      'on.',
  },
  likelihood: {
    name: 'likelihood',
    means:
      'The probability that the machine gives to the data. What is told is the mean of its logarithm over the ' +
      'examples.',
  },
  mixing: {
    name: 'mixing',
    means:
      'A chain mixes when it forgets where it began. How many steps that takes is its mixing time; until then its ' +
      'states are not draws from the machine. Low temperatures and large weights make it long.',
  },
  nat: {
    name: 'nat',
    means: 'The unit of natural logarithms. What is one nat less probable is e = 2.7 times less probable.',
  },
  posterior: {
    name: 'posterior',
    means: 'The probabilities of what is not seen, such as the states of hidden units, given what is seen.',
  },
  reconstruction: {
    name: 'reconstruction',
    means:
      'The means of the visible units given the means of the hidden units given the image. Its error is the squared ' +
      'difference, summed over the pixels.',
  },
};
export default terms;
export type Terms = typeof terms;
