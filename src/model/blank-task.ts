/** A check that says nothing in particular: who makes a Task by hand adds what it is about. */
import type { Task } from './task.ts'

export const blankTask: Omit<Task, 'id' | 'action' | 'timeoutMs' | 'reason'> = {
  role: 'check',
  stage: 'quality',
  needs: [],
  after: [],
  inputs: { env: [], tools: [], extra: [] },
  outputs: [],
  fixes: [],
  level: 0,
  derived: [],
  retry: { times: 0, delayMs: 0, on: [] },
  severity: 'required',
  pool: 'cpu',
  weight: 1,
  mutexes: [],
  priority: 0,
  fast: false,
}
