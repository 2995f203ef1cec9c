// The figures of the README, between two comments: written from results.json, never by hand.

import { goals, goalText, verdict, type Verdict } from './goals.ts';
import type { Results } from './results.ts';

const begin = '<!-- bench: written by `npm run bench` -->';
const end = '<!-- /bench -->';

const words: Record<Verdict, string> = { aim: 'aim', target: 'reached', below: 'not reached', unmeasured: 'not measured' };

/** The README with its figures replaced; it must have the two comments. */
export function withFigures(readme: string, results: Results): string {
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the README must have "${begin}" and "${end}"`);
  return `${readme.slice(0, from + begin.length)}\n\n${figures(results)}\n\n${readme.slice(to)}`;
}

function figures(results: Results): string {
  const { machine, versions, date } = results;
  const rows = goals(results).map((goal) => {
    const cells = [goal.what, goalText(goal) || '–', String(goal.target), String(goal.aim), words[verdict(goal)]];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    `${machine.processor}, ${machine.cores} cores; ${versions.browser ?? 'no browser'}; ${date.slice(0, 10)}. Medians of ratios taken round by round.`,
    '',
    '| what | found | at least | aim | |',
    '| --- | ---: | ---: | ---: | --- |',
    ...rows,
  ].join('\n');
}
