/** What a request leaves out, and with which reason. */
import { expect, test } from 'bun:test'
import { taskId, type Task } from '../model/task.ts'
import { plainTask } from '../../test/plain-task.ts'
import { ordered, select, type Selecting } from './select.ts'

const task = (id: string, more: Partial<Task> = {}): Task => ({ ...plainTask(id), ...more })
const tasks: readonly Task[] = [
  task('node:version', { stage: 'environment' }),
  task('npm:lockfile', { stage: 'dependencies', needs: [taskId('node:version')] }),
  task('npm:installed', { stage: 'dependencies', needs: [taskId('npm:lockfile')], fixes: [taskId('npm:installed:fix')] }),
  task('npm:installed:fix', { role: 'fix', stage: 'dependencies' }),
  task('eslint', { needs: [taskId('npm:installed')] }),
  task('vitest', { needs: [taskId('npm:installed')], fast: false }),
  task('paths', { stage: 'platform' }),
]
const everything: Selecting = { only: [], skip: [], stages: [], fast: false, skipTests: false, concerned: undefined, lenientSkip: false }

function check(wanted: Partial<Selecting>, kept: string): void {
  const selected = select(tasks, { ...everything, ...wanted })
  if (!selected.ok) throw new Error(JSON.stringify(selected.failures))
  expect(selected.value.tasks.map((one) => one.id).join(' ')).toBe(kept)
  expect(selected.value.tasks.filter((one) => one.role === 'check').length + selected.value.skips.length).toBe(6)
}
const all = 'node:version npm:lockfile npm:installed npm:installed:fix eslint vitest paths'
const setUp = 'node:version npm:lockfile npm:installed npm:installed:fix'

test('nothing wanted in particular means everything', () => check({}, all))
test('--only keeps what the named check needs, and its fixes', () => check({ only: ['eslint'] }, `${setUp} eslint`))
test('a name before the colon means all of that name', () => check({ only: ['npm'] }, setUp))
test('tasks of packages are named by their script, by their package, and by both', () => {
  const inPackages = [
    task('@acme/ui:build', { package: '@acme/ui' }),
    task('web:build', { package: 'web', needs: [taskId('@acme/ui:build')] }),
    task('web:lint:js', { package: 'web' }),
    task('build'),
  ]
  const named: readonly [string, string][] = [
    ['build', '@acme/ui:build web:build build'],
    ['lint', 'web:lint:js'],
    ['web', '@acme/ui:build web:build web:lint:js'],
    ['ui', '@acme/ui:build'],
    ['web:lint', 'web:lint:js'],
  ]
  for (const [name, kept] of named) {
    const selected = select(inPackages, { ...everything, only: [name] })
    expect([name, selected.ok && selected.value.tasks.map((one) => one.id).join(' ')]).toEqual([name, kept])
  }
})

test('--filter keeps the tasks of its packages and what they need', () => {
  const inPackages = [task('ui:build', { package: 'ui' }), task('web:build', { package: 'web', needs: [taskId('ui:build')] }), task('eslint')]
  const selected = select(inPackages, { ...everything, packages: new Set(['web']) })
  expect(selected.ok && selected.value.tasks.map((one) => one.id).join(' ')).toBe('ui:build web:build')
  expect(selected.ok && selected.value.skips.map((skip) => skip.reason)).toEqual(['--filter does not pick its package'])
})

test('--fast leaves slow checks of the stage quality out', () => check({ fast: true }, `${setUp} eslint paths`))
test('--skip-tests leaves the stage quality out', () => check({ skipTests: true }, `${setUp} paths`))
test('--fast and --skip-tests combine', () => check({ fast: true, skipTests: true }, `${setUp} paths`))
test('--skip wins over what another check needs', () => check({ skip: ['npm:installed'] }, 'node:version npm:lockfile eslint vitest paths'))
test('--stage keeps the stage and what it needs', () => check({ stages: ['dependencies'] }, setUp))
test('selected files leave out what they do not concern', () => check({ concerned: (one) => one.id === 'vitest' }, `${setUp} vitest`))

test('a name that nothing has is an error with a suggestion', () => {
  const selected = select(tasks, { ...everything, only: ['eslnt'] })
  expect(!selected.ok && selected.failures).toEqual([{ type: 'plan.no-match', what: '--only eslnt names nothing in the plan', hint: "Did you mean 'eslint'?" }])
})

test('order by stages adds what comes before; declared order becomes priority', () => {
  const byStage = ordered(tasks, 'stages', ['environment', 'dependencies', 'quality', 'platform'])
  expect(byStage.find((one) => one.id === 'paths')?.after.length).toBe(5)
  expect(ordered(tasks, 'declared', []).map((one) => one.priority)).toEqual([-0, -1, -2, -3, -4, -5, -6])
})
