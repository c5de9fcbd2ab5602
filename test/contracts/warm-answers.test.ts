/** A warm worker prints what the command line prints and ends with the same code, also after other calls; or it says that it has no answer. */
import { expect, test } from 'bun:test'
import { warmLaboratory, type Printed, type WarmLaboratory } from './warm-laboratory.ts'

const sources = {
  'eslint.config.js': `import { globalIgnores } from 'eslint/config'
export default [globalIgnores(['ignored/**']), { rules: { eqeqeq: 'error', 'no-unused-vars': 'warn' } }]\n`,
  'good.js': 'export const good = 1\n',
  'bad.js': 'export const bad = (a, b) => a == b\n',
  'warned.js': 'const unused = 1\n',
  'broken.js': 'export const = 1\n',
  'ignored/a.js': 'export const a = (b) => b == 1\n',
  'silent.js': '/* eslint-disable eqeqeq */\nexport const bad = (a, b) => a == b\n',
  'unneeded.js': '// eslint-disable-next-line eqeqeq\nexport const fine = 1\n',
  'öther file.js': 'export const other = (a) => a == "ö"\n',
  'notes.txt': 'no source\n',
}

const eslintCalls: readonly (readonly string[])[] = [
  ['good.js'],
  ['bad.js'],
  ['.'],
  ['broken.js', 'bad.js'],
  ['good.js'],
  ['warned.js'],
  ['--max-warnings', '0', 'warned.js'],
  ['--max-warnings=0', 'good.js'],
  ['--quiet', 'warned.js', 'bad.js'],
  ['ignored/a.js'],
  ['--no-warn-ignored', 'ignored/a.js'],
  ['--no-ignore', 'ignored/a.js'],
  ['--max-warnings', '0', 'ignored/a.js', 'good.js'],
  ['silent.js', 'unneeded.js'],
  ['--no-inline-config', 'silent.js'],
  ['--report-unused-disable-directives', 'unneeded.js'],
  ['öther file.js'],
  ['--no-error-on-unmatched-pattern', 'nowhere/**'],
  ['--pass-on-no-patterns'],
  ['--exit-on-fatal-error', 'broken.js'],
  ['--ignore-pattern', 'bad.js', '.'],
  ['--no-error-on-unmatched-pattern', 'gone.js', 'good.js'],
]

const formatted = {
  '.prettierrc': '{ "semi": false }\n',
  '.prettierignore': 'ignored/\n',
  'good.js': 'export const good = 1\n',
  'bad.js': 'export const bad = 1;\n',
  'broken.js': 'export const = 1\n',
  'broken.css': 'a { color: }}\n',
  'table.json': '{ "a":1 }\n',
  'ignored/a.js': 'export const a = 1;;\n',
  'node_modules/inner/a.js': 'export const a = 1;;\n',
  'notes.unknown': 'nothing that it knows\n',
  'own/.prettierrc': '{ "semi": true }\n',
  'own/a.js': 'export const a = 1;\n',
  '.editorconfig': 'root = true\n[*.md]\nmax_line_length = 20\n',
  'a.md': 'word\n',
  'öther file.js': 'export const a=1\n',
}

const prettierCalls: readonly (readonly string[])[] = [
  ['--list-different', 'good.js'],
  ['--list-different', 'good.js', 'bad.js', 'table.json', 'own/a.js'],
  ['--check', 'good.js'],
  ['--check', 'good.js', 'bad.js'],
  ['--list-different', 'broken.js', 'bad.js', 'broken.css'],
  ['--check', 'broken.js', 'good.js'],
  ['--list-different', 'ignored/a.js', 'node_modules/inner/a.js'],
  ['--list-different', 'notes.unknown'],
  ['--list-different', '--ignore-unknown', 'notes.unknown', 'bad.js'],
  ['--list-different', '.'],
  ['--check', '.'],
  ['--list-different', 'gone.js'],
  ['--list-different', '--no-error-on-unmatched-pattern', 'gone.js', 'gone/**'],
  ['--list-different', '--log-level', 'silent', 'bad.js'],
  ['--list-different', '--with-node-modules', 'node_modules/inner/a.js'],
  ['--list-different', '--ignore-path', '.other', 'ignored/a.js'],
  ['--list-different', 'öther file.js'],
  ['--check', '--log-level=warn', 'bad.js'],
  ['--list-different', 'good.js'],
]

async function expectSame(lab: WarmLaboratory, tool: 'eslint' | 'prettier', calls: readonly (readonly string[])[]): Promise<void> {
  const wanted: unknown[] = []
  const found: unknown[] = []
  // The same question to the command line has the same answer: it is asked once.
  const asked = new Map<string, Promise<Printed>>()
  for (const words of calls) {
    const answer = asked.get(words.join('\n')) ?? lab.cli(tool, ...words)
    asked.set(words.join('\n'), answer)
    wanted.push([words, await answer])
    found.push([words, await lab.warm(tool, ...words)])
  }
  expect(found).toEqual(wanted)
  expect(lab.started()).toBe(1)
}

test('ESLint: the same output, errors and exit code as its command line, one call after the other in one process', async () => {
  await using lab = warmLaboratory(sources)
  await expectSame(lab, 'eslint', eslintCalls)
}, 120_000)

test('Prettier: the same output, errors and exit code as its command line, one call after the other in one process', async () => {
  await using lab = warmLaboratory(formatted)
  await expectSame(lab, 'prettier', prettierCalls)
}, 120_000)

const plugin = (create: string): string =>
  `const rule = { create(context) { ${create}; return {} } }\nexport default [{ plugins: { promise: { rules: { some: rule } } }, rules: { 'promise/some': 'error' } }]\n`

const refusals: Readonly<Record<string, readonly [config: string, why: RegExp]>> = {
  'a configuration that cannot be read': ['export default [\n', /^it broke: /],
  'a configuration that asks for what does not exist': ["export default [{ rules: { 'no-such/rule': 'error' } }]\n", /^it broke: /],
  'a rule that throws': [plugin("throw new Error('no luck')"), /^it broke: .*no luck/],
  'a plugin that ends the process': [plugin('process.exit(3)'), /^its worker ended in the middle of the call \(exit code 3\)$/],
  'a plugin that breaks when nobody waits for it': [plugin("Promise.reject(new Error('late'))"), /^it broke: late/],
  'a plugin that kills the process': [plugin("process.kill(process.pid, 'SIGKILL')"), /^its worker ended in the middle of the call \(SIGKILL\)$/],
}

test('what breaks in a worker has no answer, and the reason is told: the command line itself has to say it', async () => {
  const told = await Promise.all(
    Object.entries(refusals).map(async ([name, [config, why]]) => {
      await using lab = warmLaboratory({ ...sources, 'eslint.config.js': config })
      const answer = await lab.warm('eslint', 'good.js')
      const again = await lab.warm('eslint', 'good.js')
      return [name, 'why' in answer ? why.test(answer.why) || answer.why : answer, 'why' in again]
    }),
  )
  expect(told).toEqual(Object.keys(refusals).map((name) => [name, true, true]))
}, 120_000)

test('what a plugin prints past the streams of the process belongs to its call, and nothing that it prints is taken for an answer', async () => {
  const print = `console.log('said'); import('node:fs').then((fs) => fs.writeSync(1, '{"id":1,"code":0}\\n'))`
  await using lab = warmLaboratory({ 'eslint.config.js': plugin(print), 'good.js': 'export const good = 1\n' })
  const wanted = await lab.cli('eslint', 'good.js')
  const found = await lab.warm('eslint', 'good.js')
  const lines = (text: string): readonly string[] => text.split('\n').filter(Boolean).sort()
  expect('why' in found ? found : lines(found.stdout)).toEqual(lines(wanted.stdout))
  expect(wanted.stdout).toContain('said')
})
