/** The contracts that authors of plugins are given: good parts hold them, and each promise catches a part that breaks it. */
import { expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Adapter, Parser, Preset, StrategyPlugin } from '../../src/faces/library/plugin.ts'
import { adapterContract, parserContract, presetContract, strategyContract, type ContractCase } from '../../src/faces/library/testing.ts'

/** Names of the cases that do not hold. */
async function broken(cases: readonly ContractCase[]): Promise<readonly string[]> {
  const names: string[] = []
  for (const { name, run } of cases) {
    try {
      await run()
    } catch (error) {
      if (!(error instanceof Error)) throw error
      names.push(name)
    }
  }
  return names
}

const good: Parser = ({ stdout }) => ({
  findings: stdout.split('\n').flatMap((line) => {
    const [, file, number, message] = /^([^\s/][^\s]*) (\d{1,9}) ([^\n]+)$/.exec(line) ?? []
    return file === undefined || message === undefined ? [] : [{ file, line: Number(number), severity: 'error' as const, message }]
  }),
})
const samples = [{ name: 'two', stdout: 'a.txt 1 bad\nb.txt 2 worse\n', findings: 2 }]

let toggle = false
const parsers: readonly (readonly [parser: Parser, ...caught: readonly string[]])[] = [
  [good],
  [(output) => ({ findings: [...good(output).findings].slice(0, 1) }), 'two: its findings are found'],
  [
    ({ stdout }) => ({
      findings: stdout
        .trimEnd()
        .split('\n')
        .map((line) => ({ severity: 'error', message: JSON.parse(`"${line}"`) as string })),
    }),
    'garbage is survived',
  ],
  [
    ({ stdout }) => (stdout.length < 20 ? { findings: undefined as never } : good({ stdout, stderr: '' })),
    'two: whatever is cut off is survived',
    'garbage is survived',
  ],
  [
    (output) => {
      toggle = !toggle
      return toggle ? good(output) : { findings: [] }
    },
    'two: the same text means the same',
  ],
  [(output) => ({ findings: good(output).findings.map((one) => ({ ...one, file: `/etc/${one.file}` })) }), 'two: no path leads out of the repository'],
  [
    ({ stdout, stderr }) => ({ findings: stderr === '' ? good({ stdout, stderr }).findings : [{ severity: 'error', message: 'something is wrong' }] }),
    'a tool that fails with words nobody can read has one finding, unparsed',
  ],
]

test.each(parsers)(
  'parser %#',
  async (parser, ...caught) => {
    toggle = false
    const found = await broken(parserContract(parser, samples))
    for (const name of caught) expect(found).toContain(name)
    if (caught.length === 0) expect(found).toEqual([])
  },
  60_000,
)

test('a parser whose time explodes is caught', async () => {
  const slow: Parser = (output) => {
    let marks = 0
    const text = output.stdout.slice(0, 60_000)
    for (let i = 0; i < text.length; i += 4) for (let j = 0; j < text.length; j += 4) if (text[i] === '\0' && text[j] === '\0') marks += 1
    return marks > 0 ? { findings: [] } : good(output)
  }
  const quadratic: Parser = (output) => (output.stdout.length > 100_000 ? ([slow(output), slow(output)][0] ?? good(output)) : good(output))
  expect(await broken(parserContract(quadratic, samples))).toContain('the time grows with the length')
}, 120_000)

const words: Adapter = {
  inputs: { files: ['**/*.txt'] },
  version: () => '1',
  judge: ({ files, root }) => {
    const findings = files.flatMap((file) =>
      readFileSync(join(root, file), 'utf8').includes('bad') ? [{ file, line: 1, severity: 'error' as const, message: 'bad' }] : [],
    )
    return { passed: findings.length === 0, findings }
  },
}
const grep: Adapter = {
  inputs: { files: ['**/*.txt'], tools: ['grep'] },
  version: async ({ run }) => (await run({ argv: ['grep', '--version'] })).stdout,
  async judge({ files, run }) {
    const { code, stdout, trouble } = await run({ argv: ['grep', '-ln', 'bad', '--', ...files] })
    if (code === undefined) return { error: trouble ?? 'grep did not end' }
    return { passed: code === 1, findings: stdout.split('\n').flatMap((file) => (file === '' ? [] : [{ file, severity: 'error' as const, message: 'bad' }])) }
  },
}
const world = { clean: { 'a.txt': 'good' }, dirty: { 'a.txt': 'bad' }, limitMs: 5000 }
let times = 0

const adapters: readonly (readonly [title: string, adapter: Adapter, ...caught: readonly string[]])[] = [
  ['that reads files', words],
  ['that starts a program', grep],
  ['that passes always', { ...words, judge: () => ({ passed: true }) }, 'dirty files do not', 'where no program is installed dirty files do not pass either'],
  [
    'that passes when its program is missing',
    { ...grep, judge: async (world) => ((await world.run({ argv: ['grep', 'x'] })).code === undefined ? { passed: true } : words.judge(world)) },
    'where no program is installed dirty files do not pass either',
  ],
  ['that fails always', { ...words, judge: () => ({ passed: false }) }, 'clean files pass'],
  [
    'that throws',
    {
      ...words,
      judge: () => {
        throw new Error('no')
      },
    },
    'clean files pass',
    'dirty files do not',
  ],
  [
    'that writes',
    { ...words, judge: (world) => (writeFileSync(join(world.root, 'report.log'), ''), words.judge(world)) },
    'nothing is written into the repository',
  ],
  [
    'that names files that are not there',
    {
      ...words,
      judge: async (world) => {
        const answer = await words.judge(world)
        return 'findings' in answer ? { ...answer, findings: (answer.findings ?? []).map((one) => ({ ...one, file: `src/${one.file}` })) } : answer
      },
    },
    'dirty files do not',
  ],
  ['that has no version', { ...words, version: () => undefined }, 'the version is the same as long as nothing changes'],
  ['that has another version each time', { ...words, version: () => String((times += 1)) }, 'the version is the same as long as nothing changes'],
  [
    'that forgets an input',
    { ...words, inputs: { files: ['*.md'] }, judge: ({ root }) => ({ passed: !readFileSync(join(root, 'a.txt'), 'utf8').includes('bad') }) },
    'what makes the difference is among its inputs',
  ],
]

test.each(adapters)(
  'an adapter %s',
  async (_title, adapter, ...caught) => {
    const found = await broken(adapterContract(adapter, world))
    if (caught.length === 0) expect(found).toEqual([])
    for (const name of caught) expect(found).toContain(name)
  },
  60_000,
)

test('an adapter that cannot be stopped is caught', async () => {
  const deaf: Adapter = { ...words, judge: () => new Promise(() => undefined) }
  const stopping = adapterContract(deaf, { ...world, limitMs: 300 }).filter(({ name }) => name === 'it ends when it is stopped')
  expect(await broken(stopping)).toEqual(['it ends when it is stopped'])
}, 60_000)

const tasks = [{ id: 'lint', fast: true }, { id: 'build' }, { id: 'test', needs: ['build'] }]
const strategies: readonly (readonly [title: string, strategy: StrategyPlugin, ...caught: readonly string[]])[] = [
  ['that says nothing', {}],
  [
    'that decides all',
    {
      shouldRun: ({ id }, { branch }) => (id === 'build' && branch !== 'main' ? 'nobody builds here' : true),
      concurrency: ({ ci }) => (ci ? 1 : 4),
      order: (a, b) => a.id.localeCompare(b.id),
    },
  ],
  ['that leaves out what is needed', { shouldRun: ({ id }) => id !== 'build' }, 'what another check needs is not left out without a reason (nothing changed)'],
  ['that lets nothing run', { concurrency: () => 0 }, 'at least one check runs at a time (no git)', 'it can be used (nothing changed)'],
  ['that throws dice', { shouldRun: () => (times += 1) % 2 === 0 }, 'the same question has the same answer (nothing changed)'],
  ['that goes in circles', { order: (a, b) => (a.id === b.id ? 0 : `${a.id}${b.id}`.length % 2 === 0 ? -1 : 1) }, 'its order is an order'],
  [
    'that changes what it is asked about',
    {
      shouldRun: (task) => {
        ;(task.needs as unknown as string[]).push('x')
        return true
      },
    },
    'the same question has the same answer (nothing changed)',
  ],
]

test.each(strategies)('a strategy %s', async (_title, strategy, ...caught) => {
  times = 0
  const found = await broken(strategyContract(strategy, tasks))
  if (caught.length === 0) expect(found).toEqual([])
  for (const name of caught) expect(found).toContain(name)
})

const detecting = (work: (text: string) => Record<string, unknown>): Preset => ({
  name: 'marker',
  async detect(files) {
    const text = await files.read('marker.json')
    return { found: [], remarks: [], failures: [], checks: text === undefined ? {} : (work(text) as never) }
  },
})
const trees = [{ name: 'a marker', files: { 'marker.json': '{"name":"x"}' }, checks: ['marked'] }]
const presets: readonly (readonly [title: string, preset: Preset, ...caught: readonly string[]])[] = [
  ['that recognises', detecting(() => ({ marked: { command: ['true'], reason: 'marker.json' } }))],
  [
    'that throws on torn files',
    detecting((text) => (JSON.parse(text), { marked: { command: ['true'], reason: 'marker.json' } })),
    'a marker: files that are torn are told, or survived',
  ],
  [
    'that detects what cannot be',
    detecting(() => ({ marked: { comand: 'true' } })),
    'a marker: its checks are detected, and each of them could stand in pawl.yaml',
  ],
  [
    'that gives no reason',
    detecting(() => ({ marked: { command: ['true'] } })),
    'a marker: its checks are detected, and each of them could stand in pawl.yaml',
  ],
  [
    'that sees things',
    { name: 'x', detect: async () => ({ found: [], remarks: [], failures: [], checks: { marked: { command: ['true'], reason: 'x' } } }) },
    'nothing is detected where there is nothing',
  ],
]

test.each(presets)('a preset %s', async (_title, preset, ...caught) => {
  const found = await broken(presetContract(preset, trees))
  if (caught.length === 0) expect(found).toEqual([])
  for (const name of caught) expect(found).toContain(name)
})
