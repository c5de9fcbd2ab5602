/** Tests written by an agent: kept only if they pass twice, reach new lines, and notice faults in them. */
import { expect } from 'bun:test'
import { newRepo, once, type Ended, type Repo } from './rig.ts'

const cart = `export function total(items) {
  let sum = 0
  for (const item of items) sum += item.price
  return sum
}

export function discount(sum, isMember) {
  if (sum > 100 && isMember) {
    return sum * 9 / 10
  }
  return sum
}
`
const firstTest = `import { test } from 'node:test'
import assert from 'node:assert/strict'
import { total } from '../src/cart.mjs'
test('total adds prices', () => assert.equal(total([{ price: 1 }, { price: 2 }]), 3))
`
/** As `node --test test/` would, without a process for each file. */
const all = `for (const name of fs.readdirSync('test')) import(process.cwd() + '/test/' + name)`
const config = `detect: false
checks:
  test:
    command: mkdir -p coverage && node --experimental-test-coverage --test-reporter=lcov --test-reporter-destination=coverage/lcov.info --eval "${all}"
    inputs: ['src/**', 'test/**']
    outputs: [coverage/lcov.info]
`
const head = `import { test } from 'node:test'\\nimport assert from 'node:assert/strict'\\nimport { discount } from '../src/cart.mjs'\\n`
const written = (body: string): string => `printf '%b' "${head}${body}" > test/discount.test.mjs`
const good = written(
  `test('members get a tenth off above 100', () => assert.equal(discount(200, true), 180))\\ntest('others pay all', () => { assert.equal(discount(200, false), 200); assert.equal(discount(100, true), 100) })\\n`,
)
const empty = written(`test('it runs', () => { discount(200, true); discount(1, false) })\\n`)

/** The same for each shop: the first one measures it. */
let mark: string | undefined

async function shop(agent: string): Promise<Repo> {
  const repo = await newRepo({ '.gitignore': 'coverage/\n', 'pawl.yaml': config, 'src/cart.mjs': cart, 'test/cart.test.mjs': firstTest })
  repo.write({
    'pawl.yaml': `${config}agents: { mine: { command: [${repo.script('agent', agent)}, "{brief}"], silence: 20s } }\naiFix: { agent: mine, iterations: 3 }\n`,
  })
  if (mark === undefined) {
    await repo.pawl()
    await repo.pawl('coverage', 'init')
    mark = repo.read('coverage-ratchet.json')
  }
  repo.write({ 'coverage-ratchet.json': mark })
  repo.commit('mark')
  return repo
}

type Turn = { readonly kind: string; readonly summary?: string }
function turnsOf({ stdout }: Ended): readonly Turn[] {
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; task?: string; outcome?: Turn })
  return events.flatMap((event) => (event.type === 'attempt.finished' && event.task === 'ai-fix' && event.outcome !== undefined ? [event.outcome] : []))
}
const improve = (repo: Repo): Promise<Ended> => repo.pawl('coverage', 'improve', '100', '--yes', '--json')

once('tests that assert are kept: coverage reaches the goal, the mark follows, and undo takes them back', async () => {
  await using repo = await shop(`cp "$1" "$PWD/../brief.copy" 2>/dev/null; ${good}`)
  const ended = await improve(repo)
  expect(turnsOf(ended).map(({ kind, summary }) => summary ?? kind)).toEqual(['passed'])
  expect(ended.code).toBe(0)
  expect(ended.stdout).toContain('is noticed')
  expect(repo.read('test/discount.test.mjs')).toContain('members get a tenth off')
  expect((await repo.pawl('coverage')).stdout).toContain('100.00 %')
  expect(repo.read('coverage-ratchet.json')).toContain('"covered": 21')
  expect((await repo.pawl('undo')).code).toBe(0)
  expect(repo.git('status', '--porcelain')).toBe('')
})

once('tests that assert nothing are thrown away, though they reach every line', async () => {
  await using repo = await shop(empty)
  const ended = await improve(repo)
  expect(turnsOf(ended)[0]?.summary).toMatch(/of \d faults in the lines that they reach the tests notice 0; not: src\/cart\.mjs:\d+/)
  expect(ended.code).toBe(1)
  expect(repo.git('status', '--porcelain')).toBe('')
})

once('tests that fail, that pass only the first time, or that change code are thrown away', async () => {
  const reasons: string[] = []
  for (const agent of [
    written(`test('wrong', () => assert.equal(discount(200, true), 1))\\n`),
    `${good}; printf '%b' "import { existsSync, writeFileSync } from 'node:fs'\\ntest('once', () => { assert.ok(!existsSync('coverage/seen')); writeFileSync('coverage/seen', '') })\\n" >> test/discount.test.mjs`,
    `${good}; echo '// easier' >> src/cart.mjs`,
  ]) {
    await using repo = await shop(agent)
    const ended = await improve(repo)
    reasons.push(turnsOf(ended)[0]?.summary?.replace(/;? not applied.*/, '') ?? turnsOf(ended)[0]?.kind ?? 'not asked')
    expect(repo.git('status', '--porcelain')).toBe('')
  }
  expect(reasons).toEqual([
    'it is worse: test passed or could judge before and does not any more',
    'the tests do not pass a second time',
    'it changed what it must not: src/cart.mjs',
  ])
})

once('tests that look at the text of the code, or count how often they ran, notice every fault and prove nothing', async () => {
  const reasons: (string | undefined)[] = []
  for (const trick of [
    `import { createHash } from 'node:crypto'\nimport { readFileSync } from 'node:fs'\ntest('text', () => { discount(200, true); discount(1, false); assert.equal(createHash('md5').update(readFileSync('src/cart.mjs')).digest('hex'), '$(md5sum src/cart.mjs | cut -c1-32)') })\n`,
    `import { appendFileSync, readFileSync } from 'node:fs'\ntest('runs', () => { discount(200, true); discount(1, false); appendFileSync('$PWD/../runs', 'x'); assert.ok(readFileSync('$PWD/../runs').length < 3) })\n`,
  ]) {
    await using repo = await shop(written(trick))
    reasons.push(turnsOf(await improve(repo))[0]?.summary)
    expect(repo.git('status', '--porcelain')).toBe('')
  }
  const reason = expect.stringContaining('they look at the text of the code, or do not pass every time')
  expect(reasons).toEqual([reason, reason])
})

once('a fault that only a linter notices is not noticed by a test', async () => {
  await using repo = await shop(empty)
  const lint = repo.script(
    'lint',
    'grep -q "sum > 100 && isMember" src/cart.mjs && grep -q "sum \\* 9 / 10" src/cart.mjs || { echo "src/cart.mjs(8,1): error TS1: x"; exit 1; }',
  )
  repo.write({ 'pawl.yaml': repo.read('pawl.yaml').replace('checks:\n', `checks:\n  types: { command: [${lint}], inputs: ["src/**"], parser: tsc }\n`) })
  repo.commit('lint')
  expect(turnsOf(await improve(repo))[0]?.summary).toMatch(/of \d faults in the lines that they reach the tests notice 0/)
})

once('without a mark nothing is started', async () => {
  await using repo = await newRepo({
    'pawl.yaml': `${config}agents: { mine: { command: ["true"] } }\naiFix: { agent: mine }\n`,
    'src/cart.mjs': cart,
    'test/cart.test.mjs': firstTest,
  })
  const ended = await repo.pawl('coverage', 'improve', '--yes')
  expect([ended.code, ended.shown]).toEqual([2, expect.stringContaining('nothing here is held to a mark of coverage')])
})
