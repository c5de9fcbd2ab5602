/** No result is reused for a content that was never judged, whatever part of it changed and whenever (T36). */
import { createHash } from 'node:crypto'
import { appendFileSync, chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprintOf } from '../../src/engine/fingerprint.ts'
import { plainTask } from '../plain-task.ts'
import { newRepo } from '../journeys/rig.ts'
import { dice } from '../simulation/dice.ts'
import { answeredAtOnce, checkedIn, outcomeOf } from './in-process.ts'
import { fileByFile } from './file-by-file.ts'
import { together, type SoakRow } from './soak-row.ts'

export const rows: readonly SoakRow[] = [
  {
    id: 'T36',
    title: 'a change of any kind of input is never answered with a result of something else, and a pass whose files were edited meanwhile is not kept',
    run: async (size, report) => {
      return together(await mutations(size, report), await fileByFile(size, report), await races(size, report))
    },
  },
]

/** Everything that decides about the check, by class of input; each has a few values, so that what was seen before comes again. */
type World = { [name: string]: number }
const sizes: World = {
  tracked: 4,
  second: 3,
  untracked: 3,
  mode: 2,
  link: 3,
  argument: 3,
  folder: 2,
  variable: 3,
  ownVariable: 2,
  program: 3,
  lockfile: 3,
  extra: 3,
  upstream: 3,
  exits: 2,
  parser: 2,
  outputs: 2,
  output: 2,
}

const config = (world: World, tool: string): string => `detect: false
diskFree: 1MB
checks:
  make:
    command: [cp, source.txt, made/result.txt]
    inputs: [source.txt]
    outputs: [made/result.txt]
  judge:
    command: [${tool}, word${world['argument']}]
    cwd: ${world['folder'] === 0 ? '.' : 'src'}
    inputs: [src/**, package-lock.json]
    extra: [settings.local]
    passEnv: [MODE]
    env: { OWN: v${world['ownVariable']} }
    needs: [make]
    exits: { pass: ${world['exits'] === 0 ? '[0]' : '[0, 3]'} }
    parser: ${world['parser'] === 0 ? 'gnu' : 'none'}
    outputs: [${world['outputs'] === 0 ? 'reports/a.txt' : 'reports/b.txt'}]
`

/** Tells the outside what it saw: the digest of the bytes that it read, in a log beside the repository. */
const judge = (root: string, version: number): string => `cd "${root}"
seen=$({ echo "version ${version}"; cat src/a.txt src/b.txt src/new.txt 2>/dev/null; [ -x src/tool.sh ] && echo executable; readlink src/link; echo "$1" "$OWN" "$MODE"; cat package-lock.json settings.local made/result.txt; } | sha256sum)
echo "$seen" >> ../executions
mkdir -p reports
echo report > reports/a.txt; echo report > reports/b.txt`

function put(root: string, world: World, script: (name: string, text: string) => string): void {
  const value = (name: string): number => world[name] ?? 0
  const text = (path: string, content: string | undefined): void => {
    if (content === undefined) rmSync(join(root, path), { force: true })
    else if (!existsSync(join(root, path)) || readFileSync(join(root, path), 'utf8') !== content) writeFileSync(join(root, path), content)
  }
  text('src/a.txt', `tracked ${value('tracked')}\n`)
  text('src/b.txt', `second ${value('second')}\n`)
  text('src/new.txt', value('untracked') === 0 ? undefined : `untracked ${value('untracked')}\n`)
  chmodSync(join(root, 'src/tool.sh'), value('mode') === 0 ? 0o644 : 0o755)
  const target = ['a.txt', 'b.txt', 'nowhere'][value('link')] ?? ''
  if (lstatSync(join(root, 'src/link'), { throwIfNoEntry: false }) === undefined || readlinkSync(join(root, 'src/link')) !== target) {
    rmSync(join(root, 'src/link'), { force: true })
    symlinkSync(target, join(root, 'src/link'))
  }
  text('package-lock.json', `{ "lock": ${value('lockfile')} }\n`)
  text('settings.local', `extra ${value('extra')}\n`)
  text('source.txt', `upstream ${value('upstream')}\n`)
  const tool = join(root, '../tools/judge')
  if (!existsSync(tool) || !readFileSync(tool, 'utf8').includes(judge(root, value('program')))) script('judge', judge(root, value('program')))
  text('pawl.yaml', config(world, tool))
  // Somebody else may touch what the check wrote.
  if (value('output') === 1) text('reports/a.txt', 'tampered\n')
}

/** The same bytes that the tool reads, put together here; and what pawl alone sees. */
function stateOf(world: World): { readonly seen: string; readonly rules: string } {
  const value = (name: string): number => world[name] ?? 0
  const target = ['a.txt', 'b.txt', 'nowhere'][value('link')] ?? ''
  const bytes = [
    `version ${value('program')}\n`,
    `tracked ${value('tracked')}\nsecond ${value('second')}\n`,
    value('untracked') === 0 ? '' : `untracked ${value('untracked')}\n`,
    value('mode') === 0 ? '' : 'executable\n',
    `${target}\nword${value('argument')} v${value('ownVariable')} mode${value('variable')}\n`,
    `{ "lock": ${value('lockfile')} }\nextra ${value('extra')}\nupstream ${value('upstream')}\n`,
  ].join('')
  return { seen: createHash('sha256').update(bytes).digest('hex'), rules: ['folder', 'exits', 'parser', 'outputs'].map(value).join() }
}

async function mutations(size: 'ci' | 'full', report: (line: string) => void): ReturnType<SoakRow['run']> {
  const chance = dice(20_261_127)
  await using repo = await newRepo({
    '.gitignore': 'made/\nreports/\nsettings.local\n',
    'src/tool.sh': 'true\n',
    'src/a.txt': '',
    'src/b.txt': '',
    'package-lock.json': '',
  })
  mkdirSync(join(repo.root, 'made'))
  const world: World = Object.fromEntries(Object.keys(sizes).map((name) => [name, 0]))
  const log = join(repo.root, '../executions')
  appendFileSync(log, '')
  const executions = (): string[] =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
  const judged = new Set<string>()
  const broken: string[] = []
  let reuses = 0
  let answers = 0
  const cases = size === 'full' ? 1000 : 80
  for (let step = 0; step < cases; step++) {
    // Every class at least once, in turn; then by chance, often back to what was there before.
    const name = Object.keys(sizes)[step < 20 ? step % Object.keys(sizes).length : chance.roll(Object.keys(sizes).length)] ?? ''
    world[name] = (step % 5 === 4 ? 0 : chance.roll(sizes[name] ?? 1)) % (sizes[name] ?? 1)
    put(repo.root, world, (file, text) => repo.script(file, text))
    const { seen, rules } = stateOf(world)
    const before = executions().length
    const env = { MODE: `mode${world['variable']}` }
    const atOnce = await answeredAtOnce(repo.root, env)
    if (atOnce) answers += 1
    const outcome = atOnce ? { kind: 'cached' } : outcomeOf(await checkedIn(repo.root, { env }), 'judge')
    const lines = executions()
    if (lines.length > before) {
      if (lines.at(-1)?.startsWith(seen) !== true) broken.push(`step ${step}, ${name}: the tool saw something else than what is there`)
      judged.add(`${seen} ${rules}`)
    } else if (outcome?.kind !== 'cached') broken.push(`step ${step}, ${name}: it neither ran nor was reused, but ${outcome?.kind}`)
    else if (judged.has(`${seen} ${rules}`)) reuses += 1
    else broken.push(`step ${step}, ${name}: reused for a content that was never judged`)
    const reportPath = join(repo.root, world['outputs'] === 0 ? 'reports/a.txt' : 'reports/b.txt')
    if (!existsSync(reportPath) || readFileSync(reportPath, 'utf8') !== 'report\n') broken.push(`step ${step}, ${name}: the output is not what the check wrote`)
    if (step % 100 === 99) report(`${step + 1} changes, ${reuses} reuses`)
  }
  broken.push(...platforms())
  if (reuses < cases / 20) broken.push(`only ${reuses} reuses in ${cases} runs: this proves nothing`)
  report(`${cases} changes, ${reuses} reuses, ${answers} of them answered at once, ${judged.size} contents judged`)
  return { cases, broken: broken.slice(0, 20) }
}

/** No machine can change its platform: asked of the function that makes the key. */
function platforms(): readonly string[] {
  const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
  const tree = { files: [], mark: { delta: {} }, ignores: () => false, matching: () => [] }
  const visible = { tree, files: undefined, env: {}, tools: {}, extra: {}, upstream: {} }
  const keys = ['linux x64 glibc', 'linux x64 musl', 'linux arm64 glibc', 'macos arm64'].map(
    (platform) => fingerprintOf(plainTask('a'), { ...visible, platform }, digest)?.key,
  )
  return new Set(keys).size === 4 ? [] : ['the platform is not part of the key']
}

/** What an editor can do while a check runs; $1 is the folder, $2 fresh text. */
const edits: readonly (readonly [what: string, script: string])[] = [
  ['writes another text', 'echo "$2" > src/a.txt'],
  ['writes another text and puts the first one back', 'cp src/a.txt ../kept; echo "$2" > src/a.txt; cat ../kept > src/a.txt'],
  ['puts the first one back with its old time', 'cp -p src/a.txt ../kept; echo "$2" > src/a.txt; cat ../kept > src/a.txt; touch -r ../kept src/a.txt'],
  ['saves by renaming', 'echo "$2" > src/a.txt~; mv src/a.txt~ src/a.txt'],
  ['saves by renaming, with the old size and time', 'sed "s/start/trats/" src/a.txt > src/a.txt~; touch -r src/a.txt src/a.txt~; mv src/a.txt~ src/a.txt'],
  ['makes a new file', 'echo "$2" > "src/new-$2.txt"'],
  ['makes a file executable', 'if [ -x src/b.txt ]; then chmod -x src/b.txt; else chmod +x src/b.txt; fi'],
  ['removes a file and makes it again', 'cp src/b.txt ../kept; rm src/b.txt; cp ../kept src/b.txt'],
  ['removes a file', 'rm -f src/c.txt'],
  ['turns a link', 'ln -sfn "$2" src/link'],
  ['commits', 'echo "$2" > src/a.txt; git -c user.name=x -c user.email=x@x -c commit.gpgsign=false commit -qam "$2"'],
  ['changes an extra file', 'echo "$2" > settings.local'],
  ['switches a branch and back', 'echo "$2" > src/a.txt; git stash -q; git stash pop -q'],
  ['changes what the check needs', 'echo "$2" > made/result.txt'],
  ['changes the tool', 'echo "# $2" >> ../tools/judge'],
]

async function races(size: 'ci' | 'full', report: (line: string) => void): ReturnType<SoakRow['run']> {
  await using repo = await newRepo({ '.gitignore': 'made/\nsettings.local\n', 'src/a.txt': 'start\n', 'src/b.txt': 'b\n', 'src/c.txt': 'c\n' })
  repo.git('config', 'user.name', 'x')
  repo.git('config', 'user.email', 'x@example.invalid')
  const log = join(repo.root, '../executions')
  const editor = join(repo.root, '../editor')
  // It reads first and is edited under its hands; the text of the edit is no input.
  const tool = repo.script('judge', `cat src/a.txt > /dev/null; echo run >> "${log}"; . "${editor}"`)
  mkdirSync(join(repo.root, 'made'))
  repo.write({
    'settings.local': 'x\n',
    'source.txt': 'x\n',
    'pawl.yaml': `detect: false\ndiskFree: 1MB\nchecks:\n  make: { command: [cp, source.txt, made/result.txt], inputs: [source.txt], outputs: [made/result.txt] }\n  judge: { command: [${tool}], inputs: ["src/**"], extra: [settings.local, made/result.txt], needs: [make] }\n`,
  })
  symlinkSync('a.txt', join(repo.root, 'src/link'))
  repo.commit('all')
  const runs = (): number => (existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0)
  const broken: string[] = []
  const cases = size === 'full' ? 200 : edits.length
  for (let step = 0; step < cases; step++) {
    const [what, script] = edits[step % edits.length] ?? ['', '']
    repo.write({ 'src/a.txt': `start ${step}\n`, 'src/c.txt': 'c\n' })
    writeFileSync(editor, `set -- . text${step}\n${script}\n`)
    const outcome = outcomeOf(await checkedIn(repo.root), 'judge')
    const before = runs()
    writeFileSync(editor, '')
    await checkedIn(repo.root)
    if (outcome?.kind !== 'passed') broken.push(`an editor that ${what}: the check ended as ${JSON.stringify(outcome)}`)
    if (runs() === before) broken.push(`an editor that ${what}: the pass was kept`)
    if (step % 50 === 49) report(`${step + 1} races`)
  }
  return { cases, broken: broken.slice(0, 20) }
}
