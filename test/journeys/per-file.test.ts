/** A check that judges each file by itself is handed only what it has not judged before. */
import { expect } from 'bun:test'
import { readFileSync, rmSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { newRepo, once, type Repo } from './rig.ts'

/** Complains of every file that says "bad", and of everything when the settings say so; notes what it was given. */
const linter = (given: string): string => `
echo "$@" > '${given}'
[ "$1" = . ] && set -- src/*.txt
code=0
for file in "$@"; do
  if grep -q "bad" "$file"; then echo "$file:1:1: error: bad"; code=1; fi
done
[ -e stray.txt ] && { echo "stray.txt:1:1: error: stray"; code=1; }
exit $code`

type Scene = { readonly repo: Repo; given(): string | undefined; [Symbol.asyncDispose](): Promise<void> }

async function scene(names: boolean, more = ''): Promise<Scene> {
  const repo = await newRepo(Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [`src/${name}.txt`, `${name}\n`])))
  const note = join(repo.root, '..', 'given')
  const lint = repo.script('lint', linter(note))
  repo.write({
    settings: '1\n',
    'pawl.yaml': `detect: false\ndiskFree: 1\nchecks:\n  lint:\n    command: ['${lint}', '{files}']\n    files: src/*.txt\n    inputs: ['src/*.txt', settings]\n    perFile: { reads: [], names: ${names} }\n${more}`,
  })
  repo.commit('start')
  return {
    repo,
    given() {
      const text = existsSync(note) ? readFileSync(note, 'utf8').trim() : undefined
      rmSync(note, { force: true })
      return text
    },
    [Symbol.asyncDispose]: () => repo[Symbol.asyncDispose](),
  }
}

once('after an edit only the edited file is judged; a bad one is judged until it is good', async () => {
  await using at = await scene(true)
  const { repo } = at
  expect((await repo.pawl()).code).toBe(0)
  expect(at.given()).toBe('.')
  repo.write({ 'src/b.txt': 'better\n' })
  const one = await repo.pawl()
  expect([one.code, at.given()]).toEqual([0, 'src/b.txt'])
  expect(one.stdout).toContain('✓ lint  1 of 4 files')
  repo.write({ 'src/b.txt': 'bad\n', 'src/c.txt': 'other\n' })
  expect([(await repo.pawl()).code, at.given()]).toEqual([1, 'src/b.txt src/c.txt'])
  repo.write({ 'src/d.txt': 'more\n' })
  const still = await repo.pawl()
  expect([still.code, at.given()]).toEqual([1, 'src/b.txt src/d.txt'])
  expect(still.stdout).toContain('src/b.txt:1:1')
  // What was there before is known, in whatever mixture.
  repo.write({ 'src/b.txt': 'b\n' })
  const back = await repo.pawl()
  expect([back.code, at.given()]).toEqual([0, undefined])
  expect(back.stdout).toContain('✓ lint  reused')
  expect([(await repo.pawl('--force')).code, at.given()]).toEqual([0, '.'])
})

once('settings, and the names of files where they count, make everything be judged again', async () => {
  for (const names of [true, false]) {
    await using at = await scene(names)
    const { repo } = at
    await repo.pawl()
    at.given()
    repo.write({ 'src/e.txt': 'e\n' })
    expect([(await repo.pawl()).code, at.given()]).toEqual([0, names ? '.' : 'src/e.txt'])
    repo.write({ settings: '2\n', 'src/a.txt': 'aa\n' })
    expect([(await repo.pawl()).code, at.given()]).toEqual([0, '.'])
  }
})

once('a finding about anything else than the judged files proves nothing about them', async () => {
  await using at = await scene(false)
  const { repo } = at
  repo.write({ 'stray.txt': '' })
  expect([(await repo.pawl()).code, at.given()]).toEqual([1, '.'])
  expect([(await repo.pawl('--force')).code, at.given()]).toEqual([1, '.'])
  repo.write({ 'src/a.txt': 'aa\n' })
  expect([(await repo.pawl()).code, at.given()]).toEqual([1, '.'])
})

once('selected files that are known are not judged again, and what a selection proved counts for the whole', async () => {
  await using at = await scene(false)
  const { repo } = at
  expect([(await repo.pawl('--files', 'src/a.txt')).code, at.given()]).toEqual([0, 'src/a.txt'])
  expect([(await repo.pawl()).code, at.given()]).toEqual([0, 'src/b.txt src/c.txt src/d.txt'])
  repo.write({ 'src/a.txt': 'bad\n' })
  expect([(await repo.pawl('--files', 'src/a.txt,src/b.txt')).code, at.given()]).toEqual([1, 'src/a.txt'])
  const plan = await repo.pawl('--dry-run')
  expect(plan.stdout).toContain('src/a.txt')
  expect(plan.stdout).not.toContain('src/b.txt')
})

once('what was edited while it was judged is not known', async () => {
  await using at = await scene(false)
  const { repo } = at
  await repo.pawl()
  const slow = await repo.tool('slow')
  repo.write({ 'pawl.yaml': repo.read('pawl.yaml').replace(/command: .*/, `command: ['${slow.path}', '{files}']`) })
  const run = repo.start([])
  const call = await slow.started()
  repo.write({ 'src/a.txt': 'bad\n' })
  call.exit(0)
  await run.ended
  const next = repo.start([])
  const again = await slow.started()
  again.exit(0)
  expect((await next.ended).stdout).not.toContain('of 4 files')
})

once('a fix is handed the files that were found fault with', async () => {
  await using at = await scene(false)
  const { repo } = at
  const mended = join(repo.root, '..', 'mended')
  const mend = repo.script('mend', `echo "$@" > '${mended}'; for file in "$@"; do echo good > "$file"; done`)
  repo.write({ 'pawl.yaml': `${repo.read('pawl.yaml')}    fix: ['${mend} {files}']\n`, 'src/b.txt': 'bad\n', 'src/d.txt': 'bad\n' })
  expect((await repo.pawl()).code).toBe(0)
  expect([readFileSync(mended, 'utf8').trim(), at.given()]).toEqual(['src/b.txt src/d.txt', 'src/b.txt src/d.txt'])
})

once('a check that cannot be judged file by file is refused with its reason', async () => {
  await using at = await scene(true)
  const { repo } = at
  const text = repo.read('pawl.yaml')
  const reasons: readonly (readonly [string, string, string])[] = [
    [", '{files}'", '', 'its command does not take them'],
    ["inputs: ['src/*.txt', settings]", 'inputs: unknown', "its 'inputs' are unknown"],
    ['perFile:', 'ttl: 1h\n    perFile:', "its results grow old ('ttl')"],
  ]
  for (const [find, replace, why] of reasons) {
    repo.write({ 'pawl.yaml': text.replace(find, replace) })
    const told = await repo.pawl()
    expect([told.code, told.stderr]).toEqual([2, expect.stringContaining(why)])
  }
})

once('ESLint, which knows whether its answers stand each for itself, is handed only the edited file', async () => {
  const config = (rules: string): string => `module.exports = [{ rules: { ${rules} } }]\n`
  await using repo = await newRepo({
    'eslint.config.cjs': config('eqeqeq: 2'),
    ...Object.fromEntries(['a', 'b', 'c'].map((name) => [`src/${name}.js`, `${name}()\n`])),
  })
  const program = join(import.meta.dirname, '../../node_modules/eslint/bin/eslint.js')
  const node = join(import.meta.dirname, '../../node_modules/.bin/node')
  repo.write({
    'pawl.yaml': `detect: false\ndiskFree: 1\nchecks:\n  eslint:\n    command: ['${node}', '${program}', --format, json, '{files}']\n    files: src/*.js\n    whole: [src]\n    parser: eslint-json\n    inputs: ['**/*']\n    perFile: { reads: [eslint.config.cjs], names: false, told: eslint }\n`,
  })
  repo.commit('lint')
  expect((await repo.pawl()).stdout).not.toContain('of 3 files')
  repo.write({ 'src/b.js': 'if (b == 1) b()\n' })
  const red = await repo.pawl()
  expect([red.code, red.stdout]).toEqual([1, expect.stringMatching(/✗ eslint {2}1 finding {2}1 of 3 files[^]*src\/b\.js:1:7 {2}eqeqeq/)])
  repo.write({ 'src/c.js': 'cc()\n', 'src/b.js': 'b()\n' })
  expect((await repo.pawl()).stdout).toContain('✓ eslint  1 of 3 files')
  // What is none of its settings disturbs no answer that stands for itself; a setting disturbs all.
  repo.write({ 'notes.md': 'edited\n' })
  expect((await repo.pawl()).stdout).toContain('✓ eslint  reused')
  repo.write({ 'eslint.config.cjs': config('eqeqeq: 2, curly: 0') })
  expect((await repo.pawl()).stdout).not.toContain('of 3 files')
  // With a plugin that may look at other files the whole is judged, each time.
  repo.write({
    'eslint.config.cjs': `const rule = { create: () => ({}) }\nmodule.exports = [{ plugins: { own: { rules: { rule } } }, rules: { 'own/rule': 2 } }]\n`,
  })
  await repo.pawl()
  repo.write({ 'src/c.js': 'ccc()\n' })
  expect((await repo.pawl()).stdout).not.toContain('of 3 files')
})
