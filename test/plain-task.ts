/** A task for tests that says nothing in particular: each test adds what it is about. */
import { taskId, type Task } from '../src/model/task.ts'

export const plainTask = (id: string, more: Partial<Task> = {}): Task => ({
  id: taskId(id),
  role: 'check',
  stage: 'quality',
  action: { kind: 'builtin', name: 'nothing', with: {} },
  needs: [],
  after: [],
  inputs: { files: [], env: [], tools: [], extra: [] },
  outputs: [],
  fixes: [],
  level: 0,
  derived: [],
  timeoutMs: 1000,
  retry: { times: 0, delayMs: 0, on: [] },
  severity: 'required',
  pool: 'cpu',
  weight: 1,
  mutexes: [],
  priority: 0,
  fast: true,
  reason: 'test',
  ...more,
})
