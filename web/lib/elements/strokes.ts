/** Drawing by pointer and by keyboard in a square of side 1, whoever keeps the drawing and shows it. */

export type Point = readonly [x: number, y: number];
export type Strokes = readonly (readonly Point[])[];

/** What keeps a drawing. */
export interface Sheet {
  /** Whether a stroke is being drawn. */
  readonly drawing: boolean;
  begin(point: Point): void;
  extend(points: readonly Point[]): void;
  end(): void;
  undo(): void;
  clear(): void;
}

/** Width of the pen, and how far an arrow key moves it, in sides of the square. */
export const penWidth = 0.075;
const keyStep = 1 / 24;
const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** What there is to say of what a hand has done. */
export type Said = 'penDown' | 'penUp' | 'undone' | 'cleared';

/** A finger, a pen or a mouse on a canvas, or the keys of whoever has the focus. */
export class Hand {
  readonly #sheet: Sheet;
  readonly #changed: (said?: Said) => void;
  #pointer: number | null = null;
  /** Where the keyboard's pen is; there from the first arrow key on. */
  pen: Point | null = null;
  penDown = false;

  constructor(sheet: Sheet, changed: (said?: Said) => void) {
    this.#sheet = sheet;
    this.#changed = changed;
  }

  /** On the canvas. `host` gets the focus. */
  start(event: PointerEvent, host: HTMLElement): void {
    if (this.#pointer !== null || !event.isPrimary || event.button !== 0) return;
    event.preventDefault();
    host.focus({ preventScroll: true });
    this.#pointer = event.pointerId;
    try {
      (event.currentTarget as Element).setPointerCapture(this.#pointer);
    } catch {
      // The pointer is gone again; what it leaves is a dot.
    }
    this.pen = null;
    this.penDown = false;
    this.#sheet.begin(at(event, event));
    this.#changed();
  }

  move(event: PointerEvent): void {
    if (event.pointerId !== this.#pointer) return;
    // Some browsers don't have them, and none has them on pages without https.
    const parts = 'getCoalescedEvents' in event ? event.getCoalescedEvents() : [];
    this.#sheet.extend((parts.length > 0 ? parts : [event]).map((part) => at(part, event)));
    this.#changed();
  }

  stop(event: PointerEvent): void {
    if (event.pointerId !== this.#pointer) return;
    this.#pointer = null;
    this.#sheet.end();
    this.#changed();
  }

  undo(): void {
    this.penDown = false;
    this.#sheet.undo();
    this.#changed('undone');
  }

  clear(): void {
    this.penDown = false;
    this.#sheet.clear();
    this.#changed('cleared');
  }

  key(event: KeyboardEvent): void {
    const arrow = arrows[event.key];
    const command = event.ctrlKey || event.metaKey;
    if (event.altKey) return;
    if (arrow && !command) {
      const step = event.shiftKey ? keyStep / 4 : keyStep;
      const from = this.pen ?? [0.5, 0.5];
      const inside = (value: number): number => Math.min(1 - penWidth / 2, Math.max(penWidth / 2, value));
      this.pen = [inside(from[0] + arrow[0] * step), inside(from[1] + arrow[1] * step)];
      if (this.penDown && this.#sheet.drawing) this.#sheet.extend([this.pen]);
      this.#changed();
    } else if (event.key === ' ' && !command) {
      if (event.repeat) return void event.preventDefault();
      this.pen ??= [0.5, 0.5];
      this.penDown = !this.penDown;
      if (this.penDown) this.#sheet.begin(this.pen);
      else this.#sheet.end();
      this.#changed(this.penDown ? 'penDown' : 'penUp');
    } else if (event.key === 'Backspace' || (command && event.key === 'z')) this.undo();
    else if (event.key === 'Delete') this.clear();
    else if (event.key === 'Escape' && this.penDown) {
      this.penDown = false;
      this.#sheet.end();
      this.#changed('penUp');
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** A part of a movement has no target of its own. */
function at(part: PointerEvent, { currentTarget }: PointerEvent): Point {
  const box = (currentTarget as Element).getBoundingClientRect();
  const inside = (value: number): number => Math.min(1, Math.max(0, value));
  return [inside((part.clientX - box.left) / box.width), inside((part.clientY - box.top) / box.height)];
}

/** Strokes on an empty canvas of `size` x `size`. */
export function paintStrokes(canvas: HTMLCanvasElement, strokes: Strokes, size: number, colour: string): void {
  canvas.width = canvas.height = size;
  const context = canvas.getContext('2d');
  if (!context) return;
  context.lineWidth = penWidth * size;
  context.lineCap = context.lineJoin = 'round';
  context.strokeStyle = colour;
  for (const stroke of strokes) {
    context.beginPath();
    for (const [x, y] of stroke) context.lineTo(x * size, y * size);
    // A single point is a dot.
    const [first] = stroke;
    if (stroke.length === 1 && first) context.lineTo(first[0] * size + 0.01, first[1] * size);
    context.stroke();
  }
}

/**
 * A tap that slipped a little is a dot: preprocessing fits whatever has an extent to 20 pixels, and knows no canvas to
 * compare it with.
 */
export function steady(strokes: Strokes): Strokes {
  const slip = 0.012;
  const points = strokes.flat();
  const [first] = points;
  if (!first) return strokes;
  const still = points.every(([x, y]) => Math.abs(x - first[0]) < slip && Math.abs(y - first[1]) < slip);
  return still ? [[first]] : strokes;
}
