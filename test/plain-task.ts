/** A task for tests that says nothing in particular: each test adds what it is about. */
import { blankTask } from '../src/model/blank-task.ts'
import { taskId, type Task } from '../src/model/task.ts'

export const plainTask = (id: string, more: Partial<Task> = {}): Task => ({
  ...blankTask,
  id: taskId(id),
  action: { kind: 'builtin', name: 'nothing', with: {} },
  inputs: { files: [], env: [], tools: [], extra: [] },
  timeoutMs: 1000,
  fast: true,
  reason: 'test',
  ...more,
})
