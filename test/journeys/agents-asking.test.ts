/** An agent in the sandbox asks pawl: its work is checked outside as the gate does it, what passes is known at landing, and nothing of it outlives the turn. */
import { expect, test } from 'bun:test'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sandboxTrouble } from '../../src/host/sandbox.ts'
import { fact, wordsOf } from '../soak/watching.ts'
import { askingAgent } from './asking-agent.ts'
import { newRepo, once, type Repo } from './rig.ts'
import { endingsIn, eventsIn, factsOf, runAgents, sh } from './scripted-agent.ts'

const trouble = await sandboxTrouble()
const shutIn = test.if(trouble === undefined)
const shutInOnce: typeof once = trouble === undefined ? once : (title) => test.if(false)(title, () => undefined)

async function askingRepo(prompts: Readonly<Record<string, string>>): Promise<Repo> {
  const repo = await newRepo({ 'src/a.txt': 'alpha\n', 'src/b.txt': 'beta\n', 'docs/a.md': 'fine\n', '.gitignore': '.pawl\nignored\n', ...prompts })
  repo.git('config', 'user.name', 'Journey')
  repo.git('config', 'user.email', 'journey@example.invalid')
  repo.write({
    'pawl.yaml': `detect: false
checks:
  lint: { command: [sh, -c, "pwd; ls -A ~; test ! -e ignored || echo IGNORED; test ! -e ~/planted || exit 1; touch ~/planted; grep -rn BUG src && exit 1; exit 0"], inputs: ["src/**"] }
  docs: { command: [sh, -c, "grep -rn BUG docs && exit 1; exit 0"], inputs: ["docs/**"] }
agents: { asking: { kind: claude, command: [${askingAgent(join(repo.root, '../tools'))}], silence: 60s } }
work: { agent: asking, delay: 1s, retries: 0 }
`,
  })
  repo.commit('config')
  return repo
}

type Answer = {
  readonly result: {
    readonly content: readonly { readonly text: string }[]
    readonly isError: boolean
    readonly structuredContent: {
      readonly verdict: string
      readonly since?: string
      readonly leftOut: number
      readonly output?: readonly string[]
      readonly checks: readonly { readonly name: string; readonly ending: string }[]
      readonly findings: readonly { readonly file?: string; readonly line?: number; readonly message: string }[]
      readonly others?: readonly { readonly job: string; readonly paths: readonly string[] }[]
    }
  }
}
/** Answers are committed with the work, one a line. */
const answersIn = (repo: Repo, path: string): readonly Answer['result'][] =>
  repo
    .git('show', `pawl/integration:${path}`)
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as Answer).result)
const endings = ({ structuredContent: { checks } }: Answer['result']) => Object.fromEntries(checks.map(({ name, ending }) => [name, ending]))
const notes = (events: ReturnType<typeof eventsIn>): readonly string[] =>
  events.flatMap(({ type, text }) => (type === 'attempt.noted' && text !== undefined ? [text] : []))

shutIn('an agent in the sandbox has its work checked, mends it, and what passed is not run again, neither by its gate nor at landing', async () => {
  const work = `
case "$BRIEF" in *'The MCP server "pawl"'*) ;; *) exit 4 ;; esac
echo 'BUG here' >> src/a.txt
rm src/b.txt; mkdir src/b.txt; echo new > src/b.txt/file; ln -s b.txt/file src/link
echo anything > ignored; echo planted > ~/planted
ask check '{}' >> answers.jsonl
ask explain '{"check":"lint"}' >> answers.jsonl
echo better > src/a.txt
ask check '{}' >> answers.jsonl
ask check '{"all":true}' >> answers.jsonl
ask check '{"only":["lin"]}' >> answers.jsonl
ask report_done '{"summary":"done"}' >> answers.jsonl`
  await using repo = await askingRepo({ 'one.md': sh('One', work) })
  const ended = await runAgents(repo, 'one.md', '--sandbox')
  expect(endingsIn(ended)).toMatchObject({ 'work:one': 'passed', 'land:one': 'passed' })
  const [red, explained, green, again, unknown, done] = answersIn(repo, 'answers.jsonl')
  if (red === undefined || explained === undefined || green === undefined || again === undefined) throw new Error('it was not answered')
  expect(red.structuredContent).toMatchObject({ verdict: 'failed', leftOut: 1, findings: [{ file: 'src/a.txt', line: 2, message: 'BUG here' }] })
  expect(endings(red)).toEqual({ lint: 'failed' })
  expect(explained.content[0]?.text).toContain('src/a.txt:2  BUG here')
  expect([green.structuredContent.verdict, endings(green)]).toEqual(['passed', { lint: 'passed' }])
  expect([again.structuredContent.verdict, endings(again)]).toEqual(['passed', { docs: 'passed', lint: 'cached' }])
  expect([unknown?.isError, unknown?.content[0]?.text.includes("Did you mean 'lint'?")]).toEqual([true, true])
  expect(done?.content[0]?.text).toContain('Recorded.')
  // Nothing that lies in its checkout or its home besides was judged, and no place is told that it does not see.
  const printed = explained.structuredContent.output?.join('\n') ?? ''
  expect([printed.includes('IGNORED'), printed.includes('planted')]).toEqual([false, false])
  const { lease } = factsOf(ended, 'work:one').find(({ kind }) => kind === 'leased') as unknown as { readonly lease: { readonly folder: string } }
  expect(printed).toContain(lease.folder)
  expect(repo.git('show', 'pawl/integration:answers.jsonl')).not.toContain('pawl-gate')
  // The only runs were those that it asked for.
  expect(notes(eventsIn(ended)).filter((text) => text.startsWith('judged '))).toEqual([])
  expect(factsOf(ended, 'work:one').find(({ kind }) => kind === 'judged-together')).toMatchObject({ ran: 0 })
  expect(
    repo
      .git('ls-tree', '-r', 'pawl/integration', 'src')
      .split('\n')
      .map((line) => line.replace(/ blob \w+\t/, ' ')),
  ).toEqual(['100644 src/a.txt', '100644 src/b.txt/file', '120000 src/link', ''])
  expect(readdirSync(join(repo.root, '.pawl/clones'))).toEqual([])
  expect(readdirSync(join(repo.root, '.pawl/jobs/1')).filter((name) => name.includes('door'))).toEqual([])
})

shutInOnce('what it writes into the configuration is not run, and jobs tell each other what they claim', async () => {
  const config = `printf 'checks: { evil: { command: [touch, %s/evil] }, lint: { command: ["true"] } }\\n' "$PWD" > pawl.yaml; printf 'throw 1' > pawl.config.ts`
  await using repo = await askingRepo({
    'one.md': sh(
      'One',
      `${config}\necho BUG >> src/a.txt; ask check '{"all":true}' > answers.jsonl; ask claim_files '{"paths":["src/a.txt"]}' >> answers.jsonl
git checkout -q pawl.yaml; rm pawl.config.ts; echo ok > src/a.txt; touch ~/planted; echo one > claimed; ask claim_files '{"paths":["../../one/x"]}' >> answers.jsonl
ask ask_person '{"question":"Which?","wait_seconds":0}' >> answers.jsonl`,
    ),
    'two.md': sh(
      'Two',
      `ask claim_files '{"paths":["src"]}' > second.jsonl; ask declare_no_change '{"why":"it is so"}' >> second.jsonl`,
      undefined,
      'depends_on: one',
    ),
    'three.md': sh('Three', `ask declare_no_change '{"why":"it is so"}'`),
  })
  const ended = await runAgents(repo, 'one.md', 'two.md', 'three.md', '--sandbox')
  expect(endingsIn(ended)).toMatchObject({ 'land:one': 'passed', 'land:two': 'passed', 'work:three': 'passed' })
  expect(factsOf(ended, 'work:three').find(({ kind }) => kind === 'unchanged')).toMatchObject({ why: 'it is so' })
  const [checked, claimed, refused, asked] = answersIn(repo, 'answers.jsonl')
  expect(checked === undefined ? {} : endings(checked)).toEqual({ lint: 'failed', docs: 'passed' })
  expect([claimed?.isError, refused?.isError]).toEqual([false, true])
  expect(asked?.content[0]?.text).toContain('nobody has answered yet')
  expect(repo.git('ls-tree', '-r', '--name-only', 'pawl/integration')).not.toContain('evil')
  const [other] = answersIn(repo, 'second.jsonl')
  expect(other?.structuredContent.others).toMatchObject([{ job: 'one', paths: ['src/a.txt'] }])
})

/** The check that was asked for sleeps, and no other one. */
async function sleepingRepo() {
  const seconds = String(100_000 + Math.floor(Math.random() * 100_000))
  const repo = await askingRepo({
    'one.md': sh('One', `echo BUG >> src/a.txt; ask check '{"all":true}' > /dev/null & while [ ! -e ignored ]; do sleep 0.05; done`, 'true'),
  })
  repo.write({ 'pawl.yaml': repo.read('pawl.yaml').replace('pwd; ls -A', `case $PWD in *pawl-gate*) sleep ${seconds};; esac; ls -A`) })
  repo.commit('slow')
  const running = repo.start(['agents', 'run', 'one.md', '--sandbox', '--json', '--mends', '0'])
  const isAsleep = (): boolean => readdirSync('/proc').some((pid) => /^\d+$/.test(pid) && wordsOf(pid).join(' ').trim() === `sleep ${seconds}`)
  expect(await fact(isAsleep, 60_000)).toBe(true)
  const clones = join(repo.root, '.pawl/clones')
  return { repo, running, isAsleep, clones: () => readdirSync(clones), endTurn: () => writeFileSync(join(clones, work(clones), 'tree/ignored'), '') }
}
const work = (clones: string): string => readdirSync(clones).find((name) => name.startsWith('one-')) ?? ''
const doors = (repo: Repo): readonly string[] => readdirSync(join(repo.root, '.pawl/jobs/1')).filter((name) => name.endsWith('.door'))

shutInOnce('a check that goes on when the turn ends is ended with it', async () => {
  const { repo, running, isAsleep, clones, endTurn } = await sleepingRepo()
  await using _ = repo
  expect([doors(repo), clones().length]).toEqual([['one.door'], 3])
  endTurn()
  await running.shows('"kind":"judged"')
  expect([isAsleep(), doors(repo), clones().length]).toEqual([false, [], 2])
  expect(endingsIn(await running.ended)).toMatchObject({ 'work:one': 'failed' })
})

shutInOnce('what a killed pawl was asked for ends with it, and the next run clears away what is left', async () => {
  const { repo, running, isAsleep, clones } = await sleepingRepo()
  await using _ = repo
  running.process.kill('SIGKILL')
  await running.ended
  expect(await fact(() => !isAsleep(), 30_000)).toBe(true)
  repo.write({ 'two.md': sh('Two', 'echo fine >> src/b.txt') })
  repo.write({ 'pawl.yaml': repo.read('pawl.yaml').replace(/sleep \d+/, 'true') })
  repo.commit('quick')
  expect(endingsIn(await runAgents(repo, 'two.md', '--sandbox'))).toMatchObject({ 'land:two': 'passed' })
  expect(clones()).toEqual([work(join(repo.root, '.pawl/clones'))])
})
