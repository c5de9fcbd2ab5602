/** Reads what tasks took lately: all of them with one question, for a plan may have thousands. */
import type { Costs } from '../model/costs.ts'
import type { TaskId } from '../model/task.ts'
import type { Database, Row } from './sqlite.ts'

const costsByTask = `SELECT one.key AS place,
  (SELECT json_group_array(duration_ms) FROM (SELECT duration_ms FROM attempt WHERE task=one.value ORDER BY run DESC, seq DESC LIMIT ?2)) AS durations,
  (SELECT json_group_array(peak_bytes) FROM
    (SELECT peak_bytes FROM observation WHERE task=one.value AND peak_bytes IS NOT NULL ORDER BY run DESC, attempt DESC LIMIT ?2)) AS peaks
  FROM json_each(?1) AS one`

export function costsIn(database: Pick<Database, 'rows'>, tasks: readonly TaskId[], limit: number): ReadonlyMap<TaskId, Costs> {
  const rows = database.rows(costsByTask, JSON.stringify(tasks), limit)
  return new Map(rows.flatMap((row) => costsOf(tasks, row)))
}

/** A task without any is left out. */
function costsOf(tasks: readonly TaskId[], { place, durations, peaks }: Row): readonly (readonly [TaskId, Costs])[] {
  const task = tasks[Number(place)]
  const costs = { durationsMs: amounts(durations), peakBytes: amounts(peaks) }
  return task === undefined || costs.durationsMs.length + costs.peakBytes.length === 0 ? [] : [[task, costs]]
}

/** Only numbers that pawl can have written. */
function amounts(json: Row[string] | undefined): readonly number[] {
  const found: unknown = typeof json === 'string' ? JSON.parse(json) : []
  return Array.isArray(found) ? found.filter((one): one is number => typeof one === 'number' && one >= 0) : []
}
