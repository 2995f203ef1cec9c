/** The course's words around its lessons, and what each lesson is called. The other languages have the same keys. */
import { numbersOf } from '../numbers.ts';

const n = numbersOf('en');

const words = {
  title: 'Learn',
  pageTitle: (page: string) => `${page} · Wakesleep`,
  lede:
    'Short lessons on machines that learn by energy. Each has one idea, one figure to touch, and a question to ' +
    'answer before the figure does.',
  lessonsLabel: 'Lessons',
  language: 'Language',
  unknown: (name: string) => `There is no lesson “${name}”. These are:`,
  untranslated: 'This lesson has not been translated.',

  number: (number: number, all: number) => `Lesson ${n.whole(number)} of ${n.whole(all)}`,
  minutes: (minutes: number) => `${n.plural(minutes, { one: 'minute', other: 'minutes' })} to read`,
  question: {
    title: 'First a guess',
    hint: 'Nothing is graded. The figure shows what happens once you have answered.',
    yours: 'your guess',
    right: 'what happens',
    again: 'Guess again',
  },
  figure: 'Figure',
  play: 'Play',
  pause: 'Pause',
  step: 'Step',
  reset: 'As it was',
  resetHint: 'Everything in the figure as it was at first',
  copy: 'Copy a link to this',
  copyHint: 'The link opens the figure exactly as it is now',
  copied: 'Copied',
  copyFailed: 'The browser does not let pages copy. This is the link:',
  idea: 'The idea',
  tries: 'Try this',
  answer: 'What you will see',
  papers: 'Papers',
  formula: 'Formula',
  answered: 'answered',
  digits: {
    label: 'Digits',
    example: (label: number) => `A ${n.whole(label)}`,
    own: 'Your own drawing',
    drawFirst: 'A digit that you draw on the first page can be taken here, too.',
  },
  pad: {
    role: 'drawing pad',
    keys: 'Arrow keys move the pen, space puts it down or lifts it.',
    undo: 'Undo',
    clear: 'Clear',
    penDown: 'Pen down',
    penUp: 'Pen up',
    undone: 'Undone',
    cleared: 'Cleared',
  },
  glossary: {
    title: 'Glossary',
    lede: 'The words of the field, as the lessons explain them where they stand.',
    hint: 'every word that the lessons explain',
    explainedIn: (lessons: number): string => (lessons === 1 ? 'Lesson:' : 'Lessons:'),
  },
  previous: 'Previous',
  next: 'Next',
  allLessons: 'All lessons',
  end: 'Train a machine of your own',
  present: {
    start: 'Present',
    hint: 'For a projector: large, step by step, by keys',
    bar: 'Presentation',
    keys: '→ or Page Down: next · ← or Page Up: back · F: whole screen · Esc: leave',
    of: (step: number, all: number) => `${n.whole(step)} of ${n.whole(all)}`,
    piece: (of: string, number: number) => `${of} ${n.whole(number)}`,
    back: 'Back',
    on: 'Next',
    next: 'Next lesson',
    fill: 'Whole screen',
    leave: 'Leave',
  },
  teach: { lesson: 'For your class', all: 'For teachers', hint: 'links, notes and worksheets' },
  engineFailed: 'The figure could not be computed.',
  notKept:
    'This lesson is not among those that are kept on this device, and what it needs could not be fetched. Is there a ' +
    'connection?',
  kept: 'kept on this device',
  retry: 'Try again',

  lessons: {
    energy: { title: 'Energy', insight: 'Low energy is high probability, and only differences of energy count.' },
    chance: {
      title: 'Chance',
      insight: 'A unit decides by a weighted coin, and so the machine visits its states as often as they are probable.',
    },
    learning: {
      title: 'Learning',
      insight: 'Learning lowers the energy at the data, and raises it where the machine dreams.',
    },
    features: {
      title: 'Features',
      insight: 'Hidden units each look for something; take one away, and see what is lost.',
    },
    restriction: {
      title: 'Why restrict',
      insight: 'Without connections inside a layer all its units can be drawn at once.',
    },
    depth: { title: 'Depth', insight: 'A second machine on the features of the first improves a bound.' },
    explaining: {
      title: 'Explaining away',
      insight: 'Two causes that have nothing to do with each other become dependent when their effect is seen.',
    },
    recognition: {
      title: 'Recognition',
      insight: 'A digit is recognised by the label with the lowest free energy, for which nobody needs Z.',
    },
    dreaming: { title: 'Dreaming', insight: 'A memory that walks its landscape of energy, if it finds a way across.' },
    wakesleep: {
      title: 'Wake and sleep',
      insight: 'Up and down passes give recognition weights of their own, apart from those that generate.',
    },
    codes: { title: 'Codes', insight: 'Thirty numbers are enough for a digit, if the map to them may bend.' },
    completion: { title: 'Filling in', insight: 'A model of the whole can complete a part.' },
    quality: {
      title: 'How good is it?',
      insight: 'A better reconstruction may come from a worse model; the likelihood tells.',
    },
    feedback: { title: 'Feedback', insight: 'In a deep Boltzmann machine the layers above resolve the doubts below.' },
    yours: { title: 'Teach your own', insight: 'A machine knows what it was shown, and nothing else.' },
  },
};
export default words;
export type Words = typeof words;
