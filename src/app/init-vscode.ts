/** Plans the tasks of pawl in the tasks.json of VS Code. */
import { join } from 'node:path'
import { freshMachine } from '../config/fresh-machine.ts'
import { readPlaced } from '../host/placed-file.ts'
import { failed, ok, type Result } from '../model/failure.ts'
import type { FileChange } from './file-change.ts'
import type { Site } from './site.ts'
import { version } from './version.ts'
import { newTaskFile, taskFilePath, withoutTasks, withTasks } from './task-file.ts'

export async function planTasks(site: Site, remove: boolean): Promise<Result<readonly FileChange[]>> {
  const before = readPlaced(site.root, taskFilePath)
  if (before.kind === 'other')
    return failed({
      type: 'init.foreign',
      what: 'pawl does not write there',
      why: before.why,
      kept: 'nothing was changed',
      hint: 'Put a plain file in its place, then try again.',
      place: { file: taskFilePath },
    })
  const change = { path: taskFilePath, file: join(site.root, taskFilePath) }
  // Some editors begin a file with a mark of its encoding; it stays.
  const [, mark = '', text = ''] = before.kind === 'text' ? (/^(\ufeff?)([\s\S]*)$/.exec(before.text) ?? []) : []
  if (remove) {
    const left = text.trim() === '' ? ok(text) : await withoutTasks(text)
    if (!left.ok) return left
    const after = left.value === undefined ? undefined : mark + left.value
    return ok([{ ...change, does: left.value === text ? 'nothing' : 'remove', text: after, written: after ?? '' }])
  }
  const machine = await freshMachine(site.files(), version)
  if (!machine.ok) return machine
  const start = machine.value.local ? machine.value.start : ['pawl']
  const merged = text.trim() === '' ? ok(newTaskFile(start)) : await withTasks(text, start)
  if (!merged.ok) return merged
  const after = mark + merged.value
  const own = text.trim() === '' ? ok(text) : await withoutTasks(text)
  const does = before.kind === 'none' ? 'write' : merged.value === text ? 'keep' : own.ok && own.value === text ? 'add' : 'renew'
  return ok([{ ...change, does, text: after, written: after }])
}
