/** T30: agents commit trees that git itself would not make: names that are taken for git's own folder, that lead out, that nobody can see, or that are others elsewhere. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { oneLine, wrongEnding } from './program.ts'
import { eachCase, missingProgram, together, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'
import { differences, factsIn, ofUser, prompt, workRepo, type WorkRepo } from './working-agents.ts'

export const rows: readonly SoakRow[] = [
  { id: 'T30', title: 'agents that commit hostile trees: none lands, nothing is written outside, and odd names are shown safely', run: played },
]

/** refused: must not land. shown: may, and is told without harm. */
type End = 'refused' | 'shown'
type Entry = { readonly mode: string; readonly name: string | Uint8Array; readonly text?: string; readonly inside?: readonly Entry[] }
type Case = { readonly entries: readonly Entry[]; readonly end: End; readonly isSmall?: true }

const file = (name: string | Uint8Array, text = 'evil\n'): Entry => ({ mode: '100644', name, text })
const folder = (name: string | Uint8Array, ...inside: readonly Entry[]): Entry => ({ mode: '40000', name, inside })
const link = (name: string, target: string): Entry => ({ mode: '120000', name, text: target })
const refused = (...entries: readonly Entry[]): Case => ({ entries, end: 'refused' })
const shown = (...entries: readonly Entry[]): Case => ({ entries, end: 'shown' })
const small = (one: Case): Case => ({ ...one, isSmall: true })
const settings = file('config', '[core]\n\tfsmonitor = touch escaped\n')

const cases: Readonly<Record<string, Case>> = {
  '.git': small(refused(folder('.git', settings))),
  '.GIT': refused(folder('.GIT', settings)),
  '.Git below': refused(folder('src2', folder('.Git', settings))),
  'git~1': refused(folder('git~1', settings)),
  'GIT~1 below': refused(folder('a', folder('GIT~1', settings))),
  '.git with a blank': refused(folder('.git ', settings)),
  '.git with dots': refused(folder('.git...', settings)),
  '.git with a joiner': refused(folder('.g\u200cit', settings)),
  '.git as a stream': refused(file('.git::$INDEX_ALLOCATION')),
  '.git with a backslash': refused(file('.git\\config')),
  'a file .git': refused(file('.git', 'gitdir: /tmp\n')),
  'a link .git': refused(link('.git', '/tmp')),
  '..': small(refused(folder('..', file('escaped')))),
  '.': refused(folder('.', file('a.txt'))),
  'out and back': refused(folder('a', folder('..', folder('..', file('escaped'))))),
  'a slash in a name': refused(file('../escaped')),
  'an absolute name': refused(file('/tmp/escaped')),
  'an empty name': refused(file('')),
  'the same name twice': refused(file('same', 'one\n'), file('same', 'two\n')),
  'a link and a folder of one name': small(refused(link('l', '..'), folder('l', file('escaped')))),
  'a link in other case': refused(link('L', '..'), folder('l', file('escaped'))),
  'a link to the user': refused(link('out', '../../../src')),
  'an absolute link': refused(link('out', '/etc/passwd')),
  'settings of modules as a link': refused(link('.gitmodules', '/etc/passwd')),
  'a module that is an option': refused(file('.gitmodules', '[submodule "x"]\n\tpath = x\n\turl = --upload-pack=touch escaped\n'), {
    mode: '160000',
    name: 'x',
  }),
  'a module with a line end in its path': refused(file('.gitmodules', '[submodule "x"]\n\tpath = "x\\r"\n\turl = ../x\n'), { mode: '160000', name: 'x\r' }),
  'a module named after a folder above': refused(file('.gitmodules', '[submodule "../../x"]\n\tpath = x\n\turl = ../x\n'), { mode: '160000', name: 'x' }),
  'a commit in the place of a file': refused({ mode: '160000', name: 'inner' }),
  'an odd mode': shown({ mode: '100777', name: 'odd', text: 'x' }),
  'a mode with zeros': refused({ mode: '0100644', name: 'odd', text: 'x' }),
  'state of pawl': refused(folder('.pawl', file('config.yaml'))),
  'a very long name': refused(file('n'.repeat(4096))),
  'two that differ in case': small(shown(file('Twin.txt', 'one\n'), file('twin.txt', 'two\n'))),
  'two that differ in form': shown(file('\u00e9.txt', 'one\n'), file('e\u0301.txt', 'two\n')),
  'a line break': shown(file('a\nb.txt')),
  'an escape': shown(file('\u001b]0;owned\u0007\u001b[2J.txt')),
  'written backwards': shown(file('\u202etxt.exe')),
  'no UTF-8': shown(file(new Uint8Array([0x66, 0xff, 0xfe, 0x2e, 0x74]))),
  'an option': shown(file('--upload-pack=touch escaped')),
  'a pattern': shown(file(':(exclude)src'), file('*')),
}

async function played(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const some = Object.entries(cases).filter(([, { isSmall }]) => size === 'full' || isSmall === true)
  const ends: string[] = []
  const all = (how: readonly string[]): Promise<SoakResult> =>
    eachCase(some.length, 2, async (index) => {
      const [name, one] = some[index] ?? ['', refused()]
      return (await play(one, how, ends)).map((line) => `${name}${how.length === 0 ? '' : ' in the sandbox'}: ${line}`)
    })
  const missing = missingProgram('bwrap')
  const shut = missing === undefined ? await all(['--sandbox']) : { cases: 0, broken: [], skipped: missing }
  const result = together(await all([]), shut)
  const count = (end: string): number => ends.filter((one) => one === end).length
  report(`${some.length} trees, in worktrees and in the sandbox: ${count('held')} did not land, ${count('landed')} landed`)
  return result
}

async function play({ entries, end: wanted }: Case, how: readonly string[], ends: string[]): Promise<readonly string[]> {
  await using repo = await workRepo({})
  const tree = treeOf(repo, [...present(repo), ...entries])
  const does = `c=$(git commit-tree -p HEAD -m evil ${tree}) && git update-ref HEAD $c; ${wanted === 'shown' ? 'git read-tree --reset -u HEAD' : ':'}; echo beside > src/beside.txt`
  repo.write({ 'attack.md': prompt('Attack', does) })
  repo.commit('task')
  const before = ofUser(repo)
  const end = await repo.work('attack.md', '--mends', '0', ...how)
  const broken = [...wrongEnding(end, [0, 1, 2])]
  const landed = repo.git('for-each-ref', 'refs/heads/pawl/integration') !== '' && repo.git('log', '--format=%T', 'main..pawl/integration').includes(tree)
  ends.push(landed ? 'landed' : 'held')
  if (landed && wanted === 'refused') broken.push(`it landed: ${oneLine(end.text.slice(-300))}`)
  if (landed && spawnSync('git', ['fsck', '--strict'], { cwd: repo.root }).status !== 0) broken.push('git finds fault with what landed')
  if (factsIn(end.stdout, 'work:attack').every(({ kind }) => kind !== 'turn-ended')) broken.push(`its agent never worked: ${oneLine(end.text)}`)
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  if (/[\u0000-\u0008\u000b-\u001f\u202a-\u202e]/.test(end.text)) broken.push('characters that a terminal obeys were printed')
  for (const place of [repo.base, repo.root, join(repo.root, '.pawl'), join(repo.root, '.pawl/worktrees'), '/tmp'])
    if (existsSync(join(place, 'escaped'))) broken.push(`something was written to ${place}`)
  return [...broken, ...differences(before, ofUser(repo)).map((what) => `${what} of the user has changed`)]
}

/** The tree as it is, for what is added to it. */
const present = (repo: WorkRepo): readonly (Entry & { readonly id: string })[] =>
  repo
    .git('ls-tree', '-z', 'HEAD')
    .split('\0')
    .filter((line) => line !== '')
    .map((line) => {
      const [mode = '', , id = ''] = line.slice(0, line.indexOf('\t')).split(' ')
      return { mode: mode.replace(/^0/, ''), name: line.slice(line.indexOf('\t') + 1), id }
    })

/** As bytes, for git would not make it. In the order of git, names that are the same one after the other. */
function treeOf(repo: WorkRepo, entries: readonly (Entry & { readonly id?: string })[]): string {
  const made = entries.map((entry) => ({ ...entry, bytes: Buffer.from(entry.name), id: entry.id ?? idOf(repo, entry) }))
  const key = ({ bytes, mode }: (typeof made)[number]): Buffer => (mode === '40000' ? Buffer.concat([bytes, Buffer.from('/')]) : bytes)
  const sorted = made.toSorted((a, b) => Buffer.compare(key(a), key(b)))
  const content = Buffer.concat(sorted.flatMap(({ mode, bytes, id }) => [Buffer.from(`${mode} `), bytes, Buffer.from('\0'), Buffer.from(id, 'hex')]))
  return hashed(repo, content, ['-t', 'tree', '--literally'])
}

function idOf(repo: WorkRepo, { mode, text, inside }: Entry): string {
  if (mode === '160000') return repo.git('rev-parse', 'HEAD').trim()
  return inside === undefined ? hashed(repo, Buffer.from(text ?? ''), []) : treeOf(repo, inside)
}

function hashed(repo: WorkRepo, input: Buffer, words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync('git', ['hash-object', '-w', '--stdin', ...words], { cwd: repo.root, input, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout.trim()
}
