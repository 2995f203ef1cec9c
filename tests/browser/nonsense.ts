// What is no digit, as people draw it to fool the network, on a canvas of 280 x 280.

import { curve, joined, lines, type DrawnPoint } from './drawings.ts';

const thing = (name: string, ...strokes: DrawnPoint[][]) => ({ name, strokes });
/** A regular polygon or star around the middle. */
const star = (corners: number, skip: number, radius: number, turn = -90): DrawnPoint[] =>
  lines(
    ...Array.from({ length: corners + 1 }, (_, i) => {
      const angle = ((turn + (360 * skip * i) / corners) * Math.PI) / 180;
      return [140 + radius * Math.cos(angle), 140 + radius * Math.sin(angle)];
    }).flat(),
  );

export const nonsense = [
  thing('a bar', lines(40, 140, 240, 140)),
  thing('a dot', [{ x: 140, y: 140 }]),
  thing(
    'a heart',
    joined(
      curve(140, 90, 110, 50, 66, 56, 52, 100, 80, 160, 140, 232),
      curve(140, 232, 200, 160, 228, 100, 214, 56, 170, 50, 140, 90),
    ),
  ),
  thing('a house', lines(70, 130, 70, 240, 210, 240, 210, 130, 70, 130, 140, 60, 210, 130)),
  thing(
    'a house with a door',
    lines(60, 130, 60, 240, 220, 240, 220, 130, 140, 50, 60, 130),
    lines(120, 240, 120, 180, 160, 180, 160, 240),
  ),
  thing('a triangle', star(3, 1, 100)),
  thing('a triangle upside down', star(3, 1, 100, 90)),
  thing('a square', lines(60, 60, 220, 60, 220, 220, 60, 220, 60, 60)),
  thing('a diamond', star(4, 1, 105)),
  thing('a star of five', star(5, 2, 110)),
  thing('a star of six', star(3, 1, 100), star(3, 1, 100, 90)),
  thing('a cross', lines(140, 40, 140, 240), lines(40, 140, 240, 140)),
  thing('an x', lines(60, 60, 220, 220), lines(220, 60, 60, 220)),
  thing('a tick', lines(50, 150, 110, 220, 230, 60)),
  thing(
    'a smile',
    curve(140, 40, 60, 80, 40, 150, 90, 225, 190, 225, 240, 150, 220, 80, 140, 40),
    curve(90, 160, 140, 200, 190, 160),
    [{ x: 105, y: 105 }],
    [{ x: 175, y: 105 }],
  ),
  thing('an A', lines(60, 240, 140, 40, 220, 240), lines(95, 160, 185, 160)),
  thing('an E', lines(210, 50, 80, 50, 80, 230, 210, 230), lines(80, 140, 190, 140)),
  thing('an F', lines(210, 50, 90, 50, 90, 240), lines(90, 140, 190, 140)),
  thing('an H', lines(70, 40, 70, 240), lines(210, 40, 210, 240), lines(70, 140, 210, 140)),
  thing('a K', lines(80, 40, 80, 240), lines(210, 40, 80, 150, 210, 240)),
  thing('an M', lines(50, 240, 70, 50, 140, 180, 210, 50, 230, 240)),
  thing('a W', lines(40, 50, 90, 230, 140, 100, 190, 230, 240, 50)),
  thing(
    'an R',
    joined(lines(80, 240, 80, 40), curve(80, 40, 180, 45, 200, 90, 170, 130, 80, 140)),
    lines(120, 140, 210, 240),
  ),
  thing('a sigma', lines(210, 50, 70, 50, 150, 140, 70, 230, 210, 230)),
  thing('a pi', lines(50, 70, 230, 70), lines(100, 70, 90, 230), lines(180, 70, 190, 230)),
  thing('an arrow to the right', lines(40, 140, 240, 140), lines(180, 80, 240, 140, 180, 200)),
  thing('an arrow upwards', lines(140, 240, 140, 40), lines(80, 100, 140, 40, 200, 100)),
  thing(
    'a hash',
    lines(100, 50, 90, 230),
    lines(190, 50, 180, 230),
    lines(50, 110, 230, 105),
    lines(45, 180, 225, 175),
  ),
  thing('two bars', lines(50, 100, 230, 100), lines(50, 180, 230, 180)),
  thing('three bars', lines(50, 70, 230, 70), lines(50, 140, 230, 140), lines(50, 210, 230, 210)),
  thing('two sticks', lines(100, 40, 100, 240), lines(180, 40, 180, 240)),
  thing('a wave', curve(30, 140, 60, 90, 95, 140, 130, 190, 165, 140, 200, 90, 245, 140)),
  thing('a zigzag', lines(30, 190, 75, 90, 120, 190, 165, 90, 210, 190, 250, 90)),
  thing('a scribble', curve(60, 80, 200, 60, 70, 120, 220, 110, 60, 160, 210, 170, 80, 210, 220, 220)),
  thing(
    'a scrawl of loops',
    curve(
      40,
      160,
      80,
      80,
      110,
      160,
      60,
      200,
      100,
      110,
      150,
      90,
      170,
      170,
      120,
      200,
      150,
      110,
      210,
      90,
      230,
      170,
      180,
      200,
      220,
      120,
    ),
  ),
  thing(
    'a spiral',
    curve(
      140,
      140,
      155,
      130,
      160,
      150,
      135,
      165,
      110,
      140,
      125,
      105,
      175,
      100,
      200,
      145,
      170,
      205,
      105,
      210,
      65,
      150,
      85,
      70,
      160,
      45,
      230,
      95,
    ),
  ),
  thing(
    'a tree',
    lines(140, 250, 140, 160),
    star(3, 1, 80).map(({ x, y }) => ({ x, y: y - 30 })),
  ),
  thing(
    'a fish',
    curve(230, 140, 170, 80, 90, 90, 50, 140, 90, 190, 170, 200, 230, 140),
    lines(50, 140, 15, 95, 15, 190, 50, 140),
  ),
  thing(
    'a flower',
    ...[0, 72, 144, 216, 288].map((turn) =>
      curve(
        ...[-30, 0, 30].flatMap((at, i) => {
          const angle = ((turn + at) * Math.PI) / 180;
          const far = i === 1 ? 105 : 70;
          return [140 + far * Math.cos(angle), 140 + far * Math.sin(angle)];
        }),
        140,
        140,
        140 + 70 * Math.cos(((turn - 30) * Math.PI) / 180),
        140 + 70 * Math.sin(((turn - 30) * Math.PI) / 180),
      ),
    ),
  ),
  thing(
    'a cat',
    curve(140, 90, 80, 100, 60, 160, 90, 225, 190, 225, 220, 160, 200, 100, 140, 90),
    lines(75, 115, 70, 50, 115, 95),
    lines(205, 115, 210, 50, 165, 95),
  ),
  thing(
    'a person',
    curve(140, 40, 115, 65, 140, 90, 165, 65, 140, 40),
    lines(140, 90, 140, 170, 90, 245),
    lines(140, 170, 190, 245),
    lines(80, 125, 200, 125),
  ),
  thing('a box of two', lines(50, 80, 230, 80, 230, 200, 50, 200, 50, 80), lines(140, 80, 140, 200)),
  thing('a lightning', lines(170, 30, 90, 150, 150, 150, 100, 250)),
  thing('a cup', lines(70, 70, 80, 230, 180, 230, 190, 70, 70, 70), curve(190, 100, 235, 110, 230, 170, 185, 180)),
];
