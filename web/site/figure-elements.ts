/** The custom elements as the site shows them: with its own network. */
import { WakesleepDigit, WakesleepDream, WakesleepTrain } from 'wakesleep/elements';
import digitsDbn from '../../models/digits-dbn.safetensors?url';

const elements = { digit: WakesleepDigit, dream: WakesleepDream, train: WakesleepTrain };
export type FigureName = keyof typeof elements;

/** A figure, and the attributes that it knows. */
export function figureElement(name: FigureName): { element: HTMLElement; known: readonly string[] } {
  const element = document.createElement(`wakesleep-${name}`);
  const known = elements[name].observedAttributes;
  if (known.includes('model')) element.setAttribute('model', digitsDbn);
  return { element, known };
}

/** Puts each element into a guide, below the first words of the section that has its name. */
export function showElements(article: HTMLElement): () => void {
  const shown = (Object.keys(elements) as FigureName[]).map((name) => {
    const { element } = figureElement(name);
    const figure = document.createElement('div');
    figure.className = 'live';
    figure.append(element);
    article.querySelector(`#wakesleep-${name} + p`)?.after(figure);
    return figure;
  });
  return () => {
    for (const figure of shown) figure.remove();
  };
}
