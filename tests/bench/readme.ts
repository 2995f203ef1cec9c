// The figures of the README, of each kind of processor, between two comments: written from results.json, never by hand.

import { operationsAnImage } from '../../web/site/speed/work.ts';
import { goals, goalText } from './goals.ts';
import { likelihoodWorks, type LikelihoodWork, type Results } from './results.ts';

const workNames: Record<LikelihoodWork, string> = {
  ais: 'annealed importance sampling: inverse temperatures',
  pcd: 'persistent contrastive divergence: batches',
  tempering: 'parallel tempering, 10 chains at 10 temperatures: batches',
  dreams: 'dreams: Gibbs steps',
  'mean-field': 'mean field in a deep Boltzmann machine of 784-500-1000 units: iterations',
};

const begin = '<!-- bench: written by `npm run bench` -->';
const end = '<!-- /bench -->';

/** The README with its figures replaced; it must have the two comments. */
export function withFigures(readme: string, runs: readonly Results[]): string {
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) throw new Error(`the README must have "${begin}" and "${end}"`);
  return `${readme.slice(0, from + begin.length)}\n\n${runs.map(figures).join('\n\n')}\n\n${readme.slice(to)}`;
}

function figures(results: Results): string {
  const { machine, versions, date } = results;
  return [
    `${machine.processor}, ${machine.cores} cores; ${versions.browser ?? 'no browser'}; ${date.slice(0, 10)}. Medians.`,
    '',
    ...rates(results),
    '',
    ...ratios(results),
    ...likelihoods(results),
  ].join('\n');
}

function rates({ steps, ceilings }: Results): string[] {
  const counts = [...new Set(steps.map((one) => one.threads))].sort((a, b) => a - b);
  const who = [...new Set(steps.filter((one) => one.learned).map((one) => `${one.program} (${one.where})`))];
  const cell = (program: string, threads: number) => {
    const found = steps.find(
      (one) => one.learned && `${one.program} (${one.where})` === program && one.threads === threads,
    );
    return found ? Math.round(found.rate.median).toLocaleString('en') : '–';
  };
  const ceiling = (threads: number) => {
    const rate = ceilings.find((one) => one.threads === threads)?.rate.median;
    return rate === undefined ? '–' : Math.round(rate / operationsAnImage).toLocaleString('en');
  };
  return [
    `| images learned a second | ${counts.map((n) => (n === 1 ? '1 thread' : `${n} threads`)).join(' | ')} |`,
    `| --- | ${counts.map(() => '---:').join(' | ')} |`,
    ...who.map((program) => `| ${program} | ${counts.map((n) => cell(program, n)).join(' | ')} |`),
    `| *what multiplying and adding in the tab could reach* | ${counts.map((n) => `*${ceiling(n)}*`).join(' | ')} |`,
  ];
}

function likelihoods({ likelihood }: Results): string[] {
  if (likelihood.length === 0) return [];
  const who = [...new Set(likelihood.map(({ program, where }) => `${program} (${where})`))];
  const cell = (work: string, name: string): string => {
    const found = likelihood.find(
      (one) => one.work === work && `${one.program} (${one.where})` === name && one.threads === 1,
    );
    return found ? Math.round(found.rate.median).toLocaleString('en') : '–';
  };
  return [
    '',
    `| steps of 100 chains or examples a second, 1 thread | ${who.join(' | ')} |`,
    `| --- | ${who.map(() => '---:').join(' | ')} |`,
    ...likelihoodWorks.map((work) => `| ${workNames[work]} | ${who.map((name) => cell(work, name)).join(' | ')} |`),
  ];
}

function ratios(results: Results): string[] {
  const rows = goals(results).flatMap((goal) => (goal.found ? [`| ${goal.what} | ${goalText(goal)} |`] : []));
  return ['| in the same rounds | |', '| --- | ---: |', ...rows];
}
