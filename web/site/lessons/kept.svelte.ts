/**
 * The state of a figure, kept in the address: the same link shows the same picture. What is as it is at first is left
 * out, so that an untouched lesson has a plain address.
 */
import { untrack } from 'svelte';
import { hrefOf, route } from '../state/route.svelte';
import { type Field, hashOf, nothing, whole, withPart } from './address';
import { course } from './course.svelte';

interface Range {
  min: number;
  max: number;
  /** Values are multiples of it above `min`; without one any number between is. */
  step?: number;
}

interface NumberField extends Field<number> {
  range: Range;
}

function inRange(text: string, { min, max, step }: Range): number | null {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!(value >= min && value <= max)) return null;
  return step === undefined ? value : Math.min(max, min + Math.round((value - min) / step) * step);
}

const written = (value: number): string => String(Number(value.toPrecision(12)));

export const number = (initial: number, range: Range): NumberField => ({
  initial,
  range,
  read: (text) => inRange(text, range),
  write: written,
});

export const numbers = (initial: readonly number[], range: Range): Field<number[]> => ({
  initial: [...initial],
  read(text) {
    const values = text.split(',').map((one) => inRange(one, range));
    return values.length === initial.length && values.every((one) => one !== null) ? values : null;
  },
  write: (values) => values.map(written).join(','),
});

export const choice = <T extends string>(initial: T, words: readonly T[]): Field<T> => ({
  initial,
  read: (text) => words.find((word) => word === text) ?? null,
  write: (value) => value,
});

export const flag = (initial: boolean): Field<boolean> => ({
  initial,
  read: (text) => (text === '1' ? true : text === '0' ? false : null),
  write: (value) => (value ? '1' : '0'),
});

type Values<Fields> = { [Name in keyof Fields]: Fields[Name] extends Field<infer T> ? T : never };
/** The names of those that are numbers. */
export type NumberIn<Fields> = {
  [Name in keyof Fields]: Fields[Name] extends NumberField ? Name : never;
}[keyof Fields];

/** Behind what is not written at once: an address may be changed some hundred times a minute, and not more. */
const delay = 250;

export class Kept<Fields extends object> {
  /** Changed as they are: `kept.values.temperature = 2`. */
  values: Values<Fields> = $state() as Values<Fields>;
  /** Whether the address said something of it: then the figure waits there and does nothing by itself. */
  given = $state(false);
  /** While a figure moves by itself, the address stays. */
  held = $state(false);
  readonly #lesson: string;
  readonly #fields: Fields;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  /** To be made while a component is set up; its fields are the names in the address. */
  constructor(lesson: string, fields: Fields) {
    this.#lesson = lesson;
    this.#fields = fields;
    this.values = this.#read(route.query);
    // Another link to the same lesson, or a step back to it.
    let opened = route.query;
    $effect(() => {
      const query = route.query;
      if (query === opened || route.rest[0] !== lesson) return;
      opened = query;
      untrack(() => {
        this.values = this.#read(query);
      });
    });
    $effect(() => {
      const hash = this.#hash();
      clearTimeout(this.#waiting);
      this.#waiting = undefined;
      if (this.held) return;
      this.#waiting = setTimeout(() => this.#put(hash), delay);
    });
    // Before a link is followed or the page left, what waits is written.
    const flush = (): void => {
      if (this.#waiting === undefined || untrack(() => this.held)) return;
      clearTimeout(this.#waiting);
      this.#put(untrack(() => this.#hash()));
    };
    $effect(() => {
      addEventListener('click', flush, true);
      addEventListener('pagehide', flush);
      return () => {
        clearTimeout(this.#waiting);
        this.#waiting = undefined;
        removeEventListener('click', flush, true);
        removeEventListener('pagehide', flush);
      };
    });
  }

  /** All as it was at first. */
  reset(): void {
    this.values = this.#read(nothing);
  }

  /** What moved, at values that an address can tell and a slider can have. */
  settle(): void {
    for (const [key, field] of Object.entries(this.#fields as Record<string, Field<unknown>>)) {
      const name = key as keyof Fields;
      const text = field.write(this.values[name]);
      const value = field.read(text) ?? field.initial;
      if (field.write(value) !== text) this.values[name] = value as Values<Fields>[typeof name];
    }
  }

  /** Which values a number can have. */
  rangeOf(name: NumberIn<Fields>): Range {
    return (this.#fields[name] as NumberField).range;
  }

  /** The address of what is shown now. */
  link(): string {
    return whole(this.#hash());
  }

  #read(query: URLSearchParams): Values<Fields> {
    let given = false;
    const values = Object.fromEntries(
      Object.entries(this.#fields as Record<string, Field<unknown>>).map(([name, field]) => {
        const text = query.get(name);
        const value = text === null ? null : field.read(text);
        if (value !== null) given = true;
        return [name, value ?? structuredClone(field.initial)];
      }),
    );
    this.given = given;
    return values as Values<Fields>;
  }

  #hash(): string {
    const told = Object.entries(this.#fields as Record<string, Field<unknown>>).flatMap(([name, field]) => {
      const text = field.write(this.values[name as keyof Fields]);
      return text === field.write(field.initial) ? [] : [[name, text] as const];
    });
    return hashOf(hrefOf('learn', this.#lesson), [...told, ...course.told()]);
  }

  #put(state: string): void {
    this.#waiting = undefined;
    // Where a link has been followed the address is of another page before the site has heard of it: it stays.
    const here = hrefOf('learn', this.#lesson);
    if (route.page !== 'learn' || route.rest[0] !== this.#lesson || location.hash.split(/\/?(?:\?|$)/)[0] !== here)
      return;
    // Not in the figure's own link: who follows that is not before a class.
    const hash = withPart(state, 'present', course.step);
    // The entry stays; only what it leads back to is changed.
    if (hash !== location.hash) history.replaceState(history.state, '', hash);
  }
}
