/** The door for plugins: parsers, adapters, strategies and presets of a repository work like those of pawl, fail closed, and are part of what is proven. */
import { expect, test } from 'bun:test'
import { newRepo, type Ended, type Repo, once } from './rig.ts'

/** A plugin with one of each: a parser of "WHERE LINE TEXT", an adapter that looks for a word, a strategy, a preset. */
const plugin = (more = ''): string => `
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { version } from './version.ts'

export const plugin = {
  name: 'acme',
  parsers: {
    report: ({ stdout }) => ({
      findings: stdout.split('\\n').flatMap((line) => {
        const [, file, number, message] = /^(\\S+) (\\d+) (.+)$/.exec(line) ?? []
        return message === undefined ? [] : [{ file, line: Number(number), severity: 'error', message }]
      }),
    }),
  },
  adapters: {
    words: {
      inputs: { files: ['*.txt'] },
      version: () => version,
      judge({ files, root, with: { word }, output }) {
        output('looked at ' + files.join(' ') + '\\n')
        const findings = files
          .filter((file) => readFileSync(join(root, file), 'utf8').includes(word))
          .map((file) => ({ file, line: 1, severity: 'error', message: 'says ' + word }))
        return { passed: findings.length === 0, findings }
      },
    },
  },
  strategies: {
    careful: {
      shouldRun: (task, facts) => (task.id === 'slow' && facts.branch !== 'release' ? 'only on the branch release' : true),
      concurrency: () => 1,
      order: (a, b) => (a.id < b.id ? 1 : -1),
    },
  },
  presets: [{ name: 'marker', detect: async (files, before) => ({ found: [], remarks: [], failures: [], checks: (await files.exists('marker')) ? { marked: { command: ['true'], reason: 'marker' } } : {} }) }],
  ${more}
}
`

const yaml = (checks: string, more = ''): string => `detect: false\nplugins: [./tools/plugin.ts]\n${more}checks:\n${checks}`
const words = '  words: { adapter: acme/words, with: { word: bad } }\n'

async function repoWith(config: string, more = ''): Promise<Repo> {
  return newRepo({
    'pawl.yaml': config,
    'tools/plugin.ts': plugin(more),
    'tools/version.ts': "export const version = '1'\n",
    'a.txt': 'good\n',
    'b.txt': 'good\n',
  })
}

type Told = {
  readonly type: string
  readonly task?: string
  readonly outcome?: Record<string, unknown>
  readonly reused?: readonly { readonly task: string }[]
  readonly plan?: { readonly skips: readonly { readonly task: string; readonly reason: string }[] }
}
const eventsOf = (run: Ended): readonly Told[] =>
  run.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Told)

/** "words passed", "words cached" … in the order of their ends. */
async function ends(repo: Repo, ...args: readonly string[]): Promise<readonly string[]> {
  const run = await repo.pawl('--json', ...args)
  return eventsOf(run).flatMap(({ type, task, outcome, reused }) =>
    type === 'attempt.finished' ? [`${task} ${String(outcome?.['kind'])}`] : (reused ?? []).map((one) => `${one.task} cached`),
  )
}

test('an adapter judges the files of its check, and what it proved is reused', async () => {
  await using repo = await repoWith(yaml(words))
  expect(await ends(repo)).toEqual(['words passed'])
  expect(await ends(repo)).toEqual(['words cached'])
  repo.write({ 'README.md': 'bad' })
  expect(await ends(repo)).toEqual(['words cached'])
  repo.write({ 'b.txt': 'bad\n' })
  const run = await repo.pawl()
  expect(run.code).toBe(1)
  expect(run.shown).toContain('b.txt:1  says bad')
  expect((await repo.pawl('logs', 'words')).shown).toContain('looked at a.txt b.txt')
  expect((await repo.pawl('--files', 'a.txt')).code).toBe(0)
  expect((await repo.pawl('logs', 'words')).shown).toContain('looked at a.txt\n')
})

once('an edit of the plugin, of a file that it imports or of its version disturbs what it proved', async () => {
  await using repo = await repoWith(yaml(`${words}  lint: { command: ['true'], parser: acme/report }\n  other: { command: ['true'] }\n`))
  const all = (...kinds: readonly string[]): readonly string[] => ['lint', 'other', 'words'].map((name, i) => `${name} ${kinds[i]}`)
  expect([...(await ends(repo))].sort()).toEqual([...all('passed', 'passed', 'passed')])
  expect([...(await ends(repo))].sort()).toEqual([...all('cached', 'cached', 'cached')])
  repo.write({ 'tools/plugin.ts': plugin('// edited') })
  expect([...(await ends(repo, '--skip', 'other'))].sort()).toEqual(['lint passed', 'words passed'])
  expect([...(await ends(repo, '--skip', 'other'))].sort()).toEqual(['lint cached', 'words cached'])
  repo.write({ 'tools/version.ts': "export const version = '2'\n" })
  expect([...(await ends(repo, '--skip', 'other'))].sort()).toEqual(['lint passed', 'words passed'])
  expect((await repo.pawl('why', 'words')).shown).toContain('reuse')
})

once('an adapter that cannot say what it is, or whose code nobody knows, is never reused', async () => {
  await using repo = await repoWith(yaml(words))
  repo.write({ 'tools/version.ts': 'export const version = undefined\n' })
  expect([await ends(repo), await ends(repo)]).toEqual([['words passed'], ['words passed']])
  repo.write({
    'tools/version.ts': "const name = './other.ts'\nexport const { version } = await import(name)\n",
    'tools/other.ts': "export const version = '1'\n",
  })
  expect([await ends(repo), await ends(repo)]).toEqual([['words passed'], ['words passed']])
})

const judges: readonly (readonly [title: string, judge: string, kind: string, text: string])[] = [
  ['throws', "() => { throw new TypeError('no such thing') }", 'errored', 'the adapter own/x threw: no such thing'],
  ['rejects', "async () => { throw new Error('later') }", 'errored', 'the adapter own/x threw: later'],
  ['answers with nothing', '() => undefined', 'errored', 'answered with nothing that can be used'],
  ['answers with findings of another shape', "() => ({ passed: true, findings: [{ text: 'x' }] })", 'errored', 'answered with nothing that can be used'],
  ['says that it could not judge', "() => ({ error: 'no licence', hint: 'Buy one.' })", 'errored', 'no licence'],
  ['calls errors a pass', "() => ({ passed: true, findings: [{ severity: 'error', message: 'x' }] })", 'failed', 'x'],
  ['fails without a word', '() => ({ passed: false })', 'failed', 'it did not pass, and said nothing more'],
  ['passes with a warning', "() => ({ passed: true, findings: [{ severity: 'warning', message: 'careful' }] })", 'passed', 'careful'],
  ['goes on for ever', '() => new Promise(() => undefined)', 'timed-out', ''],
  ['runs a program that hangs', "({ run }) => run({ argv: ['sleep', '60'] }).then(() => ({ passed: true }))", 'timed-out', ''],
  [
    'asks a program that is missing',
    "async ({ run }) => ({ error: (await run({ argv: ['no-such-program-anywhere'] })).trouble })",
    'errored',
    'no-such-program-anywhere is not installed',
  ],
  ['asks a program', "async ({ run }) => ({ passed: (await run({ argv: ['sh', '-c', 'echo out; exit 3'] })).code === 3 })", 'passed', ''],
]

let judged: Promise<{ readonly all: Ended; readonly passing: Ended }> | undefined

/** One run of all of them, and one of those that pass. */
async function runOfJudges(): Promise<{ readonly all: Ended; readonly passing: Ended }> {
  const adapters = judges.map(([, judge], at) => `x${at}: { inputs: { files: [] }, version: () => '1', judge: ${judge} }`)
  const checks = judges.map(([, , kind], at) => `x${at}: { adapter: 'own/x${at}'${kind === 'timed-out' ? ', timeout: 0.3' : ''} }`)
  await using repo = await newRepo({
    'pawl.config.ts': `export const config = { detect: false, plugins: [{ name: 'own', adapters: { ${adapters.join(', ')} } }], checks: { ${checks.join(', ')} } }\n`,
  })
  const all = await repo.pawl('--json')
  return { all, passing: await repo.pawl(...judges.flatMap(([, , kind], at) => (kind === 'passed' ? ['--only', `x${at}`] : []))) }
}

for (const [at, [title, , kind, text]] of judges.entries())
  once(`an adapter that ${title}`, async () => {
    const { all, passing } = await (judged ??= runOfJudges())
    const outcome = eventsOf(all).findLast((event) => event.type === 'attempt.finished' && event['task'] === `x${at}`)?.outcome
    expect(outcome?.['kind']).toBe(kind)
    expect(JSON.stringify(outcome)).toContain(text.replace('own/x', `own/x${at}`))
    expect(kind === 'passed' ? passing.code === 0 : all.code !== 0).toBe(true)
  })

once('a parser of a plugin reads what a tool printed; one that throws makes no pass', async () => {
  const lint = "printf 'a.txt 3 too long\\n'; exit 1"
  await using repo = await repoWith(yaml(`  lint: { command: "${lint.replaceAll('\\', '\\\\')}", parser: acme/report }\n`))
  const run = await repo.pawl()
  expect([run.code, run.shown.includes('a.txt:3  too long')]).toEqual([1, true])
  repo.write({
    'tools/plugin.ts': "export default { name: 'acme', parsers: { report() { throw new Error('oh') } } }",
    'pawl.yaml': yaml("  lint: { command: ['true'], parser: acme/report }\n"),
  })
  const broken = await repo.pawl()
  expect(broken.code).toBe(2)
  expect(broken.shown).toContain('the parser acme/report threw: oh')
})

once('a strategy of a plugin leaves checks out with its reason, and decides about order and number', async () => {
  const checks = "  a: { command: ['true'] }\n  b: { command: ['true'] }\n  c: { command: ['true'], needs: [slow] }\n  slow: { command: ['true'] }\n"
  await using repo = await repoWith(yaml(checks))
  const run = await repo.pawl('--json', '--strategy', 'acme/careful')
  expect(eventsOf(run)[0]?.plan?.skips).toEqual([expect.objectContaining({ task: 'slow', reason: 'only on the branch release' })])
  expect(eventsOf(run).flatMap(({ type, task }) => (type === 'attempt.started' ? [task] : []))).toEqual(['c', 'b', 'a'])
  repo.git('checkout', '--quiet', '-b', 'release')
  expect([...(await ends(repo, '--strategy', 'acme/careful', '--force'))]).toEqual(['slow passed', 'c passed', 'b passed', 'a passed'])
  expect((await repo.pawl('plan', '--strategy', 'acme/careful', '--json')).shown).toContain('"cpu": 1')
  expect((await repo.pawl('plan', '--strategy', 'acme/careful', '--json', '--jobs', '3')).shown).toContain('"cpu": 3')
})

once('a preset of a plugin detects checks', async () => {
  await using repo = await newRepo({
    'pawl.yaml': 'plugins: [./tools/plugin.ts]\n',
    'tools/plugin.ts': plugin(),
    'tools/version.ts': "export const version = '1'\n",
    marker: '',
  })
  expect(await ends(repo, '--only', 'marked')).toEqual(['marked passed'])
})

once('a package is a plugin by its name, and its version counts', async () => {
  const manifest = (version: string): string => JSON.stringify({ name: 'pawl-plugin-acme', version, type: 'module', exports: './plugin.js' })
  await using repo = await newRepo({
    '.gitignore': 'node_modules/\n',
    'pawl.yaml': `detect: false\nplugins: [pawl-plugin-acme]\nchecks:\n${words}`,
    'a.txt': 'good',
    'node_modules/pawl-plugin-acme/package.json': manifest('1.0.0'),
    'node_modules/pawl-plugin-acme/plugin.js': plugin().replace('./version.ts', './version.js'),
    'node_modules/pawl-plugin-acme/version.js': "export const version = '1'\n",
  })
  expect([await ends(repo), await ends(repo)]).toEqual([['words passed'], ['words cached']])
  repo.write({ 'node_modules/pawl-plugin-acme/package.json': manifest('1.0.1') })
  expect(await ends(repo)).toEqual(['words passed'])
})

const mistakes: readonly (readonly [title: string, files: Readonly<Record<string, string>>, ...told: readonly string[]])[] = [
  ['is written in YAML', { 'pawl.yaml': 'plugins:\n  - name: acme\n' }, 'pawl.yaml:2:5', 'a plugin cannot be written in YAML', 'pawl.config.ts'],
  ['is not there', { 'pawl.yaml': 'plugins: [./gone.ts]\n' }, 'pawl.yaml:1:11', 'there is no plugin ./gone.ts'],
  ['is not installed', { 'pawl.yaml': 'plugins: [gone]\n' }, 'pawl.yaml:1:11', 'the plugin gone is not installed'],
  [
    'throws while it is loaded',
    { 'pawl.yaml': 'plugins: [./p.ts]\n', 'p.ts': "throw new Error('no such luck')" },
    'pawl.yaml:1:11',
    'could not be imported',
    'no such luck',
  ],
  ['exports nothing', { 'pawl.yaml': 'plugins: [./p.ts]\n', 'p.ts': 'export const x = 1' }, 'exports no plugin'],
  ['has no name', { 'pawl.config.ts': 'export const config = { plugins: [{}] }' }, 'pawl.config.ts', 'has no name that can be used'],
  ['brings something unknown', { 'pawl.config.ts': "export const config = { plugins: [{ name: 'a', linters: {} }] }" }, "brings 'linters'"],
  [
    'brings a parser that is none',
    { 'pawl.config.ts': "export const config = { plugins: [{ name: 'a', parsers: { x: 1 } }] }" },
    "'a/x' is not what parsers are",
  ],
  ['has the name of another', { 'pawl.config.ts': "export const config = { plugins: [{ name: 'a' }, { name: 'a' }] }" }, "two plugins are named 'a'"],
  ['has the name of pawl', { 'pawl.config.ts': "export const config = { plugins: [{ name: 'pawl' }] }" }, 'as pawl itself is'],
  [
    'brings no such parser',
    { 'pawl.yaml': yaml('  x: { command: a, parser: acme/reprt }\n'), 'tools/plugin.ts': plugin(), 'tools/version.ts': 'export const version = 1' },
    'pawl.yaml:4:20',
    "Did you mean 'acme/report'?",
  ],
  [
    'brings no such adapter',
    { 'pawl.yaml': yaml('  x: { adapter: acme/word }\n'), 'tools/plugin.ts': plugin(), 'tools/version.ts': 'export const version = 1' },
    'pawl.yaml:4:8',
    "Did you mean 'acme/words'?",
  ],
  [
    'brings no such strategy',
    { 'pawl.yaml': yaml(words, 'strategy: acme/carefull\n'), 'tools/plugin.ts': plugin(), 'tools/version.ts': 'export const version = 1' },
    "Did you mean 'acme/careful'?",
  ],
  ['is not named at all', { 'pawl.yaml': 'detect: false\nchecks: { x: { command: a, parser: acme/report } }\n' }, 'No plugin brings any parser'],
  [
    'has a preset that throws',
    { 'pawl.config.ts': "export const config = { plugins: [{ name: 'a', presets: [{ name: 'p', detect() { throw new Error('bad day') } }] }] }" },
    'the preset a/p cannot be used',
    'bad day',
  ],
  [
    'has a strategy that throws',
    {
      'pawl.config.ts':
        "export const config = { strategy: 'a/s', detect: false, checks: { x: { command: 'true' } }, plugins: [{ name: 'a', strategies: { s: { shouldRun() { throw new Error('bad day') } } } }] }",
    },
    'the strategy a/s cannot be used',
    'bad day',
  ],
  [
    'has an adapter with wrong inputs',
    {
      'pawl.config.ts':
        "export const config = { detect: false, checks: { x: { adapter: 'a/x' } }, plugins: [{ name: 'a', adapters: { x: { inputs: { globs: [] }, version: () => '1', judge: () => ({ passed: true }) } } }] }",
    },
    'does not say what its inputs are',
  ],
]

for (const [title, files, ...told] of mistakes)
  once(`a plugin that ${title} is told, and nothing runs`, async () => {
    await using repo = await newRepo(files)
    const run = await repo.pawl()
    expect(run.code).toBe(2)
    for (const text of told) expect(run.shown).toContain(text)
    expect(repo.exists('.pawl')).toBe(false)
  })

once('strategies as data name stages; the command line goes before them', async () => {
  await using repo = await newRepo({
    'pawl.yaml':
      "detect: false\nstrategies: { first: { stages: [environment] }, wrong: { stages: [enviroment] } }\nchecks:\n  a: { command: ['true'], stage: environment }\n  b: { command: ['true'] }\n",
  })
  expect(await ends(repo, '--strategy', 'first')).toEqual(['a passed'])
  expect((await repo.pawl('why', 'b', '--strategy', 'first')).shown).toContain('strategy first does not name quality')
  expect([...(await ends(repo, '--strategy', 'first', '--stage', 'quality', '--force'))]).toEqual(expect.arrayContaining(['b passed']))
  expect((await repo.pawl('--strategy', 'wrong')).shown).toContain("Did you mean 'environment'?")
})

once('watching takes up an edit of a plugin, and says when it cannot', async () => {
  await using repo = await repoWith(yaml(words))
  const watch = repo.start(['watch', '--json'])
  await watch.shows('"verdict":"passed"')
  repo.write({ 'tools/plugin.ts': plugin().replaceAll("'says '", "'now says '"), 'a.txt': 'bad\n' })
  await watch.shows('now says bad')
  repo.write({ 'tools/version.ts': "export const version = '2'\n" })
  await watch.shows('Start pawl watch again.')
  watch.process.kill('SIGINT')
  await watch.ended
})

once('a strategy knows what the last runs have shown, and what has changed', async () => {
  const shouldRun = `(task, { history, changed, selected }) => {
    const { outcomes = [], durationsMs = [] } = history[task.id] ?? {}
    return outcomes[0] === 'failed' && durationsMs.length === 1 && changed.join() === 'new.txt' && !selected ? true : task.id + ' ' + (outcomes.join() || 'never ran')
  }`
  await using repo = await newRepo({
    'pawl.config.ts': `export const config = { detect: false, plugins: [{ name: 'own', strategies: { again: { shouldRun: ${shouldRun} } } }], checks: { a: { command: 'false' }, b: { command: 'true' } } }\n`,
  })
  await repo.pawl()
  repo.write({ 'new.txt': '' })
  const run = eventsOf(await repo.pawl('--json', '--strategy', 'own/again'))
  expect(run[0]?.plan?.skips).toEqual([expect.objectContaining({ task: 'b', reason: 'b passed' })])
  expect(run.flatMap(({ type, task }) => (type === 'attempt.started' ? [task] : []))).toEqual(['a'])
})
