import { expect, test } from 'bun:test'
import { newCancellation } from '../model/cancellation.ts'
import type { AttemptContext } from '../model/executor.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Exit, Processes, ProcessSpec } from '../model/processes.ts'
import { plainTask } from '../../test/plain-task.ts'
import type { CommandAction, Task } from '../model/task.ts'
import type { Warm, WarmAnswer, WarmCall } from '../model/warm.ts'
import { commandExecutor } from './command.ts'

type CommandTask = Task & { readonly action: CommandAction }
type Printed = Partial<Exit> & { readonly out?: string; readonly err?: string }

const basis: CommandAction = {
  kind: 'command',
  argv: ['lint', '{files}'],
  whole: ['.'],
  cwd: '.',
  env: {},
  exits: { pass: [0], findings: [1] },
  parser: 'gnu',
  failsOnOutput: false,
}

const taskOf = (action: Partial<CommandAction>, rest: Partial<Task> = {}): CommandTask => ({
  ...plainTask('lint', { level: 1, ...rest }),
  action: { ...basis, ...action },
})

/** Programs that print what the test says, one answer a call. */
function laboratory(answers: readonly Printed[], { installed = true, warm }: { readonly installed?: boolean; readonly warm?: Warm } = {}) {
  const calls: ProcessSpec[] = []
  const processes: Processes = {
    find: (program) => (installed ? `/bin/${program}` : undefined),
    run: (spec) => {
      const { out = '', err = '', ...exit } = answers[calls.length] ?? {}
      calls.push(spec)
      if (out !== '') spec.onOutput?.(Buffer.from(out), 'stdout')
      if (err !== '') spec.onOutput?.(Buffer.from(err), 'stderr')
      return Promise.resolve({
        ok: true,
        exit: {
          kind: 'exited',
          ...(exit.kind === undefined || exit.kind === 'exited' ? { code: 0 } : {}),
          durationMs: 10,
          stdout: out,
          stderr: err,
          cut: false,
          ...exit,
        },
      })
    },
  }
  const world = { processes, root: '/repo', environmentFor: (_task: Task, cwd: string) => ({ PATH: '/bin', HERE: cwd }) }
  return { calls, executor: commandExecutor({ ...world, ...(warm === undefined ? {} : { warm: () => warm }) }) }
}

function contextOf(files?: readonly string[]): AttemptContext & { readonly log: string[] } {
  const log: string[] = []
  return {
    attempt: 'lint@1.1',
    run: 1,
    tag: 'tag',
    cancellation: newCancellation(),
    output: (chunk) => void log.push(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk)),
    log,
    ...(files === undefined ? {} : { files }),
  }
}

async function outcomeOf(answer: Printed, action: Partial<CommandAction> = {}, rest: Partial<Task> = {}, files?: readonly string[]): Promise<Outcome> {
  return laboratory([answer]).executor.perform(taskOf(action, rest), contextOf(files))
}

test('a tool that passes keeps its warnings as findings', async () => {
  expect(await outcomeOf({ out: 'a.ts:1:2: warning: old\na.ts:3:4: error: not so bad\n' })).toEqual({
    kind: 'passed',
    durationMs: 10,
    findings: [{ file: 'a.ts', line: 1, column: 2, severity: 'warning', message: 'old' }],
  })
})

test('a tool that finds something fails with counts, and its output is in the log', async () => {
  const { executor } = laboratory([{ code: 1, out: 'src/a.ts:1:2: error: x\nsrc/a.ts:2:2: warning: y\n', err: 'b.ts:1:1: error: z\n' }])
  const context = contextOf()
  expect(await executor.perform(taskOf({}), context)).toMatchObject({
    kind: 'failed',
    exitCode: 1,
    summary: '2 errors, 1 warning in 2 files',
    findings: [{ file: 'src/a.ts' }, { file: 'src/a.ts' }, { file: 'b.ts' }],
  })
  expect(context.log.join('')).toContain('src/a.ts:2:2: warning: y')
})

test('a tool that fails with words that nobody understands gives exactly one finding with its last lines', async () => {
  const out = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`).join('\n')
  const outcome = await outcomeOf({ code: 1, out, err: '\x1b[31mfatal\x1b[0m\n' })
  expect(outcome).toMatchObject({ kind: 'failed', summary: 'exit code 1: fatal' })
  const { findings } = outcome.kind === 'failed' ? outcome : { findings: [] }
  expect(findings).toHaveLength(1)
  expect(findings[0]).toMatchObject({ rule: 'unparsed', severity: 'error' })
  expect(findings[0]?.message.split('\n')).toHaveLength(20)
  expect(await outcomeOf({ code: 1 })).toMatchObject({
    kind: 'failed',
    summary: 'exit code 1',
    findings: [{ rule: 'unparsed', message: 'exit code 1 and no output' }],
  })
  expect(await outcomeOf({ code: 1, out: 'broken\n' }, { parser: 'none' })).toMatchObject({
    kind: 'failed',
    findings: [{ rule: 'unparsed', message: 'broken' }],
  })
  expect(await outcomeOf({ code: 1, out: '{"torn": ' }, { parser: 'eslint-json' })).toMatchObject({
    kind: 'failed',
    findings: [{ rule: 'unparsed', message: '{"torn":' }],
  })
})

test('only warnings and yet a failure: the exit code is named', async () => {
  expect(await outcomeOf({ code: 1, out: 'a.ts:1:2: warning: old\n' })).toMatchObject({ kind: 'failed', summary: '1 warning in 1 file (exit code 1)' })
})

test('an exit code that is neither a pass nor findings is an error of the tool, with its last words', async () => {
  expect(await outcomeOf({ code: 2, err: 'Oops! Something went wrong!\nNo config\n' })).toEqual({
    kind: 'errored',
    durationMs: 10,
    failure: { type: 'tool.crashed', what: 'lint ended with exit code 2, which is neither a pass nor findings', why: 'Oops! Something went wrong!\nNo config' },
  })
  expect(await outcomeOf({ code: 2, out: 'a.ts:1:2: error: x' }, { exits: { pass: [0], findings: 'other' } })).toMatchObject({ kind: 'failed' })
  expect(await outcomeOf({ code: 0, out: 'x' }, { exits: { pass: [3], findings: 'other' } })).toMatchObject({
    kind: 'errored',
    failure: { type: 'tool.crashed' },
  })
  expect(await outcomeOf({ code: 255 }, { exits: { pass: [0], findings: 'other' } })).toMatchObject({ kind: 'errored', failure: { type: 'tool.crashed' } })
})

test('a tool that was killed is told from one that failed, whoever noticed it', async () => {
  expect(await outcomeOf({ kind: 'signalled', signal: 'SIGKILL' })).toMatchObject({
    kind: 'errored',
    failure: { type: 'tool.crashed', what: 'lint was killed by signal 9, probably out of memory' },
  })
  expect(await outcomeOf({ kind: 'signalled', signal: 'SIGSEGV' })).toMatchObject({
    failure: { what: 'lint was killed by signal 11 (SIGSEGV), a crash of the program itself' },
  })
  expect(await outcomeOf({ code: 137, err: 'Killed\n' }, { argv: ['sh', '-c', 'lint'], exits: { pass: [0], findings: 'other' } })).toMatchObject({
    failure: { type: 'tool.crashed', what: 'a program of sh was killed by signal 9, probably out of memory', why: 'Killed' },
  })
  const heap = await outcomeOf({
    kind: 'signalled',
    signal: 'SIGABRT',
    err: 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n',
  })
  expect(heap.kind === 'errored' ? heap.failure.hint : '').toContain('--max-old-space-size')
})

test('a missing program is named with the way to get it, and nothing is started', async () => {
  const { executor, calls } = laboratory([], { installed: false })
  const failureOf = async (action: Partial<CommandAction>): Promise<unknown> => {
    const outcome = await executor.perform(taskOf(action), contextOf())
    return outcome.kind === 'errored' ? outcome.failure : outcome
  }
  expect(await failureOf({ argv: ['eslint', '.'] })).toMatchObject({
    type: 'tool.missing',
    what: 'eslint is not installed',
    hint: 'Install the dependencies of this repository, or add eslint: npm install --save-dev eslint',
  })
  expect(await failureOf({ argv: ['cargo', 'fmt'], install: 'rustup component add rustfmt' })).toMatchObject({
    hint: 'Install it: rustup component add rustfmt',
  })
  expect(await failureOf({ argv: ['go', 'vet'], install: 'https://go.dev/dl/' })).toMatchObject({ hint: 'How to install go: https://go.dev/dl/' })
  expect(await failureOf({ argv: ['vendor/bin/rector'], cwd: 'api' })).toMatchObject({
    what: 'rector is not installed',
    why: 'there is no executable file vendor/bin/rector in /repo/api',
  })
  expect(calls).toHaveLength(0)
})

test('a program that a shell or npm cannot find is missing, one that it may not execute is broken', async () => {
  expect(await outcomeOf({ code: 127, err: 'sh: 1: eslint: not found\n' }, { argv: ['sh', '-c', 'eslint .'] })).toMatchObject({
    kind: 'errored',
    failure: { type: 'tool.missing', what: 'eslint is not installed', why: 'sh: 1: eslint: not found' },
  })
  expect(await outcomeOf({ code: 127, err: 'bash: line 1: frob: command not found\n' }, { argv: ['npm', 'run', 'lint'] })).toMatchObject({
    failure: { type: 'tool.missing', what: 'frob is not installed' },
  })
  expect(await outcomeOf({ code: 126, err: 'sh: 1: ./x: Permission denied\n' }, { argv: ['sh', '-c', './x'] })).toMatchObject({
    failure: { type: 'tool.crashed', what: 'a program of sh cannot be executed' },
  })
  expect(await outcomeOf({ code: 127, out: 'a.ts:1:1: error: x' }, { exits: { pass: [0], findings: [127] } })).toMatchObject({ kind: 'failed' })
})

test('time limits, silence and cancelling are told apart', async () => {
  expect(await outcomeOf({ kind: 'timed-out', durationMs: 1000 })).toEqual({ kind: 'timed-out', limitMs: 1000, durationMs: 1000 })
  expect(await outcomeOf({ kind: 'silent', durationMs: 300 }, { silenceMs: 250 })).toEqual({ kind: 'timed-out', limitMs: 250, silent: true, durationMs: 300 })
  expect(await outcomeOf({ kind: 'cancelled', durationMs: 5 })).toEqual({ kind: 'cancelled', durationMs: 5 })
})

test('a pass whose JSON nobody can read is no pass', async () => {
  expect(await outcomeOf({ out: 'Done in 3s\n' }, { parser: 'eslint-json' })).toMatchObject({
    kind: 'errored',
    failure: { type: 'tool.unparsed', why: 'what was printed is not JSON: Done in 3s', hint: 'See what it prints: lint .' },
  })
  expect(await outcomeOf({}, { parser: 'ruff-json' })).toMatchObject({ kind: 'errored', failure: { type: 'tool.unparsed' } })
  expect(await outcomeOf({ out: '[]' }, { parser: 'ruff-json' })).toMatchObject({ kind: 'passed' })
})

test('a long JSON is read whole although only its ends were captured', async () => {
  const out = JSON.stringify([
    { filePath: '/repo/a.js', source: 'x'.repeat(100_000), messages: [{ ruleId: 'semi', severity: 2, message: 'Missing', line: 1, column: 1 }] },
  ])
  const torn = { code: 1, out, stdout: `${out.slice(0, 50)}\n[pawl: 1 bytes left out]\n`, cut: true }
  expect(await outcomeOf(torn, { parser: 'eslint-json' })).toMatchObject({
    kind: 'failed',
    summary: '1 error in 1 file',
    findings: [{ file: 'a.js', rule: 'semi' }],
  })
  const partly = await outcomeOf({ code: 1, out: 'a.js:1:1: error: bad\n', stdout: 'a.js:1:1: error: bad\n', cut: true })
  expect(partly).toMatchObject({ summary: '1 error in 1 file; it printed more than was read', cut: true })
})

test('where output means findings, a pass with output is not believed; words on stderr alone do no harm', async () => {
  const list: Partial<CommandAction> = { parser: 'file-list', failsOnOutput: true }
  expect(await outcomeOf({ out: 'a.go\n' }, list)).toMatchObject({ kind: 'failed', exitCode: 0, findings: [{ file: 'a.go', fixable: true }] })
  expect(await outcomeOf({ out: '\n  \n' }, list)).toMatchObject({ kind: 'passed' })
  expect(await outcomeOf({ err: 'note: using defaults\n' }, list)).toMatchObject({ kind: 'passed' })
})

test('a fix passes by its exit code, whatever it prints', async () => {
  const fix = { role: 'fix' as const }
  expect(await outcomeOf({ out: 'a.ts:1:1: warning: mended\n' }, { failsOnOutput: true, parser: 'eslint-json' }, fix)).toEqual({
    kind: 'passed',
    findings: [],
    durationMs: 10,
  })
  expect(await outcomeOf({ code: 1, out: 'a.ts:1:1: error: left\n' }, {}, fix)).toMatchObject({ kind: 'failed', findings: [{ file: 'a.ts' }] })
  expect(await outcomeOf({ code: 3 }, {}, fix)).toMatchObject({ kind: 'errored' })
})

test('selected files take the place of {files}, seen from the folder of the tool, and never look like options', async () => {
  const { executor, calls } = laboratory([{}, {}, {}])
  await executor.perform(
    taskOf({ argv: ['lint', '--', '{files}'], cwd: 'packages/a', env: { MODE: 'ci' } }),
    contextOf(['packages/a/src/x.ts', 'packages/b/y z.ts', 'packages/a/-rf', 'packages/a/@args']),
  )
  expect(calls[0]).toMatchObject({
    argv: ['lint', '--', 'src/x.ts', '../b/y z.ts', './-rf', './@args'],
    cwd: '/repo/packages/a',
    env: { PATH: '/bin', HERE: '/repo/packages/a', MODE: 'ci' },
    tag: 'tag',
    timeoutMs: 1000,
  })
  await executor.perform(taskOf({ whole: ['src', 'test'] }), contextOf())
  expect(calls[1]?.argv).toEqual(['lint', 'src', 'test'])
  await executor.perform(taskOf({ argv: ['lint', 'all'] }), contextOf(['a.ts']))
  expect(calls[2]?.argv).toEqual(['lint', 'all'])
})

test('a selection of which no file is left is never green', async () => {
  expect(await outcomeOf({}, {}, {}, [])).toMatchObject({ kind: 'errored', failure: { type: 'plan.no-match' } })
})

const manyFiles = Array.from({ length: 3000 }, (_, index) => `src/${'long-name-'.repeat(6)}${index}.ts`)

test('too many files for one command line are given in several calls, each file once, all findings kept', async () => {
  const { executor, calls } = laboratory([{}, { code: 1, out: 'a.ts:1:1: error: x\n' }, { code: 1, out: 'b.ts:1:1: error: y\n' }])
  const outcome = await executor.perform(taskOf({}), contextOf(manyFiles))
  expect(calls.length).toBeGreaterThan(1)
  for (const { argv } of calls) expect(argv.join(' ').length).toBeLessThan(100 * 1024)
  expect(calls.flatMap(({ argv }) => argv.slice(1))).toEqual(manyFiles)
  expect(calls[1]?.timeoutMs).toBe(990)
  expect(outcome).toMatchObject({
    kind: 'failed',
    summary: '2 errors in 2 files',
    durationMs: 10 * calls.length,
    findings: [{ file: 'a.ts' }, { file: 'b.ts' }],
  })
})

test('the time limit holds for all calls together, and an error ends them', async () => {
  const slow = laboratory([{ durationMs: 1000 }])
  expect(await slow.executor.perform(taskOf({}), contextOf(manyFiles))).toEqual({ kind: 'timed-out', limitMs: 1000, durationMs: 1000 })
  const broken = laboratory([{ code: 9 }])
  expect(await broken.executor.perform(taskOf({}), contextOf(manyFiles))).toMatchObject({ kind: 'errored' })
  expect(broken.calls).toHaveLength(1)
})

test('findings are placed from the root, whatever the tool calls its files', async () => {
  const out = [
    '/repo/packages/a/x.ts:1:1: error: one',
    './y.ts:1:1: error: two',
    '../b/z.ts:1:1: error: three',
    '/usr/lib/q.ts:1:1: error: four',
    '../../../out.ts:1:1: error: five',
  ].join('\n')
  const outcome = await outcomeOf({ code: 1, out }, { cwd: 'packages/a' })
  expect(outcome.kind === 'failed' ? outcome.findings.map(({ file }) => file) : []).toEqual([
    'packages/a/x.ts',
    'packages/a/y.ts',
    'packages/b/z.ts',
    '/usr/lib/q.ts',
    '../../../out.ts',
  ])
})

test('what a compiler reports once for each target is one finding, and no more than 5,000 are kept', async () => {
  const line = 'a.ts:1:1: error: same\n'
  expect(await outcomeOf({ code: 1, out: line.repeat(3) })).toMatchObject({ summary: '1 error in 1 file' })
  const many = await outcomeOf({ code: 1, out: Array.from({ length: 7312 }, (_, index) => `a.ts:${index + 1}:1: error: x`).join('\n') })
  expect(many).toMatchObject({ summary: '7,312 errors in 1 file, the first 5,000 are kept' })
  expect(many.kind === 'failed' ? many.findings.length : 0).toBe(5000)
})

test('a dry run shows the command line, ready for copy and paste', () => {
  const { executor } = laboratory([])
  expect(executor.describe(taskOf({ cwd: 'my app', env: { MODE: 'a b' } }), ["it's.ts", 'b.ts'])).toBe(
    `cd 'my app' && MODE='a b' lint '../it'\\''s.ts' ../b.ts`,
  )
  expect(executor.describe(taskOf({}), undefined)).toBe('lint .')
  expect(executor.describe(taskOf({}), [])).toContain('none of the selected files')
  const long = executor.describe(taskOf({}), manyFiles)
  expect(long.length).toBeLessThan(5000)
  expect(long).toMatch(/ … and 2961 more, in \d calls$/)
})

/** A worker that says what the test says. */
function warmLaboratory(answer: WarmAnswer) {
  const asked: WarmCall[] = []
  const warm: Warm = {
    call: (call) => {
      asked.push(call)
      return Promise.resolve(answer)
    },
  }
  return { asked, ...laboratory([{ code: 1, out: 'a.ts\n' }], { warm }) }
}

const formatting = taskOf(
  { argv: ['prettier', '--list-different', '{files}'], parser: 'file-list', env: { MORE: '1' } },
  { perFile: { reads: [], names: true } },
)

test('a warm worker gets the words that would have been started, its exit is judged like any other, and the outcome says who did it', async () => {
  const exit: Exit = { kind: 'exited', code: 1, durationMs: 3, stdout: 'b.ts\n', stderr: '', cut: false }
  const { asked, calls, executor } = warmLaboratory({ ok: true, exit, calls: 7 })
  expect(await executor.perform(formatting, { ...contextOf(['b.ts', '-c.ts']), basis: 'basis' })).toMatchObject({
    kind: 'failed',
    durationMs: 3,
    findings: [{ file: 'b.ts' }],
    by: { kind: 'warm', calls: 7 },
  })
  expect(calls).toEqual([])
  expect(asked).toMatchObject([
    { tool: 'prettier', task: 'lint', basis: 'basis', argv: ['prettier', '--list-different', 'b.ts', './-c.ts'], cwd: '/repo', env: { MORE: '1' } },
  ])
})

test('what no worker has done is started as usual, and the outcome says why', async () => {
  const { calls, executor } = warmLaboratory({ ok: false, why: 'it is tired' })
  const spawned = { kind: 'failed', findings: [{ file: 'a.ts' }], by: { kind: 'spawned', why: 'it is tired' } }
  expect(await executor.perform(formatting, { ...contextOf(['a.ts']), basis: 'basis' })).toMatchObject(spawned)
  expect(calls).toHaveLength(1)
  const unknown = await warmLaboratory({ ok: false, why: '' }).executor.perform(formatting, contextOf(['a.ts']))
  expect(unknown).toMatchObject({ by: { kind: 'spawned', why: 'nobody knows what its answers stand on besides the files' } })
  const other = warmLaboratory({ ok: false, why: '' })
  expect('by' in (await other.executor.perform(taskOf({}), { ...contextOf(['a.ts']), basis: 'basis' }))).toBe(false)
  expect(other.asked).toEqual([])
})

test('a call that a worker was stopped in ends the task like any other that was stopped', async () => {
  const stopped = (kind: Exit['kind']): WarmAnswer => ({ ok: true, exit: { kind, durationMs: 5, stdout: '', stderr: '', cut: false }, calls: 1 })
  const context = { ...contextOf(['a.ts']), basis: 'basis' }
  expect(await warmLaboratory(stopped('timed-out')).executor.perform(formatting, context)).toMatchObject({ kind: 'timed-out', limitMs: 1000 })
  expect(await warmLaboratory(stopped('cancelled')).executor.perform(formatting, context)).toMatchObject({ kind: 'cancelled' })
})
