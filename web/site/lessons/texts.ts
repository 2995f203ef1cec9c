/** What the texts of every lesson have; a lesson's own catalogue adds what its figure says. */
export interface LessonTexts {
  question: {
    asks: string;
    /** As many `why` as choices: what is said to who took it. */
    choices: string[];
    why: string[];
  };
  /** Paragraphs. A formula on a line of its own is one that is between `$$`. */
  text: string[];
  tries: { task: string; answer: string }[];
  /** A text shows one where it says `[word](key)`. Those of several lessons stand in messages/terms. */
  terms: Record<string, Term>;
}

/** A word of the field, as a glossary has it, and its meaning. */
export interface Term {
  name: string;
  means: string;
}

/** A paper as it is cited. */
export interface Paper {
  authors: readonly string[];
  year: number;
  title: string;
  /** Without `https://doi.org/`; or a whole address. */
  doi: string;
}
