/** Digits as others write them, which the network was never shown: strokes in a square of side 1. */
type Point = readonly [x: number, y: number];

/** Points along straight lines, close enough together that a pen could have left them. */
function lines(...corners: readonly Point[]): Point[] {
  const apart = 0.03;
  return corners.flatMap((to, i) => {
    const from = corners[i - 1];
    if (!from) return [to];
    const steps = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / apart);
    return Array.from({ length: steps }, (_, s): Point => {
      const part = (s + 1) / steps;
      return [from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])];
    });
  });
}

const ring: Point[] = Array.from({ length: 61 }, (_, i) => {
  const angle = -Math.PI / 2 - (2 * Math.PI * i) / 60;
  return [0.5 + 0.25 * Math.cos(angle), 0.5 + 0.38 * Math.sin(angle)];
});

export type Habit = 'upstroke' | 'slash';

export const habits: Record<Habit, { label: number; strokes: readonly (readonly Point[])[] }> = {
  upstroke: { label: 1, strokes: [lines([0.24, 0.54], [0.58, 0.1], [0.58, 0.9])] },
  slash: { label: 0, strokes: [ring, lines([0.76, 0.08], [0.24, 0.94])] },
};

/** Whether a drawing is one of these, as the page wrote it. */
export const isHabit = (strokes: readonly (readonly Point[])[]): boolean =>
  Object.values(habits).some((habit) => habit.strokes === strokes);
