/** What the page for teachers says: the form, the worksheets, and notes for every lesson. */
import type { Words as CourseWords } from '../../../lessons/messages/en.ts';
import { numbersOf } from '../../../lessons/numbers.ts';

const n = numbersOf('en');

interface LessonNotes {
  /** What to show, and what to have ready. */
  show: string;
  /** What students usually think. */
  think: string[];
  /** What to ask. */
  ask: string[];
}

const notes: Record<keyof CourseWords['lessons'], LessonNotes> = {
  energy: {
    show:
      'Let the figure run once without a word, then stop it and turn single units on and off: the sum under the ' +
      'machine shows where each number comes from. Heat and cool it last.',
    think: [
      'Energy is thought to be something good, so that much of it makes a state probable. It is the other way round.',
      'Many expect that a change to one weight changes one state. It changes the energy of the eight in which both ' +
        'units are on, and, through Z, the probability of all 32.',
      'Temperature is taken for a part of the energy. It changes no energy, only what differences count.',
    ],
    ask: [
      'Which states keep their energy when this weight moves, and why does their probability change all the same?',
      'What would you have to know to say how probable one single state is? And to say which of two is more probable?',
      'What does the machine do at a temperature of nearly 0, and what at a very high one?',
    ],
  },
  chance: {
    show:
      'Step by step first: who looks at whom, and with what probability does each coin fall? Then let it run, and ' +
      'watch the amber histogram settle on the bars. Different seeds on different screens show that runs differ.',
    think: [
      'After enough steps the machine is expected to come to rest at the best state. It never rests: it keeps ' +
        'visiting all states, the probable ones more often.',
      'Twice the steps are expected to halve the error. It takes four times as many.',
      'A run that looks wrong is taken for a fault. With 100 steps it is off by 20% on average.',
    ],
    ask: [
      'Why can all hidden units toss their coins at the same time?',
      'How would you notice, without knowing the true bars, that the chain has run long enough?',
      'Where else does an error shrink with the root of the number of tries? (Polls, measurements.)',
    ],
  },
  learning: {
    show:
      'Show the map before any learning, then the first hundred steps slowly: where do the framed squares go, where ' +
      'are the dots? Compare CD-1 with the exact gradient at the end only.',
    think: [
      'Learning is taken for storing the images. Nothing is stored: weights change until the data are probable.',
      'Raising the energy of dreams seems to destroy what was learned. At the end it cancels against the data.',
      'A wrong direction early on seems worst. CD-1 is most wrong late, when the valleys are deep.',
    ],
    ask: [
      'What would happen if the machine only ever lowered the energy of the data, and never raised it anywhere?',
      'Why is it cheap to look at the data and expensive to know the dreams?',
      'What do persistent chains do better, and what do they cost?',
    ],
  },
  features: {
    show:
      'Read two or three weight pictures aloud together: red asks for ink, blue against it. Then switch single ' +
      'units off, and let the class predict what is lost before you press.',
    think: [
      'Each unit is thought to stand for one whole digit. A unit knows a stroke or an edge, and several together ' +
        'make the digit.',
      'When a unit fails the others are expected to take over. Given the picture they decide independently.',
      'More active features are expected to give a better picture. All on is worse than all off.',
    ],
    ask: [
      'Why does a machine that has only seen 2s draw pieces of 2s when it is shown a 5?',
      'How could one find out what a unit of a much larger network looks for? What would count as proof?',
      'Which units can be removed without loss, and would you remove them?',
    ],
  },
  restriction: {
    show:
      'Put both machines side by side and let them begin in the same state. What matters is how many steps each ' +
      'takes to forget it.',
    think: [
      '“Restricted” sounds like a loss only. What is lost in connections is won in speed, and more hidden units make ' +
        'up for them.',
      'Units of one layer are thought to be independent altogether. They are, given the other layer; not without it.',
    ],
    ask: [
      'Which connections are missing, and what can be computed at once because of it?',
      'When would you take a machine with connections inside a layer all the same?',
    ],
  },
  depth: {
    show:
      'Show how the bound begins where the first machine left off, and rises while the second one learns. Compare ' +
      'dreams from the same seed at each depth.',
    think: [
      'More layers are thought to be better by themselves. What the argument promises is a better bound, if the new ' +
        'layer starts at the old one’s solution and is trained further.',
      'The bound is taken for the likelihood itself. The likelihood may lie above it, and may move otherwise.',
    ],
    ask: [
      'What are the “data” of the second machine?',
      'Why does it help that the second machine begins as the first one turned upside down?',
    ],
  },
  explaining: {
    show:
      'Tell the story of the house before you open the figure, and take the vote. Then press the units in the order ' +
      'of the story: house, truck.',
    think: [
      'What was independent is expected to stay independent. Seeing the common effect makes the causes dependent.',
      '“The truck did it” is read as “no earthquake”. It falls back almost to what it was at first, not to 0.',
      'Arrows are read as the direction of thought. One infers against the arrows, and that is what is difficult.',
    ],
    ask: [
      'Find an example from daily life: two causes, one effect. What does the second cause tell about the first?',
      'What changes when one knows that the effect did not happen?',
      'Why do a thousand causes make 2 to the power of 1000 cases, and why does that not hurt a restricted machine?',
    ],
  },
  recognition: {
    show:
      'Begin with the morph from 4 to 9 and stop near the middle: which ravine is deeper? Then let somebody draw at ' +
      'the board, also something that is no digit.',
    think: [
      'The net is thought to compare the drawing with stored pictures. It computes ten sums.',
      '99% is read as “it is surely a digit”. It says only which of the ten it would be, if it were one.',
      'In the middle of the way it is expected to waver for long. A few nats decide.',
    ],
    ask: [
      'Why does nobody need Z to recognise a digit, although nobody can compute p of the picture without it?',
      'How could the net say “this is no digit”? What would it have to know for that?',
      'What should a program do that reads bank transfers and is sure to 60%?',
    ],
  },
  dreaming: {
    show:
      'Start both chains at the 7 and let them run beside each other. The bars of visits tell more than the ' +
      'pictures: one chain stays, one travels.',
    think: [
      'A chain that shows good digits is thought to have mixed. It may have seen one valley only.',
      'Heat is thought to make better dreams. It makes them travel, and blurs them; only what comes down to T = 1 ' +
        'counts.',
      'An exchange seems like cheating. With the right probability no temperature’s distribution is changed.',
    ],
    ask: [
      'How can one tell from outside that a chain has not been everywhere?',
      'Why is the highest temperature neither to be too low nor too high?',
      'Where else do people find better solutions by allowing worse ones for a while?',
    ],
  },
  wakesleep: {
    show:
      'Show the dreams before and after side by side, from the same seed. Then say which weights each phase changes: ' +
      'awake the generating ones, asleep the recognising ones.',
    think: [
      'The weights up and down are thought to be the same for ever. After greedy training they are; here they part.',
      'Sleep is thought to be rest. It is half of the learning: the net learns to recognise its own dreams.',
    ],
    ask: [
      'What does a net learn from its own dreams, which it made itself?',
      'Why must what recognises differ from what generates, once there are several layers?',
    ],
  },
  codes: {
    show:
      'Move the pointer over the map slowly: neighbouring places give similar pictures. Then place a drawing of ' +
      'somebody in the room on it.',
    think: [
      'Compression is thought to be about single pixels. A code describes what varies from digit to digit.',
      'A straight map such as PCA is expected to be enough with thirty numbers. It has larger errors with as many.',
    ],
    ask: [
      'What would you write down if you had thirty numbers to describe a digit?',
      'What does the map show between a 4 and a 9?',
    ],
  },
  completion: {
    show:
      'Cover the upper half of the 8 and collect guesses at the board before you let it run. Afterwards let students ' +
      'cover a digit of their own so that a neighbour guesses wrong.',
    think: [
      'There is thought to be one right answer, the one under the cover. There is a distribution of answers.',
      'The mean is taken for the best answer. It is the best in squared error, and no digit.',
      'It is thought that the machine was taught to fill in. It was only taught what digits look like.',
    ],
    ask: [
      'What does it mean if all eight completions agree? Can they all be wrong?',
      'Where do pictures on the net come from that were completed like that, and what should one know about them?',
      'What is the difference between remembering and making up?',
    ],
  },
  quality: {
    show:
      'Show the reconstructions of A and B and let the class choose the better machine. Only then show the bars: ' +
      'what does B hardly ever dream of?',
    think: [
      'A small reconstruction error is taken for a good model. It says that the machine stays where it is put.',
      'A narrow interval is taken for a right one. With one step of AIS all runs are wrong together.',
      'More training is expected to be better. With CD-1 the likelihood can fall.',
    ],
    ask: [
      'Which test would show that a machine has forgotten one of the images?',
      'A mean log p above 0: why can that not be?',
      'Where else is something measured because it is easy, and not because it is what counts?',
    ],
  },
  feedback: {
    show:
      'Use the most ambiguous picture. Show first what the lower layer makes of it alone, then switch the feedback ' +
      'on, and watch which units change their minds.',
    think: [
      'Seeing is thought to go one way, from the eye upwards. Here what is expected above changes what is seen below.',
      'Feedback is thought to need a loop that never ends. The means settle after some rounds.',
    ],
    ask: [
      'Where do you yourself read something that is not written there, because the context asks for it?',
      'When would feedback do harm?',
    ],
  },
  yours: {
    show:
      'Train the balanced machine on the examples together, then the unbalanced one, and have the test counted ' +
      'aloud. After that everybody draws: plan twenty minutes, in pairs, two symbols a pair.',
    think: [
      'The computer is blamed: “it does not like my symbol”. The machine has no opinion; it was shown too little.',
      'Drawings that were learned from are used as the test. Only drawings that were held back tell how it does.',
      'A high share of right answers is thought to be fair. It may hide that one of the two symbols is hardly known.',
    ],
    ask: [
      'Whose drawings are in the data, and whose are missing? Let another pair test your machine.',
      'What must stand beside a model before somebody else may rely on it?',
      'Is a machine that says “4” whenever it is unsure a good one? For whom?',
    ],
  },
};

const words = {
  title: 'Teach',
  lede:
    'Links that open a lesson just as your class shall find it, notes for every lesson, and worksheets to print. ' +
    'The same link shows the same picture on every computer.',
  use: {
    title: 'In the classroom',
    points: [
      'A lesson takes 30 to 50 minutes, each as its notes say: a guess that everybody commits to, the figure ' +
        'together, tasks in pairs, and a talk about what was seen. The question is answered on each screen and is ' +
        'not graded.',
      'For a projector press “Present” at a lesson, or tick it in the form: large type, one figure, keys to go on.',
      'Nothing has to be installed, no account is needed, and nothing that students draw leaves their machine.',
      'Without a network: open the site once on each machine and take “Without a network” at its foot; or hand round ' +
        'the whole site as one file.',
    ],
  },

  maker: {
    title: 'A link for your class',
    lesson: 'Lesson',
    numbered: (number: number, title: string) => `${n.whole(number)}. ${title}`,
    figure: 'The figure',
    paste: '…#/learn/…',
    unset:
      'As it is at first. For another start (weights, digit, seed), set the figure up in the lesson, press “Copy a ' +
      'link to this” there, and paste the link here.',
    set: (settings: number) =>
      `It begins as you set it up (${n.plural(settings, { one: 'setting', other: 'settings' })}).`,
    strange: (names: readonly string[]) => `Left out, because the lesson’s figure does not know it: ${n.list(names)}.`,
    refused: 'That is no link to a lesson of this course.',
    none: 'None, until the figure’s link above is one of this course, or the field is empty.',
    sheet: 'The worksheet to it',
    large: 'Show the code large',
    close: 'Close',
    noCode: 'There is no QR code: a phone cannot open a file on this computer’s disk.',
    asAtFirst: 'As at first',
    language: 'Language',
    controls: 'What can be touched',
    shows: {
      all: { name: 'Everything', hint: 'the figure with all its controls' },
      run: { name: 'Play, step, reset', hint: 'the figure runs, nothing in it can be changed' },
      none: { name: 'Nothing', hint: 'the figure is to be looked at; the question can be answered' },
    } satisfies Record<'all' | 'run' | 'none', { name: string; hint: string }>,
    present: 'For a projector',
    presentHint: 'begins as a presentation',
    link: 'The link',
    copy: 'Copy the link',
    code: 'The link as a QR code',
    codeHint: 'For phones: show it, or print this page.',
  },

  notesTitle: 'Notes for the lessons',
  lesson: 'Lesson',
  open: (title: string) => `Open the lesson ${title}`,
  time: (minutes: number) => `About ${n.plural(minutes, { one: 'minute', other: 'minutes' })}`,
  phase: (minutes: number, what: string) => `${n.whole(minutes)} min: ${what}`,
  phases: [
    'everybody guesses, hands up for each choice',
    'the answer in the figure, together',
    'the tasks, in pairs, with the worksheet',
    'what was seen, and what is still open',
  ],
  think: 'What students usually think',
  ask: 'What to ask',
  notes,

  sheet: {
    title: 'Worksheet',
    of: (title: string) => `Worksheet: ${title}`,
    print: 'Print',
    withAnswers: 'With the answers, on pages of their own',
    name: 'Name',
    date: 'Date',
    code: 'The address of the lesson as a QR code',
    codeHint: 'the lesson',
    guess: 'First a guess',
    because: 'I think so because:',
    afterwards: 'What the figure shows:',
    terms: 'Words',
    termsHint: 'In words of your own:',
    sketch: 'A sketch of what the figure showed',
    forTeacher: 'For the teacher',
    answersTo: (title: string) => `${title}: answers`,
  },
};
export default words;
export type Words = typeof words;
