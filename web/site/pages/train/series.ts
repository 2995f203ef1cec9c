/** A line of a chart. */
export interface CurveSeries {
  name: string;
  values: readonly (number | null)[];
  /** The token it is drawn in, such as `--data`. */
  colour: string;
  dashed: boolean;
}
