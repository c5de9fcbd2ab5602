/** What reuse means: when a proof holds, when it does not, and what is never stored. */
import { expect, test } from 'bun:test'
import type { Happening } from '../model/event.ts'
import type { Outcome } from '../model/outcome.ts'
import { newCancellation } from '../model/cancellation.ts'
import { memoryCache } from '../../test/contracts/laboratory.ts'
import { plainTask } from '../../test/plain-task.ts'
import type { Stillness, Tree } from '../model/tree.ts'
import { attempt, type AttemptWorld } from './attempt.ts'

const hour = 3_600_000

test('a check that never passed runs, and its pass is remembered', async () => {
  const lab = laboratory()
  expect((await lab.attempt()).kind).toBe('passed')
  expect(lab.causes()).toEqual([{ kind: 'first' }])
  expect((await lab.attempt()).kind).toBe('cached')
  expect(lab.performed).toBe(1)
})

test('a changed input is a miss that names the file', async () => {
  const lab = laboratory()
  await lab.attempt()
  lab.files['src/a.ts'] = '2'
  expect((await lab.attempt()).kind).toBe('passed')
  expect(lab.causes()[1]).toEqual({ kind: 'changed', run: 1, parts: [{ part: 'files', paths: ['src/a.ts'], more: 0 }] })
})

test('each thing that the check can see disturbs it: its command, environment, tool, ignored file, upstream, platform', async () => {
  const changes: readonly [string, (lab: Laboratory) => void][] = [
    ['env', (lab) => (lab.seen.env = { CI: '1' })],
    ['tool', (lab) => (lab.seen.tools = { eslint: 'eslint@2' })],
    ['extra', (lab) => (lab.seen.extra = { 'node_modules/.package-lock.json': 'absent' })],
    ['upstream', (lab) => (lab.seen.upstream = { build: 'other' })],
    ['platform', (lab) => (lab.seen.platform = 'macos')],
    ['command', (lab) => (lab.task = { ...lab.task, action: { kind: 'builtin', name: 'lint', with: { strict: true } } })],
  ]
  for (const [part, change] of changes) {
    const lab = laboratory()
    await lab.attempt()
    change(lab)
    expect([part, (await lab.attempt()).kind]).toEqual([part, 'passed'])
    expect(lab.causes()[1]).toMatchObject({ kind: 'changed', parts: [{ part }] })
  }
})

test('a renamed, added or deleted file is a miss', async () => {
  const edits: readonly ((files: Record<string, string>) => void)[] = [
    (files) => ((files['src/b.ts'] = files['src/a.ts'] ?? ''), delete files['src/a.ts']),
    (files) => (files['src/new.ts'] = 'x'),
    (files) => delete files['src/a.ts'],
  ]
  for (const edit of edits) {
    const lab = laboratory()
    await lab.attempt()
    edit(lab.files)
    expect((await lab.attempt()).kind).toBe('passed')
  }
})

test('a file outside of the inputs disturbs nothing', async () => {
  const lab = laboratory()
  await lab.attempt()
  lab.files['README.md'] = 'new'
  expect((await lab.attempt()).kind).toBe('cached')
})

test('content that comes back is reused again', async () => {
  const lab = laboratory()
  await lab.attempt()
  lab.files['src/a.ts'] = '2'
  await lab.attempt()
  lab.files['src/a.ts'] = '1'
  expect((await lab.attempt()).kind).toBe('cached')
})

test('failures, timeouts, errors and cancels are never stored', async () => {
  const endings: readonly Outcome[] = [
    { kind: 'failed', findings: [], durationMs: 1, summary: '' },
    { kind: 'timed-out', limitMs: 1, durationMs: 1 },
    { kind: 'errored', failure: { type: 'tool.crashed', what: '' }, durationMs: 1 },
    { kind: 'cancelled', durationMs: 1 },
  ]
  for (const ending of endings) {
    const lab = laboratory()
    lab.ending = ending
    await lab.attempt()
    expect(lab.proofs.size).toBe(0)
  }
})

test('a pass during which an input was written and put back is not stored: it may have seen the other content', async () => {
  const lab = laboratory()
  lab.since = 'moved'
  expect(await lab.attempt()).toMatchObject({ kind: 'passed', notKept: 'its inputs changed while it ran' })
  expect(lab.proofs.size).toBe(0)
})

test('nobody looks again when the watch can tell by itself that nothing moved', async () => {
  const lab = laboratory()
  await lab.attempt()
  expect(lab.looks).toBe(1)
  lab.since = 'still'
  lab.files['src/a.ts'] = '2'
  await lab.attempt()
  expect([lab.looks, lab.proofs.size]).toEqual([1, 2])
})

test('a pass whose inputs changed while it ran is not stored, and says so', async () => {
  const lab = laboratory()
  lab.while = () => (lab.files['src/a.ts'] = 'edited')
  expect(await lab.attempt()).toMatchObject({ kind: 'passed', notKept: 'its inputs changed while it ran' })
  expect(lab.proofs.size).toBe(0)
})

test('unknown inputs mean never reused', async () => {
  const lab = laboratory()
  lab.task = { ...lab.task, inputs: { env: [], tools: [], extra: [] } }
  await lab.attempt()
  await lab.attempt()
  expect(lab.performed).toBe(2)
  expect(lab.causes()).toEqual([{ kind: 'unknown-inputs' }, { kind: 'unknown-inputs' }])
})

test('a time limit only shortens: older than it is stale, and so is a result from the future', async () => {
  const lab = laboratory()
  lab.task = { ...lab.task, ttlMs: hour }
  await lab.attempt()
  lab.now += hour
  expect((await lab.attempt()).kind).toBe('cached')
  lab.now += 1
  await lab.attempt()
  expect(lab.causes()[1]).toEqual({ kind: 'expired', run: 1, ageMs: hour + 1, limitMs: hour })
  lab.now -= 10 * hour
  await lab.attempt()
  expect(lab.causes()[2]).toEqual({ kind: 'future', run: 1 })
})

test('with force a proven check runs again', async () => {
  const lab = laboratory()
  await lab.attempt()
  lab.force = true
  expect((await lab.attempt()).kind).toBe('passed')
  expect(lab.causes()[1]).toEqual({ kind: 'forced' })
})

test('a dry run describes, starts nothing and stores nothing', async () => {
  const lab = laboratory()
  lab.dryRun = true
  expect((await lab.attempt()).kind).toBe('described')
  expect([lab.performed, lab.proofs.size, lab.causes().length]).toEqual([0, 0, 0])
})

test('outputs that cannot be restored make the check run', async () => {
  const lab = laboratory()
  lab.task = { ...lab.task, outputs: ['dist/**'] }
  await lab.attempt()
  expect(await lab.attempt()).toMatchObject({ kind: 'cached', outputs: 'out' })
  lab.restores = false
  expect((await lab.attempt()).kind).toBe('passed')
  expect(lab.causes()[1]).toMatchObject({ kind: 'damaged' })
})

test('a fix that a person refuses does not run', async () => {
  const lab = laboratory()
  lab.task = { ...lab.task, role: 'fix' }
  lab.refusal = 'you said no'
  expect(await lab.attempt()).toEqual({ kind: 'refused', reason: 'you said no' })
  expect(lab.performed).toBe(0)
})

test('what a fix changed is recorded, also when it failed half-way', async () => {
  const lab = laboratory()
  lab.task = { ...lab.task, role: 'fix' }
  lab.ending = { kind: 'timed-out', limitMs: 1, durationMs: 1 }
  lab.mended = [{ path: 'src/a.ts', before: 'x', after: 'y' }]
  expect(await lab.attempt()).toMatchObject({ kind: 'failed', mend: { files: lab.mended } })
})

type Laboratory = ReturnType<typeof laboratory>

function laboratory() {
  const cache = memoryCache(new Map())
  const happenings: Happening[] = []
  const lab = {
    task: lintTask,
    files: { 'src/a.ts': '1', 'README.md': 'r' } as Record<string, string>,
    seen: {
      env: {} as Record<string, string>,
      tools: { eslint: 'eslint@1' } as Record<string, string>,
      extra: {} as Record<string, string>,
      upstream: {} as Record<string, string>,
      platform: 'linux',
    },
    ending: { kind: 'passed', findings: [], durationMs: 5 } as Outcome,
    while: (): unknown => undefined,
    since: 'unsure' as Stillness,
    looks: 0,
    mended: [] as { path: string; before: string; after: string }[],
    now: 1_000_000,
    force: false,
    dryRun: false,
    restores: true,
    refusal: undefined as string | undefined,
    performed: 0,
    cache,
    proofs: cache.proofs,
    causes: () => happenings.flatMap((happening) => (happening.type === 'attempt.missed' ? [happening.cause] : [])),
    attempt: (): Promise<Outcome> => attempt(lab.task, 'lint@1.1', worldOf(lab), (happening) => happenings.push(happening)),
  }
  return lab
}

function worldOf(lab: Laboratory): AttemptWorld {
  const executor = {
    perform: async () => {
      lab.performed += 1
      lab.while()
      return lab.ending
    },
    describe: () => 'lint',
  }
  return {
    executors: { command: executor, builtin: executor, agent: executor, job: executor, land: executor, 'stage-gate': executor },
    cache: { ...lab.cache, keepOutputs: async () => ({ digest: 'out', files: [] }), restoreOutputs: async () => lab.restores },
    clock: { now: () => lab.now, elapsed: () => 0, sleep: async () => undefined },
    consent: { refusal: async () => lab.refusal },
    jobs: new Map(),
    mendings: {
      changesSince: async () => ({ files: [], derived: [] }),
      begin: async () => ({ record: { mark: { delta: {} }, copies: {}, derived: [] }, end: async () => ({ files: lab.mended, derived: [] }) }),
      takeBack: async () => ({ restored: [], failures: [] }),
    },
    cancellation: newCancellation(),
    visible: async (_, fresh) => ((lab.looks += fresh ? 1 : 0), { tree: treeOf({ ...lab.files }), files: undefined, ...lab.seen }),
    changedSince: async (proof, tree) =>
      [...new Set([...Object.keys(proof.mark.delta), ...tree.files.map((file) => file.path)])]
        .filter((path) => proof.mark.delta[path] !== tree.mark.delta[path])
        .sort(),
    digest: (text) => new Bun.CryptoHasher('sha256').update(text).digest('hex'),
    settled: new Map(),
    filesFor: () => undefined,
    fixesOf: () => [],
    watch: async () => ({ before: 'still', since: () => lab.since }),
    run: 1,
    tagOf: (id) => id,
    force: lab.force,
    dryRun: lab.dryRun,
    openLog: () => ({ write: () => undefined, close: async () => undefined }),
  }
}

function treeOf(files: Record<string, string>): Tree {
  const list = Object.entries(files)
    .map(([path, id]) => ({ path, id }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
  return {
    files: list,
    mark: { delta: files },
    ignores: () => false,
    matching: (globs) => list.filter((file) => globs.some((glob) => new Bun.Glob(glob).match(file.path))),
  }
}

const lintTask = plainTask('lint', { action: { kind: 'builtin', name: 'lint', with: {} }, inputs: { files: ['src/**'], env: [], tools: [], extra: [] } })
