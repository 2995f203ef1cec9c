// Digits as people draw them with a pointer, written by hand: large and small, upright and slanted, in the middle and
// in a corner of a canvas of 280 x 280. They share nothing with the engine's stroke digits.

export interface DrawnPoint {
  x: number;
  y: number;
}

export interface Drawing {
  label: number;
  name: string;
  strokes: DrawnPoint[][];
}

const spacing = 5; // between the points that a pointer reports

const pairs = (numbers: number[]): DrawnPoint[] =>
  Array.from({ length: numbers.length / 2 }, (_, i) => ({ x: numbers[2 * i]!, y: numbers[2 * i + 1]! }));

const rounded = (point: DrawnPoint): DrawnPoint => ({ x: Math.round(point.x), y: Math.round(point.y) });

/** A smooth stroke through the given points: x, y, x, y, ... (a Catmull-Rom spline). */
export function curve(...numbers: number[]): DrawnPoint[] {
  const through = pairs(numbers);
  const at = (i: number): DrawnPoint => through[Math.max(0, Math.min(i, through.length - 1))]!;
  const points = [at(0)];
  for (let i = 0; i + 1 < through.length; i++) {
    const [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const steps = Math.max(1, Math.round(Math.hypot(c.x - b.x, c.y - b.y) / spacing));
    for (let s = 1; s <= steps; s++) {
      const t = s / steps;
      const spline = (p: number, q: number, r: number, u: number): number =>
        q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - u + t * (3 * (q - r) + u - p)));
      points.push(rounded({ x: spline(a.x, b.x, c.x, d.x), y: spline(a.y, b.y, c.y, d.y) }));
    }
  }
  return points;
}

/** A stroke of straight lines from point to point. */
export function lines(...numbers: number[]): DrawnPoint[] {
  const corners = pairs(numbers);
  return corners.flatMap((to, i) => {
    const from = corners[i - 1];
    if (!from) return [to];
    const steps = Math.max(1, Math.round(Math.hypot(to.x - from.x, to.y - from.y) / spacing));
    return Array.from({ length: steps }, (_, s) =>
      rounded({ x: from.x + ((to.x - from.x) * (s + 1)) / steps, y: from.y + ((to.y - from.y) * (s + 1)) / steps }),
    );
  });
}

/** One stroke of several parts, with sharp turns where they meet. */
export const joined = (...parts: DrawnPoint[][]): DrawnPoint[] => parts.flat();

export const drawing = (label: number, name: string, ...strokes: DrawnPoint[][]): Drawing => ({ label, name, strokes });

// prettier-ignore
export const drawings: Drawing[] = [
  drawing(0, 'round', curve(140, 40, 90, 60, 65, 120, 70, 190, 110, 235, 160, 235, 205, 190, 212, 120, 190, 60, 138,
    40)),
  drawing(0, 'narrow', curve(138, 30, 108, 70, 100, 140, 108, 210, 140, 250, 168, 215, 178, 140, 168, 65, 140, 30)),
  drawing(0, 'small, in a corner', curve(50, 22, 34, 30, 26, 48, 30, 68, 44, 78, 60, 72, 68, 52, 64, 32, 48, 22)),
  drawing(0, 'slanted', curve(178, 42, 120, 70, 82, 140, 74, 210, 100, 240, 150, 215, 190, 150, 202, 80, 176, 42)),
  drawing(0, 'not quite closed', curve(165, 60, 125, 48, 85, 80, 70, 140, 85, 205, 135, 232, 185, 205, 205, 145, 195,
    90, 178, 68)),
  drawing(0, 'with an overlapping end', curve(120, 58, 80, 95, 72, 160, 105, 222, 160, 222, 200, 170, 195, 100, 155,
    55, 110, 55, 84, 82)),
  drawing(0, 'wide', curve(150, 70, 80, 82, 42, 140, 70, 200, 140, 222, 215, 200, 240, 140, 205, 85, 140, 68)),
  drawing(0, 'large, clockwise, started at the bottom', curve(120, 262, 62, 230, 40, 150, 58, 60, 118, 16, 180, 26,
    222, 90, 224, 170, 190, 240, 128, 264)),
  drawing(0, 'hasty, with a tail across', curve(186, 58, 128, 46, 84, 98, 78, 172, 112, 226, 160, 214, 196, 152, 190,
    88, 150, 62, 118, 84)),

  drawing(1, 'a stick', lines(140, 40, 140, 240)),
  drawing(1, 'a slanted stick', curve(178, 36, 150, 120, 108, 244)),
  drawing(1, 'small, at the right', curve(236, 120, 234, 140, 233, 168)),
  drawing(1, 'with a flag', lines(112, 88, 146, 44, 146, 240)),
  drawing(1, 'with a flag and a base', lines(104, 92, 142, 46, 142, 236), lines(98, 238, 186, 236)),
  drawing(1, 'leaning back', curve(112, 50, 128, 140, 150, 236)),
  drawing(1, 'from the bottom up', curve(126, 262, 134, 180, 140, 90, 150, 14)),
  drawing(1, 'slightly bent', curve(150, 60, 140, 110, 136, 160, 142, 214)),
  drawing(1, 'hasty, far over', curve(216, 62, 168, 118, 112, 178, 64, 232)),

  drawing(2, 'with a corner', joined(curve(80, 95, 95, 55, 140, 38, 185, 58, 192, 105, 165, 155, 120, 200, 78, 235),
    lines(78, 235, 212, 232))),
  drawing(2, 'with a loop', curve(84, 88, 110, 48, 160, 42, 190, 80, 175, 130, 130, 185, 92, 224, 66, 226, 66, 200, 96,
    194, 140, 216, 180, 230, 216, 216)),
  drawing(2, 'like a Z', joined(curve(70, 66, 110, 54, 160, 54, 196, 62), lines(196, 62, 76, 226), curve(76, 226, 120,
    220, 170, 222, 214, 226))),
  drawing(2, 'small', joined(curve(40, 196, 46, 182, 60, 178, 72, 186, 70, 202, 56, 218, 40, 232), lines(40, 232, 82,
    230))),
  drawing(2, 'slanted', joined(curve(112, 82, 140, 44, 184, 36, 210, 64, 196, 112, 140, 170, 72, 232), curve(72, 232,
    120, 222, 160, 232, 198, 226))),
  drawing(2, 'large', joined(curve(36, 90, 60, 34, 130, 12, 204, 36, 226, 96, 186, 162, 110, 214, 34, 262), lines(34,
    262, 246, 256))),
  drawing(2, 'with a wavy base', joined(curve(86, 100, 104, 60, 146, 48, 184, 70, 184, 112, 148, 166, 84, 226),
    curve(84, 226, 112, 208, 144, 218, 178, 236, 210, 216))),
  drawing(2, 'with a round foot', curve(92, 92, 112, 54, 156, 46, 186, 78, 178, 124, 134, 172, 92, 212, 92, 232, 130,
    228, 200, 226)),
  drawing(2, 'hasty, with a large loop', curve(96, 96, 116, 52, 168, 40, 198, 82, 178, 136, 124, 196, 80, 230, 52, 218,
    66, 188, 108, 200, 164, 230, 222, 208)),

  drawing(3, 'two bowls', joined(curve(86, 66, 120, 42, 168, 46, 188, 80, 170, 116, 126, 134), curve(126, 134, 172,
    138, 200, 170, 188, 214, 140, 238, 84, 220))),
  drawing(3, 'with a flat top', joined(lines(82, 48, 190, 48, 128, 122), curve(128, 122, 176, 128, 202, 166, 184, 216,
    134, 236, 80, 216))),
  drawing(3, 'with a loop in the middle', curve(92, 70, 124, 40, 170, 52, 178, 96, 146, 132, 118, 136, 120, 118, 146,
    128, 186, 158, 192, 206, 148, 238, 88, 222)),
  drawing(3, 'small, at the top', joined(curve(180, 24, 192, 16, 206, 20, 208, 32, 194, 44), curve(194, 44, 210, 48,
    214, 62, 202, 76, 180, 70))),
  drawing(3, 'narrow', joined(curve(112, 52, 134, 36, 160, 48, 164, 88, 134, 128), curve(134, 128, 164, 146, 172, 196,
    146, 236, 108, 226))),
  drawing(3, 'large', joined(curve(44, 52, 104, 14, 186, 22, 218, 72, 180, 122, 108, 134), curve(108, 134, 196, 142,
    232, 190, 204, 246, 120, 266, 38, 238))),
  drawing(3, 'slanted', joined(curve(120, 62, 156, 40, 202, 48, 206, 88, 174, 120, 128, 132), curve(128, 132, 172, 142,
    184, 180, 156, 222, 108, 238, 62, 222))),
  drawing(3, 'round, without a sharp waist', curve(84, 78, 112, 46, 160, 44, 186, 76, 174, 112, 140, 132, 178, 150,
    196, 186, 174, 226, 124, 238, 78, 212)),
  drawing(3, 'hasty, all corners', lines(96, 52, 186, 58, 130, 124, 190, 142, 168, 210, 78, 232)),

  drawing(4, 'open', lines(96, 50, 80, 150, 204, 146), lines(172, 52, 166, 240)),
  drawing(4, 'closed', joined(lines(160, 42, 70, 168), lines(70, 168, 210, 166)), lines(160, 42, 160, 240)),
  drawing(4, 'in one stroke', joined(curve(84, 46, 76, 100, 88, 142, 130, 148, 172, 128), curve(172, 128, 182, 90, 188,
    48), curve(188, 48, 178, 140, 168, 238))),
  drawing(4, 'small', lines(212, 206, 204, 232, 236, 230), lines(228, 210, 226, 252)),
  drawing(
    4,
    'with rounded strokes',
    curve(106, 44, 92, 90, 84, 140, 112, 150, 160, 146, 206, 140),
    curve(178, 84, 170, 150, 160, 244),
  ),
  drawing(4, 'slanted', lines(136, 44, 72, 152, 208, 136), lines(196, 62, 128, 244)),
  drawing(4, 'large', lines(76, 14, 42, 160, 244, 156), lines(186, 20, 180, 266)),
  drawing(4, 'narrow', lines(116, 42, 100, 142, 178, 138), lines(160, 48, 156, 242)),
  drawing(4, 'hasty, like a y', curve(88, 60, 84, 110, 112, 140, 158, 124, 190, 84), curve(196, 44, 176, 120, 152, 190,
    136, 248)),

  drawing(5, 'in two strokes', joined(lines(94, 48, 88, 126), curve(88, 126, 130, 108, 180, 124, 198, 172, 168, 222,
    120, 234, 76, 214)), lines(94, 48, 194, 44)),
  drawing(5, 'in one stroke', joined(lines(192, 46, 100, 48, 90, 122), curve(90, 122, 136, 106, 184, 126, 196, 174,
    162, 224, 112, 234, 74, 214))),
  drawing(5, 'like an S', curve(196, 52, 150, 44, 106, 58, 92, 96, 118, 126, 166, 144, 186, 182, 162, 224, 112, 236,
    70, 216)),
  drawing(5, 'small, at the left', joined(lines(70, 120, 40, 121, 37, 146), curve(37, 146, 54, 141, 68, 152, 66, 172,
    50, 182, 32, 176))),
  drawing(5, 'with a long hat, slanted', joined(lines(122, 62, 104, 126), curve(104, 126, 146, 116, 176, 140, 168, 188,
    128, 222, 72, 226)), lines(122, 60, 232, 44)),
  drawing(5, 'with a wide bowl', joined(lines(86, 42, 80, 112), curve(80, 112, 136, 96, 204, 122, 214, 178, 172, 226,
    108, 236, 58, 210)), lines(86, 40, 200, 40)),
  drawing(5, 'with a hat that does not touch', joined(lines(104, 66, 96, 132), curve(96, 132, 138, 116, 180, 136, 190,
    178, 160, 224, 118, 232, 82, 214)), curve(116, 52, 150, 50, 196, 42)),
  drawing(5, 'large', joined(lines(226, 18, 74, 20, 58, 120), curve(58, 120, 130, 94, 214, 126, 232, 186, 186, 246,
    108, 264, 36, 236))),
  drawing(5, 'hasty, leaning far over', joined(curve(228, 54, 180, 56, 138, 62, 112, 116), curve(112, 116, 156, 118,
    172, 150, 140, 200, 60, 222))),

  drawing(6, 'with a curved back', curve(176, 44, 126, 80, 92, 140, 86, 196, 118, 236, 166, 228, 186, 188, 164, 154,
    122, 158, 92, 194)),
  drawing(6, 'with a straight back', curve(150, 36, 116, 104, 96, 168, 98, 214, 132, 240, 172, 220, 178, 180, 146, 156,
    110, 172, 98, 206)),
  drawing(6, 'with a large loop', curve(164, 46, 112, 74, 78, 134, 78, 196, 120, 238, 178, 222, 196, 168, 164, 122,
    112, 130, 82, 172)),
  drawing(6, 'small', curve(70, 40, 52, 54, 42, 76, 46, 94, 60, 100, 74, 92, 72, 78, 58, 74, 46, 84)),
  drawing(6, 'slanted', curve(208, 46, 146, 92, 100, 154, 82, 206, 108, 238, 158, 220, 178, 178, 146, 158, 100, 190)),
  drawing(6, 'wide', curve(150, 50, 98, 84, 62, 144, 64, 206, 118, 236, 190, 226, 216, 186, 182, 154, 120, 160, 74,
    190)),
  drawing(6, 'large', curve(186, 12, 114, 60, 58, 140, 52, 220, 108, 266, 186, 250, 214, 192, 172, 146, 108, 158, 62,
    206)),
  drawing(6, 'with a loop that stays open', curve(160, 40, 118, 86, 90, 150, 92, 206, 128, 238, 174, 222, 184, 182,
    152, 158, 120, 168)),
  drawing(6, 'hasty, like a b', curve(112, 34, 96, 100, 88, 170, 100, 224, 144, 236, 178, 208, 168, 172, 128, 166, 94,
    192)),

  drawing(7, 'plain', lines(80, 52, 196, 50, 128, 240)),
  drawing(7, 'with a bar', lines(78, 50, 200, 48, 130, 238), lines(104, 140, 196, 138)),
  drawing(7, 'with a serif', lines(82, 78, 84, 50, 196, 50, 140, 238)),
  drawing(7, 'with a wavy hat', joined(curve(76, 66, 104, 48, 140, 58, 194, 48), curve(194, 48, 160, 112, 140, 170,
    132, 240))),
  drawing(7, 'small, at the bottom', lines(120, 206, 158, 205, 136, 266)),
  drawing(7, 'with a curved stem', joined(lines(78, 54, 202, 50), curve(202, 50, 156, 104, 130, 166, 122, 240))),
  drawing(7, 'rounded', curve(82, 64, 120, 52, 168, 48, 190, 62, 172, 116, 142, 180, 120, 240)),
  drawing(7, 'large', lines(34, 26, 236, 20, 112, 264)),
  drawing(7, 'hasty, with a short hat', curve(98, 84, 124, 62, 172, 52), curve(172, 52, 154, 110, 130, 170, 100, 244)),

  drawing(8, 'as a figure of eight', curve(178, 70, 140, 42, 100, 66, 108, 108, 150, 142, 184, 182, 168, 226, 128, 238,
    92, 214, 100, 170, 144, 136, 184, 104, 180, 68)),
  drawing(
    8,
    'two rings',
    curve(140, 40, 108, 56, 102, 92, 132, 126, 168, 112, 178, 74, 138, 40),
    curve(138, 128, 98, 152, 88, 198, 124, 238, 172, 230, 192, 184, 172, 142, 136, 128),
  ),
  drawing(8, 'small', curve(86, 200, 72, 192, 60, 200, 64, 214, 78, 224, 84, 240, 72, 252, 58, 244, 62, 230, 78, 218,
    88, 206, 84, 198)),
  drawing(8, 'slanted', curve(206, 64, 168, 42, 130, 70, 130, 112, 156, 146, 160, 190, 122, 238, 80, 224, 88, 180, 136,
    142, 192, 108, 204, 62)),
  drawing(8, 'started in the middle', curve(140, 134, 104, 106, 106, 60, 146, 40, 180, 66, 174, 108, 136, 138, 98, 172,
    98, 216, 140, 240, 182, 214, 178, 168, 140, 134)),
  drawing(8, 'narrow', curve(158, 56, 138, 38, 116, 60, 122, 104, 144, 140, 162, 184, 152, 228, 130, 240, 112, 212,
    120, 168, 144, 132, 162, 92, 156, 54)),
  drawing(8, 'large', curve(206, 50, 140, 12, 76, 48, 88, 106, 150, 138, 214, 186, 206, 244, 136, 268, 66, 240, 70,
    186, 136, 138, 204, 96, 204, 46)),
  drawing(8, 'with an open top', curve(196, 52, 150, 46, 108, 66, 104, 104, 144, 134, 182, 166, 180, 214, 138, 238, 96,
    216, 102, 172, 142, 138, 176, 104, 200, 62)),
  drawing(8, 'hasty, reaching out at the top', curve(222, 44, 160, 40, 112, 66, 122, 108, 158, 150, 164, 200, 132, 236,
    98, 218, 112, 172, 152, 128, 192, 84, 214, 52)),

  drawing(9, 'with a straight stem', joined(curve(182, 78, 150, 46, 106, 62, 92, 104, 118, 140, 160, 126, 184, 76),
    lines(184, 76, 176, 240))),
  drawing(9, 'with a curved tail', joined(curve(184, 80, 152, 46, 108, 58, 94, 102, 122, 136, 164, 122, 184, 78),
    curve(184, 78, 188, 150, 176, 210, 138, 238, 96, 224))),
  drawing(9, 'slanted', joined(curve(208, 74, 172, 48, 126, 72, 108, 116, 134, 142, 180, 120, 208, 74), lines(208, 74,
    132, 244))),
  drawing(9, 'small', joined(curve(240, 28, 226, 18, 210, 26, 208, 42, 222, 50, 236, 42, 241, 28), lines(241, 28, 236,
    82))),
  drawing(9, 'with a large loop', joined(curve(190, 90, 152, 44, 96, 60, 78, 116, 108, 160, 164, 146, 192, 92),
    curve(192, 92, 186, 160, 172, 242))),
  drawing(9, 'with a stem of its own', curve(176, 84, 146, 48, 106, 66, 98, 112, 128, 138, 168, 118, 176, 84),
    curve(182, 52, 180, 140, 164, 240)),
  drawing(9, 'large', joined(curve(210, 76, 158, 14, 84, 30, 58, 96, 100, 146, 172, 128, 212, 72), lines(212, 72, 196,
    268))),
  drawing(9, 'not quite closed', joined(curve(172, 62, 134, 48, 102, 76, 98, 118, 130, 138, 170, 114, 186, 68),
    curve(186, 68, 178, 150, 152, 240))),
  drawing(9, 'hasty, with a loop that stays open', curve(190, 58, 142, 52, 100, 88, 104, 130, 144, 138, 188, 96, 196,
    76, 176, 140, 142, 244)),
];
