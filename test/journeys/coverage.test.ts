/** Coverage that only rises: below its mark a run fails, above it the mark follows, and a report that proves nothing raises nothing. */
import { expect } from 'bun:test'
import { linkSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newRepo, once, type Repo } from './rig.ts'

/** Hits of lines 1, 2, 3 … of each file, as a tool would write them. */
const lcov = (files: Readonly<Record<string, readonly number[]>>): string =>
  Object.entries(files)
    .map(([file, hits]) => `SF:${file}\n${hits.map((count, i) => `DA:${i + 1},${count}\n`).join('')}end_of_record\n`)
    .join('')

const code = ['export function price(amount) {', '  if (amount < 0) return 0', '  return amount', '}', ''].join('\n')
/** The test command copies a prepared report, as a test run would write one anew. */
const config = `version: 1
detect: false
checks:
  test:
    command: mkdir -p coverage && cp prepared.info coverage/lcov.info
    inputs: [prepared.info, src/**]
    outputs: [coverage/lcov.info]
`

const prepared = (a: readonly number[], b: readonly number[] = [1, 1, 1, 1]): Record<string, string> => ({
  'prepared.info': lcov({ 'src/a.js': a, 'src/b.js': b }),
})

const newShop = (more: Readonly<Record<string, string>> = {}): Promise<Repo> =>
  newRepo({ '.gitignore': 'coverage/\n.pawl/\n', 'pawl.yaml': config, 'src/a.js': code, 'src/b.js': code, ...prepared([1, 1, 0, 0]), ...more })

once('a first mark holds: equal passes, below fails with the lines that are new', async () => {
  await using repo = await newShop()
  expect((await repo.pawl('coverage')).code).toBe(1)
  expect((await repo.pawl()).code).toBe(0)
  const init = await repo.pawl('coverage', 'init')
  expect([init.code, init.stdout]).toEqual([0, 'Wrote coverage-ratchet.json: the mark is 75.00 % of the lines (6 of 8). Commit it.\n'])
  expect((await repo.pawl('coverage', 'init')).code).toBe(2)
  repo.commit('mark')
  const equal = await repo.pawl()
  expect([equal.code, equal.shown.includes('✓ coverage-ratchet')]).toEqual([0, true])
  expect((await repo.pawl()).shown).toContain('nothing changed since run')

  repo.write({ 'src/a.js': code.replace('return amount', 'return amount * 2'), ...prepared([1, 1, 0, 0], [1, 1, 1, 0]) })
  const below = await repo.pawl()
  expect(below.code).toBe(1)
  expect(below.shown).toContain('coverage-ratchet.json  coverage-below  62.50 % of the lines are covered (5 of 8), and the mark is 75.00 %')
  expect(below.shown).toContain('src/a.js:3  coverage-uncovered  line 3 is new or changed, and not covered')
  const status = await repo.pawl('coverage')
  expect([status.code, status.stdout.includes('total  lines  5        8   62.50 %  75.00 %  -12.50')]).toEqual([1, true])
})

once('without a report a run fails unless that is allowed; selected files leave coverage out', async () => {
  await using repo = await newShop({ 'pawl.yaml': config.replace(/command: .*/, 'command: "true"').replace('    outputs: [coverage/lcov.info]\n', '') })
  repo.write({ 'coverage-ratchet.json': '{"version":1,"total":{"lines":{"covered":1,"total":2}},"packages":{},"files":[],"milestones":[],"lowered":[]}' })
  const none = await repo.pawl()
  expect([none.code, none.shown.includes('there is no report of coverage where tools usually write it')]).toEqual([1, true])
  expect((await repo.pawl('--files', 'src/a.js')).shown).toContain('skipped')
  repo.write({ 'pawl.yaml': `${repo.read('pawl.yaml')}coverage: { allowMissing: true }\n` })
  expect((await repo.pawl()).code).toBe(0)
  const status = await repo.pawl('coverage')
  expect([status.code, status.stdout]).toEqual([0, 'Nothing was measured.\n'])
})

once('above the mark the fix raises it, milestones are told once, and in CI it is only advice', async () => {
  await using repo = await newShop()
  await repo.pawl()
  await repo.pawl('coverage', 'init')
  repo.commit('mark')
  repo.write(prepared([1, 1, 1, 0]))
  const advice = await repo.start([], { env: { CI: 'true' } }).ended
  expect([advice.code, advice.shown.includes('the mark of 75.00 % can rise')]).toEqual([0, true])
  const raised = await repo.pawl('coverage', 'raise')
  expect([raised.code, raised.stdout]).toEqual([
    0,
    'Wrote coverage-ratchet.json: the mark rose from 75.00 % to 87.50 % of the lines (7 of 8).\nMilestone: 80 % of the lines are covered.\n',
  ])
  expect((await repo.pawl('coverage', 'raise')).stdout).toContain('nothing was changed')
  repo.write(prepared([1, 1, 1, 1]))
  const mended = await repo.pawl()
  expect([mended.code, mended.shown.includes('mended 1 file: coverage-ratchet.json')]).toEqual([0, true])
  expect(JSON.parse(repo.read('coverage-ratchet.json'))).toMatchObject({
    total: { lines: { covered: 8, total: 8 } },
    milestones: [15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 95, 100],
  })
})

once('lowering needs a reason and really lowers', async () => {
  await using repo = await newShop()
  await repo.pawl()
  await repo.pawl('coverage', 'init')
  const before = repo.read('coverage-ratchet.json')
  expect((await repo.pawl('coverage', 'lower', '--to', '60')).code).toBe(2)
  expect((await repo.pawl('coverage', 'lower', '--reason', 'x')).code).toBe(2)
  expect((await repo.pawl('coverage', 'lower', '--to', '75', '--reason', 'x')).code).toBe(2)
  expect((await repo.pawl('coverage', 'lower', '--to', '175', '--reason', 'x')).code).toBe(2)
  expect((await repo.pawl('coverage', 'raise', '--reason', 'x')).code).toBe(2)
  expect(repo.read('coverage-ratchet.json')).toBe(before)
  repo.git('config', 'user.name', 'Ada')
  const lowered = await repo.pawl('coverage', 'lower', '--to', '62.5', '--reason', 'the old parser is gone')
  expect([lowered.code, lowered.stdout]).toEqual([0, 'Wrote coverage-ratchet.json: the mark was lowered from 75.00 % to 62.50 % of the lines.\n'])
  expect(JSON.parse(repo.read('coverage-ratchet.json'))).toMatchObject({ lowered: [{ from: 75, to: 62.5, reason: 'the old parser is gone', by: 'Ada' }] })
  // What is between the two marks passes now, what is below the lower one does not.
  repo.write(prepared([1, 1, 0, 0], [1, 1, 1, 0]))
  expect((await repo.pawl('--no-fix')).code).toBe(0)
  repo.write(prepared([1, 1, 0, 0], [1, 1, 0, 0]))
  expect((await repo.pawl('--no-fix')).code).toBe(1)
})

once('a raised mark takes the place of the old one as a whole; a run of selected files raises nothing', async () => {
  await using repo = await newShop()
  await repo.pawl()
  await repo.pawl('coverage', 'init')
  repo.commit('mark')
  const [mark, old] = ['coverage-ratchet.json', '../old-mark.json'].map((path) => join(repo.root, path)) as [string, string]
  linkSync(mark, old)
  const before = readFileSync(mark, 'utf8')
  repo.write(prepared([1, 1, 1, 1]))
  for (const words of [
    ['--files', 'src/a.js,prepared.info'],
    ['--only', 'test'],
  ])
    expect([words, (await repo.pawl(...words)).code, readFileSync(mark, 'utf8')]).toEqual([words, 0, before])
  expect((await repo.pawl()).code).toBe(0)
  // Written in its place, the old bytes would be gone from the other name too.
  expect([readFileSync(old, 'utf8'), JSON.parse(readFileSync(mark, 'utf8'))]).toMatchObject([before, { total: { lines: { covered: 8, total: 8 } } }])
  expect(readdirSync(repo.root).filter((name) => name.includes('ratchet'))).toEqual(['coverage-ratchet.json'])
})

once('a stale and a partial report never pass and never raise', async () => {
  await using repo = await newShop()
  await repo.pawl()
  await repo.pawl('coverage', 'init')
  repo.commit('mark')
  const before = repo.read('coverage-ratchet.json')

  repo.write({ 'prepared.info': lcov({ 'src/b.js': [1, 1, 1, 1] }) })
  const partial = await repo.pawl()
  expect([partial.code, partial.shown.includes('only a part was measured: src/a.js')]).toEqual([1, true])
  const refused = await repo.pawl('coverage', 'raise')
  expect([refused.code, refused.stdout.includes('The mark was not changed')]).toEqual([1, true])

  repo.write(prepared([1, 1, 1, 1]))
  expect((await repo.pawl('--only', 'test')).code).toBe(0)
  const later = new Date(Date.now() + 60_000)
  utimesSync(join(repo.root, 'src/a.js'), later, later)
  const stale = await repo.pawl('coverage', 'raise')
  expect([stale.code, stale.shown.includes('stale report: it is older than src/a.js')]).toEqual([1, true])
  for (const words of [['coverage'], ['coverage', 'diff'], ['coverage', 'goal'], ['coverage', 'suggest']]) {
    const told = await repo.pawl(...words)
    expect([words, told.code, told.shown.includes('stale report'), told.shown.includes('%')]).toEqual([words, 1, true, false])
  }
  const now = new Date(Date.now() - 60_000)
  utimesSync(join(repo.root, 'src/a.js'), now, now)
  repo.write({ 'src/a.js': 'short\n' })
  utimesSync(join(repo.root, 'src/a.js'), now, now)
  expect((await repo.pawl('coverage', 'raise')).shown).toContain('about lines that src/a.js does not have')
  expect(repo.read('coverage-ratchet.json')).toBe(before)
})

once('the mark of Crackerjack is the first one, is never written to, and ours follows', async () => {
  const theirs = '{"baseline": 50, "current_minimum": 80.0, "target": 100, "history": [], "milestones_achieved": [15, 20], "next_milestone": 90}'
  await using repo = await newShop({ '.coverage-ratchet.json': theirs, 'pawl.yaml': config.replace('detect: false\n', '') })
  const below = await repo.pawl()
  expect([below.code, below.shown.includes('75.00 % of the lines are covered (6 of 8), and the mark is 80.00 %')]).toEqual([1, true])
  expect((await repo.pawl('coverage', 'init')).code).toBe(1)
  repo.write(prepared([1, 1, 1, 0]))
  expect((await repo.pawl('--no-fix')).code).toBe(0)
  expect((await repo.pawl('coverage')).stdout).toContain('The mark is that of .coverage-ratchet.json')
  const raised = await repo.pawl('coverage', 'raise')
  expect([raised.code, raised.stdout.includes('rose from 80.00 % to 87.50 %')]).toEqual([0, true])
  expect(repo.read('.coverage-ratchet.json')).toBe(theirs)
  expect((await repo.pawl('--no-fix')).code).toBe(0)
})

once('what a change covers, what is missing to a goal, and where tests pay most', async () => {
  await using repo = await newShop()
  repo.write({ 'src/b.js': `${code}// often changed\n` })
  repo.commit('second')
  repo.git('checkout', '--quiet', '-b', 'work')
  repo.write({
    'src/a.js': code.replace('return amount', 'return amount * 2').replace('return 0', 'return -0'),
    'notes.md': 'x\n',
    ...prepared([1, 1, 0, 0], [0, 0, 1, 1]),
  })
  await repo.pawl()
  const diff = await repo.pawl('coverage', 'diff')
  expect(diff.code).toBe(0)
  expect(diff.stdout).toContain('50.00 % of the changed lines with code are covered (1 of 2).')
  expect(diff.stdout).toContain('src/a.js:3  coverage-uncovered  line 3 is new or changed, and not covered')
  expect(diff.stdout).toContain('No report tells the lines of 2 changed files: notes.md, prepared.info')
  expect((await repo.pawl('coverage', 'diff', '--min', '50')).code).toBe(0)
  expect((await repo.pawl('coverage', 'diff', '--min', '50.01')).code).toBe(1)
  expect((await repo.pawl('coverage', 'diff', '--since', 'nowhere')).code).toBe(2)
  const machine = JSON.parse((await repo.pawl('coverage', 'diff', '--since', 'main', '--min', '60', '--json')).stdout)
  expect(machine).toMatchObject({ kind: 'diff', lines: { covered: 1, total: 2 }, least: 60, below: true })

  const goal = await repo.pawl('coverage', 'goal', '85')
  expect([goal.code, goal.stdout.includes('50.00 % of the lines are covered (4 of 8); for 85 % cover 3 more lines.')]).toEqual([0, true])
  expect((await repo.pawl('coverage', 'goal')).stdout).toContain('for 60 % cover 1 more line.')
  expect((await repo.pawl('coverage', 'goal', 'much')).code).toBe(2)

  const suggest = await repo.pawl('coverage', 'suggest', '--limit', '1')
  expect([suggest.code, suggest.stdout]).toEqual([
    0,
    'file      uncovered  commits  branching  product  begin with\nsrc/b.js  2          2        1          4        lines 1 to 2\n',
  ])
})

once('a mark that leads out of the repository is never written through, and one that is missing fails where coverage is configured', async () => {
  await using repo = await newShop()
  await repo.pawl()
  const outside = join(repo.root, '..', 'outside.json')
  writeFileSync(outside, 'somebody else')
  symlinkSync(outside, join(repo.root, 'coverage-ratchet.json'))
  expect((await repo.pawl('coverage', 'init')).code).toBe(0)
  expect([readFileSync(outside, 'utf8'), JSON.parse(repo.read('coverage-ratchet.json')).version]).toEqual(['somebody else', 1])
  repo.remove('coverage-ratchet.json')
  expect((await repo.pawl()).code).toBe(0)
  repo.write({ 'pawl.yaml': `${config}coverage: {}\n` })
  const missing = await repo.pawl()
  expect([missing.code, missing.shown.includes('there is no mark that coverage could be held to')]).toEqual([1, true])
  repo.write({ 'coverage-ratchet.json': '{"version": 1' })
  const broken = await repo.pawl()
  expect([broken.code, broken.shown.includes('the mark cannot be read: it is not JSON')]).toEqual([1, true])
  expect((await repo.pawl('coverage', 'raise')).code).toBe(1)
})
