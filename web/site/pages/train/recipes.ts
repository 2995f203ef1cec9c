/** Options that show what goes right and what goes wrong, on any of the page's data. */
import { defaultOptions, type DataKind, type Options } from './options';

export type Recipe = 'right' | 'hot' | 'forgets';
export const recipes: readonly Recipe[] = ['right', 'hot', 'forgets'];

export function recipeOptions(recipe: Recipe, kind: DataKind): Partial<Options> {
  const right = defaultOptions(kind);
  switch (recipe) {
    case 'right':
      return right;
    case 'hot':
      return { ...right, learningRate: 1, momentum: 0.9 };
    case 'forgets':
      return { ...right, method: 'cd', k: 1 };
  }
}

/** The recipe that these options follow, if they do. */
export const recipeOf = (options: Options, kind: DataKind): Recipe | undefined =>
  recipes.find((recipe) =>
    Object.entries(recipeOptions(recipe, kind)).every(([option, value]) => options[option as keyof Options] === value),
  );
