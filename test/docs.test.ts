/** What the pages for users say must be so: links lead somewhere, command lines parse, no flag, command or key is left out. */
import { expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import { parse } from 'yaml'
import { checkShape, fixShape } from '../src/config/check-shape.ts'
import { configShape, profileShape, strategyShape } from '../src/config/shape.ts'
import { readArguments } from '../src/faces/cli/arguments.ts'
import { commands } from '../src/faces/cli/commands.ts'
import { globalFlags } from '../src/faces/cli/flags.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const written = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : []))]
const generated = readdirSync(join(root, 'docs/reference')).map((name) => `docs/reference/${name}`)
const pages = [...written, 'ARCHITECTURE.md', ...generated]
const forUsers = written.map(read).join('\n')

type Block = { readonly page: string; readonly language: string; readonly text: string }

const blocks: readonly Block[] = written.flatMap((page) =>
  [...read(page).matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({ page, language, text })),
)
const textOf = (page: string): string => read(page).replaceAll(/^```[\s\S]*?^```$/gm, '')

/** As GitHub makes them out of headings. */
const anchorsOf = (page: string): string[] =>
  [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )

test('every relative link leads to a file and a heading that exist', () => {
  const broken = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = '']) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path = '', anchor] = target.split('#')
        const file = path === '' ? page : join(dirname(page), path)
        return !existsSync(join(root, file)) || (anchor !== undefined && !anchorsOf(file).includes(anchor))
      })
      .map((target) => `${page}: ${target}`),
  )
  expect(broken).toEqual([])
})

/** The words after `pawl` in a line of a shell block; undefined: another program. Quotes stay, since no example needs them. */
function argumentsIn(line: string): readonly string[] | undefined {
  const command = line.replace(/\s+#.*$/, '').match(/(?:^|&& |\| |\(|npx |=')pawl\b([^)|&;']*)/)
  return command?.[1]?.trim().split(/\s+/).filter(Boolean)
}

test('every pawl command line in a shell example is understood', () => {
  const lines = blocks
    .filter(({ language }) => language === 'sh')
    .flatMap(({ page, text }) => text.split('\n').map((line) => ({ page, line, words: argumentsIn(line) })))
    .filter(({ words }) => words !== undefined)
  expect(lines.length).toBeGreaterThan(50)
  const wrong = lines.flatMap(({ page, line, words = [] }) => {
    const result = readArguments(words, commands)
    return result.ok ? [] : [`${page}: ${line}: ${result.failures.map(({ what }) => what).join('; ')}`]
  })
  expect(wrong).toEqual([])
})

test('every command and every flag is mentioned for users', () => {
  const flags = [...globalFlags, ...commands.flatMap((command) => command.flags)].map(({ name }) => `--${name}`)
  const mentioned = (text: string): boolean => new RegExp(`(^|[^\\w-])${text}(?![\\w-])`, 'm').test(forUsers)
  const wanted = [...new Set([...flags, ...commands.map(({ name }) => (name === 'help' ? 'pawl --help' : `pawl ${name}`))])]
  expect(wanted.filter((text) => !mentioned(text))).toEqual([])
})

type Mapping = Readonly<Record<string, unknown>>
const isMapping = (value: unknown): value is Mapping => typeof value === 'object' && value !== null && !Array.isArray(value)
const mappingsIn = (value: unknown): Mapping[] => (isMapping(value) ? Object.values(value).filter(isMapping) : [])

const configurations = blocks
  .filter(({ language, text }) => language === 'yaml' && !text.includes('runs-on:'))
  .map(({ page, text }) => ({ page, value: parse(text) as unknown }))

test('every pawl.yaml that is shown is valid', () => {
  const wrong = configurations.filter(({ value }) => !v.is(configShape, value)).map(({ page }) => page)
  expect(wrong).toEqual([])
})

test('the page about configuration shows every key in an example', () => {
  const shown = configurations.filter(({ page }) => page === 'docs/configuration.md').flatMap(({ value }) => (isMapping(value) ? [value] : []))
  const under = (key: string): Mapping[] => shown.flatMap((config) => mappingsIn(config[key]))
  const parts = (key: string): Mapping[] => shown.map((config) => config[key]).filter(isMapping)
  const checks = under('checks')
  const inChecks = (key: string): Mapping[] => checks.map((check) => check[key]).filter(isMapping)
  const missing = (name: string, wanted: Readonly<Record<string, unknown>>, examples: readonly Mapping[]): string[] =>
    Object.keys(wanted)
      .filter((key) => !examples.some((example) => Object.hasOwn(example, key)))
      .map((key) => `${name}: ${key}`)
  const { env, ttl, ...settings } = profileShape.entries
  expect([
    ...missing('file', configShape.entries, shown),
    ...missing('file', { ...settings, env, ttl }, shown),
    ...missing('env', env.wrapped.pipe[0].entries, parts('env')),
    ...missing('ttl', ttl.wrapped.pipe[0].entries, parts('ttl')),
    ...missing('check', checkShape.entries, checks),
    ...missing('when', checkShape.entries.when.wrapped.pipe[0].entries, inChecks('when')),
    ...missing('exits', checkShape.entries.exits.wrapped.pipe[0].entries, inChecks('exits')),
    ...missing('fix', fixShape.entries, inChecks('fix')),
    ...missing('strategy', strategyShape.entries, under('strategies')),
  ]).toEqual([])
})

test('every variable that pawl reads is in the table of variables', () => {
  const names = [...read('src/config/environment-names.ts').matchAll(/'([A-Z][A-Z_]{3,})'/g)].map(([, name = '']) => name)
  expect(names.length).toBeGreaterThan(10)
  const checking = read('docs/checking.md')
  expect(names.filter((name) => !checking.includes(`\`${name}\``))).toEqual([])
})
