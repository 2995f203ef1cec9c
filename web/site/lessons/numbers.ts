/** Numbers as a language writes them. */

export interface Numbers {
  /** The language's code, for `lang` and Intl. */
  language: string;
  whole(value: number): string;
  /** So many digits behind the point; or more, up to `most`, where there are some. */
  fixed(value: number, digits: number, most?: number): string;
  /** So many digits that count. */
  significant(value: number, digits: number): string;
  /** Of a share from 0 to 1; what is not 0 or 1 is not written so. */
  percent(share: number): string;
  /** The same without digits behind the point. */
  wholePercent(share: number): string;
  list(parts: readonly string[]): string;
  plural(value: number, forms: { one: string; other: string }): string;
}

/** A minus sign is as wide as a plus. */
const minus = (text: string): string => text.replace('-', '\u2212');

export function numbersOf(code: string): Numbers {
  // The site's English is that of Britain: "Ackley, Hinton and Sejnowski".
  const language = code === 'en' ? 'en-GB' : code;
  const percentOf = (digits: number) =>
    new Intl.NumberFormat(language, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits });
  const [tenths, whole] = [percentOf(1), percentOf(0)];
  const integers = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
  const rules = new Intl.PluralRules(language);
  const lists = new Intl.ListFormat(language, { type: 'conjunction' });
  const formats = new Map<string, Intl.NumberFormat>();
  const format = (options: Intl.NumberFormatOptions): Intl.NumberFormat => {
    const key = JSON.stringify(options);
    const known = formats.get(key) ?? new Intl.NumberFormat(language, options);
    formats.set(key, known);
    return known;
  };
  return {
    language: code,
    whole: (value) => minus(integers.format(value)),
    fixed: (value, digits, most = digits) => {
      const text = format({ minimumFractionDigits: digits, maximumFractionDigits: most }).format(value);
      return /[1-9]/.test(text) ? minus(text) : text.replace('-', '');
    },
    significant: (value, digits) =>
      minus(format({ minimumSignificantDigits: digits, maximumSignificantDigits: digits }).format(value)),
    percent(share) {
      if (share > 0 && share < 0.001) return `<\u2009${tenths.format(0.001)}`;
      if (share < 1 && share >= 0.9995) return `>\u2009${tenths.format(0.999)}`;
      return share === 0 || share === 1 ? whole.format(share) : tenths.format(share);
    },
    wholePercent(share) {
      if (share > 0 && share < 0.005) return `<\u2009${whole.format(0.01)}`;
      if (share < 1 && share >= 0.995) return `>\u2009${whole.format(0.99)}`;
      return whole.format(share);
    },
    list: (parts) => lists.format(parts),
    plural: (value, { one, other }) => `${integers.format(value)} ${rules.select(value) === 'one' ? one : other}`,
  };
}
