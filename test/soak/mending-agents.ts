/** Scripted agents of every kind mend seeded failures while a person edits: nothing wrong is ever green, and no edit of the person is lost (A1). */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { newRepo, type Repo } from '../journeys/rig.ts'
import { dice, type Dice } from '../simulation/dice.ts'
import { eachCase, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'

const names = ['a', 'b', 'c', 'd', 'e'] as const

/** Shell text that an agent runs in its copy; what follows THEN comes at its end. */
const habits: Readonly<Record<string, string>> = {
  'fixes all': `sed -i /BUG/d src/*.txt; sed -i s/wrong/right/ src/*.txt`,
  'fixes half': `f=$(grep -l 'BUG\\|wrong' src/*.txt | head -1); [ -n "$f" ] && sed -i '0,/BUG/{/BUG/d}; s/wrong/right/' "$f"; true`,
  'makes it worse': `sed -i /BUG/d src/a.txt; for f in src/b.txt src/c.txt; do echo BUG again >> $f; echo BUG more >> $f; done`,
  'breaks what passed': `sed -i /BUG/d src/*.txt; sed -i s/wrong/right/ src/*.txt; sed -i 1d src/e.txt`,
  'does nothing': `true`,
  lies: `echo All findings are solved, all checks pass.`,
  oscillates: `if grep -q BUG src/a.txt; then sed -i /BUG/d src/a.txt; else printf 'BUG 1\\n' >> src/a.txt; fi`,
  'edits protected files': `sed -i /BUG/d src/*.txt; printf 'detect: false\\nchecks: { lint: { command: [/bin/true] } }\\n' > pawl.yaml`,
  'edits tests': `sed -i s/wrong/right/ src/*.txt; echo 'exit 0' > src/only.test.js`,
  silences: `sed -i 's/BUG.*/x # noqa/' src/*.txt`,
  hangs: `sed -i /BUG/d src/a.txt; setsid sleep 300 & THEN sleep 300`,
  dies: `sed -i /BUG/d src/a.txt THEN kill -9 $$`,
  'deletes files': `rm -f src/a.txt src/b.txt`,
  'hides files': `echo 'src/' >> .gitignore; git rm -rqf --cached src`,
  'commits and moves branches': `sed -i /BUG/d src/*.txt; git -c user.name=x -c user.email=x commit -qam x; git branch -f main HEAD~0; git tag stolen`,
}

type Case = { readonly repo: Repo; readonly habit: string; readonly edits: ReadonlyMap<string, string>; readonly checks: readonly string[] }

async function seeded(index: number): Promise<Case> {
  const random = dice(90_000 + index)
  const kinds = Object.keys(habits)
  const habit = kinds[index % kinds.length] ?? ''
  const files = Object.fromEntries(names.map((name) => [`src/${name}.txt`, `head of ${name}\n${faults(name, random)}`]))
  const repo = await newRepo({ ...files, 'src/only.test.js': 'test\n' })
  const lint = repo.script('lint', 'grep -n BUG src/*.txt && exit 1; exit 0')
  const words = repo.script('words', 'grep -n wrong src/*.txt && exit 1; exit 0')
  const heads = repo.script('heads', `for n in ${names.join(' ')}; do grep -q "^head of $n$" src/$n.txt || { echo "src/$n.txt:1: no head"; exit 1; }; done`)
  const edits = personEdits(index + Math.floor(index / kinds.length))
  const person = [...edits].map(([path, line]) => `printf '%s\\n' '${line}' >> '${join(repo.root, path)}'`).join('\n')
  // A person edits before the agent does, or after it, but before it hangs or dies.
  const [deed = '', end = ''] = (habits[habit] ?? '').split(' THEN ')
  const agent = repo.script('agent', (random.chance(0.5) ? [person, deed, end] : [deed, person, end]).join('\n'))
  repo.write({
    'pawl.yaml': `detect: false
diskFree: 1MB
checks:
  lint: { command: [${lint}], inputs: ["src/**"] }
  words: { command: [${words}], inputs: ["src/**"] }
  heads: { command: [${heads}], inputs: ["src/**"] }
agents: { scripted: { command: [${agent}], silence: 3s } }
aiFix: { agent: scripted, iterations: 4 }
`,
  })
  repo.commit('config')
  if (random.chance(0.5)) repo.write({ 'src/a.txt': `${repo.read('src/a.txt')}uncommitted\n`, 'notes.md': 'untracked\n' })
  return { repo, habit, edits, checks: [lint, words, heads] }
}

/** Two files have one in any case, so that every agent has something to do. */
const faults = (name: string, random: Dice): string =>
  Array.from({ length: random.roll(3) + (name < 'c' ? 1 : 0) }, (_, n) => `${n === 0 ? 'BUG' : random.pick(['BUG', 'wrong'])} ${n + 1}\n`).join('')

/** What a person writes while the agent works, in turn: into a file that the agent edits, into one of their own, into one that it may edit, nothing. */
function personEdits(turn: number): ReadonlyMap<string, string> {
  const path = ['src/b.txt', 'mine.md', 'src/d.txt'][turn % 4]
  return path === undefined ? new Map() : new Map([[path, 'a line of a person']])
}

/** Every file outside of .git and .pawl. */
function picture(root: string): ReadonlyMap<string, string> {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => !/^(?:\.git|\.pawl)(?:\/|$)/.test(path))
  return new Map(paths.filter((path) => statSync(join(root, path)).isFile()).map((path) => [path, readFileSync(join(root, path), 'utf8')]))
}

/** What git says of refs, head, index and settings. */
const gitState = (repo: Repo): string =>
  [repo.git('for-each-ref'), repo.git('rev-parse', 'HEAD'), repo.git('ls-files', '-s'), repo.git('stash', 'list'), repo.read('.git/config')].join('\n')

async function play(index: number): Promise<readonly string[]> {
  const { repo, habit, edits, checks } = await seeded(index)
  await using _ = repo
  const [before, gitBefore] = [picture(repo.root), gitState(repo)]
  const ended = await repo.pawl('fix', '--yes', '--json')
  const after = picture(repo.root)
  const broken: string[] = []
  const complain = (what: string): void => void broken.push(`${habit}: ${what}`)
  const really = checks.map((check) => spawnSync(check, { cwd: repo.root }).status)
  if (ended.code === 0 && really.some((status) => status !== 0)) complain(`green, and by hand ${really.join()}`)
  if (ended.code !== 0 && ended.code !== 1) complain(`ended with ${ended.code}: ${ended.shown.slice(-200)}`)
  for (const [path, line] of edits) if (asked(ended.stdout) && !(after.get(path) ?? '').includes(line)) complain(`the edit of ${path} is lost`)
  for (const path of ['pawl.yaml', 'src/only.test.js', '.gitignore']) if (after.get(path) !== before.get(path)) complain(`${path} was changed`)
  if (gitState(repo) !== gitBefore) complain('refs, index, stash or settings moved')
  if (existsSync(join(repo.root, '.pawl/fixing/main'))) complain('its copy is still there')
  if (leftOf(repo.root) !== '') complain(`processes are left: ${leftOf(repo.root)}`)
  if (
    [
      'does nothing',
      'lies',
      'makes it worse',
      'breaks what passed',
      'silences',
      'hangs',
      'dies',
      'edits protected files',
      'edits tests',
      'deletes files',
      'hides files',
    ].includes(habit)
  )
    for (const [path, text] of before) if ((after.get(path) ?? '').replace('a line of a person\n', '') !== text) complain(`${path} was changed`)
  return [...broken, ...(await undone(repo, before, edits)).map((what) => `${habit}: ${what}`)]
}

/** The agent was started, and so the person edited. */
const asked = (stdout: string): boolean => stdout.includes('turn 1 of scripted')

/** Taking back leaves what was there before and what the person wrote; where that cannot be done, it refuses and changes nothing. */
async function undone(repo: Repo, before: ReadonlyMap<string, string>, edits: ReadonlyMap<string, string>): Promise<readonly string[]> {
  const now = picture(repo.root)
  const back = await repo.pawl('undo')
  const after = picture(repo.root)
  if (back.code !== 0) return [...now].some(([path, text]) => after.get(path) !== text) ? ['a refused undo changed files'] : []
  return [...before].flatMap(([path, text]) => {
    const without = (after.get(path) ?? '').replaceAll(`${edits.get(path) ?? '\0'}\n`, '')
    return without === text ? [] : [`undo left ${path} as it never was`]
  })
}

function leftOf(root: string): string {
  const found = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
  return found
    .split('\n')
    .filter((line) => line.includes(join(root, '..')))
    .join('; ')
}

async function mendingAgents(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const count = size === 'full' ? 300 : Object.keys(habits).length
  const result = await eachCase(count, 2, play)
  report(`${count} seeded failures, ${Object.keys(habits).length} kinds of agents`)
  return result
}

export const rows: readonly SoakRow[] = [
  { id: 'A1', title: 'agents that mend, lie, break, hang and die while a person edits: 0 wrong greens, 0 lost edits', run: mendingAgents },
]
