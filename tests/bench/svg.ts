// Small pictures: what the charts of the benchmark need of SVG. Their colours follow the reader's light or dark theme.

export const style = `<style>
  text { font: 14px system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', Arial, sans-serif; fill: #1c2226; }
  .small { font-size: 12px; }
  .muted { fill: #5a636b; }
  .title { font-size: 16px; font-weight: 600; }
  .strong { font-weight: 600; }
  .end { text-anchor: end; }
  .middle { text-anchor: middle; }
  .bar.ours { fill: #0b7268; }
  .bar.native { fill: #4f9c93; }
  .bar.peer { fill: #908b80; }
  .line { stroke: #ddd8cc; }
  .axis { stroke: #908b80; }
  .limit { stroke: #1c2226; stroke-width: 2; stroke-dasharray: 5 4; }
  .dashed { stroke-dasharray: 4 4; }
  .curve { fill: none; stroke-width: 2; }
  .curve.tab, .dot.tab { stroke: #0b7268; }
  .curve.native, .dot.native { stroke: #96570a; }
  .dot.tab { fill: #0b7268; }
  .dot.native { fill: #96570a; }
  .whisker { stroke: #1c2226; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e9edf0; }
    .muted { fill: #a0abb4; }
    .bar.ours { fill: #56cfc0; }
    .bar.native { fill: #3a958b; }
    .bar.peer { fill: #697681; }
    .line { stroke: #2d3740; }
    .axis { stroke: #697681; }
    .limit, .whisker { stroke: #e9edf0; }
    .curve.tab, .dot.tab { stroke: #56cfc0; }
    .curve.native, .dot.native { stroke: #f3b557; }
    .dot.tab { fill: #56cfc0; }
    .dot.native { fill: #f3b557; }
  }
</style>`;

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const tenth = (value: number): string => String(Math.round(value * 10) / 10);

export const text = (x: number, y: number, content: string, classes = ''): string =>
  `<text x="${tenth(x)}" y="${tenth(y)}"${classes && ` class="${classes}"`}>${escaped(content)}</text>`;

export const rectangle = (x: number, y: number, width: number, height: number, classes: string): string =>
  `<rect x="${tenth(x)}" y="${tenth(y)}" width="${tenth(width)}" height="${tenth(height)}" rx="2" class="${classes}"/>`;

export const line = (x1: number, y1: number, x2: number, y2: number, classes: string): string =>
  `<line x1="${tenth(x1)}" y1="${tenth(y1)}" x2="${tenth(x2)}" y2="${tenth(y2)}" class="${classes}"/>`;

export const curve = (points: readonly (readonly [number, number])[], classes: string): string =>
  `<polyline points="${points.map(([x, y]) => `${tenth(x)},${tenth(y)}`).join(' ')}" class="curve ${classes}"/>`;

export const dot = (x: number, y: number, classes: string): string =>
  `<circle cx="${tenth(x)}" cy="${tenth(y)}" r="3.5" class="dot ${classes}"/>`;

/** `words` is what the picture says to those who don't see it. */
export const picture = (width: number, height: number, words: string, parts: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -6 ${width + 16} ${height + 12}" \
width="${width + 16}" height="${height + 12}" role="img">
<title>${escaped(words)}</title>
${style}
${parts.join('\n')}
</svg>
`;
