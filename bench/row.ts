/** One line of the result: what one tool took in one scenario at one size. */
import { median, type Sample } from './measure.ts'

export type Row = {
  readonly scenario: string
  readonly size: number
  readonly tool: string
  readonly samples: readonly Sample[]
  readonly memoryKb?: number
  /** How many tasks were executed in the last round. */
  readonly executed?: number
  /** Why the figures do not count. */
  readonly wrong?: string
}

export const wallMs = (row: Row): number => median(row.samples.map((sample) => sample.wallMs))
export const cpuMs = (row: Row): number => median(row.samples.map((sample) => sample.cpuMs))
export const spreadMs = (row: Row): readonly [number, number] => {
  const walls = row.samples.map((sample) => sample.wallMs)
  return [Math.min(...walls), Math.max(...walls)]
}

/** The row that counts; undefined when it was not measured or is wrong. */
export const rowOf = (rows: readonly Row[], scenario: string, size: number, tool: string): Row | undefined =>
  rows.find((row) => row.scenario === scenario && row.size === size && row.tool === tool && row.wrong === undefined && row.samples.length > 0)
