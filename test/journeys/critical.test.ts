/** A critical check that does not pass stops what comes later; what did not run is listed, with what it waited for. */
import { expect } from 'bun:test'
import { newRepo, type Repo, once } from './rig.ts'

/** A fast critical check of the stage quality, beside it a fast one and a slow one, and one of a later stage. */
async function guarded(secrets: string, more = ''): Promise<Repo> {
  const repo = await newRepo({ 'a.txt': 'one\n' })
  repo.write({
    'pawl.yaml': `detect: false
checks:
  secrets: { ${secrets}, security: critical, fast: true${more} }
  lint: { command: [${repo.script('lint', 'exit 0')}], fast: true }
  slow: { command: [${repo.script('slow', 'exit 0')}] }
  ship: { command: [${repo.script('ship', 'exit 0')}], stage: platform, needs: [] }
`,
  })
  return repo
}

type Told = {
  readonly type: string
  readonly task?: string
  readonly by?: string
  readonly outcome?: { readonly kind: string }
  readonly counts?: Record<string, number>
}

async function endings(
  repo: Repo,
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly ends: readonly string[]; readonly counts: Record<string, number> }> {
  const run = await repo.pawl('--json', ...args)
  const events = run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told)
  const ends = events.flatMap(({ type, task, by, outcome }) =>
    type === 'attempt.finished' ? [`${task} ${outcome?.kind}`] : type === 'task.blocked' ? [`${task} blocked by ${by}`] : [],
  )
  return { code: run.code, ends: [...ends].sort(), counts: events.findLast((event) => event.type === 'run.finished')?.counts ?? {} }
}

const stopped = ['ship blocked by secrets', 'slow blocked by secrets']
const ways: readonly (readonly [ending: string, secrets: string, code: number])[] = [
  ['failed', "command: ['false']", 1],
  ['errored', 'command: [no-such-program-anywhere]', 2],
  ['errored', "command: 'exit 7', exits: { findings: [1] }", 2],
  ['timed-out', "command: 'sleep 60', timeout: 0.2", 2],
]

for (const [ending, secrets, code] of ways)
  once(`one that ${ending} (${secrets}) stops later stages and what is not fast`, async () => {
    await using repo = await guarded(secrets)
    const run = await endings(repo)
    expect(run).toMatchObject({ code, ends: ['lint passed', `secrets ${ending}`, ...stopped], counts: { total: 4, blocked: 2, passed: 1 } })
  })

once('one that is blocked itself stops them, too', async () => {
  await using repo = await guarded("command: ['true']", ', needs: [lint]')
  repo.script('lint', 'exit 1')
  expect((await endings(repo)).ends).toEqual(['lint failed', 'secrets blocked by lint', ...stopped])
})

once('one that passed stops nothing, and one that was mended neither', async () => {
  await using repo = await guarded("command: ['true']")
  expect(await endings(repo)).toMatchObject({ code: 0, counts: { total: 4, passed: 4 } })
  await using mended = await guarded("command: [grep, -q, two, a.txt], fix: { command: 'echo two >> a.txt' }")
  expect(await endings(mended)).toMatchObject({ code: 0, counts: { total: 4, fixed: 1 } })
})

once('what is left out binds nobody, and --only drags nothing in', async () => {
  await using repo = await guarded("command: ['false']")
  expect((await endings(repo, '--skip', 'secrets')).code).toBe(0)
  expect((await endings(repo, '--only', 'slow', '--force')).ends).toEqual(['slow passed'])
  await using elsewhere = await guarded("command: ['false']", ', platforms: [windows]')
  expect((await endings(elsewhere)).ends).toEqual(['lint passed', 'ship passed', 'slow passed'])
})

once('screen, plan and why say what is waited for', async () => {
  await using repo = await guarded("command: ['false']")
  expect((await repo.pawl()).shown).toContain('blocked by secrets')
  const plan = await repo.pawl('plan')
  expect(plan.shown).toContain('security: critical')
  expect(plan.shown).toContain('waits for: secrets (critical: nothing that comes later runs before it passed)')
  expect((await repo.pawl('why', 'slow')).shown).toContain('waits for:  secrets (critical)')
})
