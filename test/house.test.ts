/** The rules of the house, read from ARCHITECTURE.md where it states them, so that the page cannot drift from the code. */
import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { eventTypes } from '../src/model/event.ts'
import { failureTypes } from '../src/model/failure.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map((path) => `src/${path.replaceAll('\\', '/')}`)
  .sort()

const roomOf = (path: string): string => path.split('/')[1] ?? ''
const importsOf = (text: string): string[] => [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map((match) => match[1] ?? '')

/** Room → rooms that it may import, from the table in ARCHITECTURE.md: | `engine/` | … | model | */
function roomTable(): Map<string, Set<string>> {
  const rows = [...read('ARCHITECTURE.md').matchAll(/^\| `(\w+)\/` \|[^|]*\| ([^|]+) \|$/gm)]
  return new Map(rows.map((row) => [row[1] ?? '', new Set((row[2] ?? '').split(',').map((name) => name.trim()))]))
}

/** Files that may be longer than 400 lines, and why. It can only shrink. */
const longFiles: Readonly<Record<string, string>> = {}

test('every import goes in a direction that the room table of ARCHITECTURE.md allows', () => {
  const table = roomTable()
  expect([...table.keys()].sort()).toEqual([...new Set(sources.map(roomOf))].sort())
  const wrong = sources.flatMap((path) =>
    importsOf(read(path))
      .filter((target) => target.startsWith('.'))
      .map((target) => normalize(join(dirname(path), target)))
      .filter((target) => target.startsWith('src/') && roomOf(target) !== roomOf(path) && !table.get(roomOf(path))?.has(roomOf(target)))
      .map((target) => `${path} imports ${target}`),
  )
  expect(wrong).toEqual([])
})

test('only host, app and faces name the world; processes, git and the database are in host alone', () => {
  const wrong = sources.flatMap((path) =>
    importsOf(read(path))
      .filter((target) => {
        if (!target.startsWith('node:')) return false
        if (['model', 'engine', 'config', 'executors', 'agents'].includes(roomOf(path))) return true
        return roomOf(path) !== 'host' && ['node:child_process', 'node:sqlite'].includes(target)
      })
      .map((target) => `${path} imports ${target}`),
  )
  expect(wrong).toEqual([])
})

test('every file opens with a sentence that says what it is for', () => {
  const silent = sources.filter((path) => !/^(#!.*\n)?\/\*\* [^*\n]{15,}/.test(read(path)) && !/^\/\*\*\n \* [^*\n]{15,}/.test(read(path)))
  expect(silent).toEqual([])
})

test('no file is longer than 400 lines', () => {
  const long = sources.filter((path) => read(path).split('\n').length > 400 && !(path in longFiles))
  expect(long).toEqual([])
})

test('no file is named after a noun that was not found', () => {
  const banned = ['utils', 'util', 'helper', 'helpers', 'manager', 'service', 'core', 'common', 'types', 'index', 'misc']
  expect(
    sources.filter((path) =>
      (path.split('/').at(-1) ?? '')
        .replace('.ts', '')
        .split(/[.-]/)
        .some((word) => banned.includes(word)),
    ),
  ).toEqual([])
})

test('no source can force a push', () => {
  const spellings = /push[^\n]{0,40}(--force|-f\b|--mirror)|['"`]\+refs\//
  expect(sources.filter((path) => spellings.test(read(path)))).toEqual([])
})

test('every event and failure stands in the reference', () => {
  const events = read('docs/reference/events.md')
  const failures = read('docs/reference/failures.md')
  expect(Object.keys(eventTypes).filter((name) => !events.includes(`\`${name}\``))).toEqual([])
  expect(Object.keys(failureTypes).filter((name) => !failures.includes(`\`${name}\``))).toEqual([])
})

test('every failure that can be reported is reported somewhere', () => {
  const all = sources
    .filter((path) => path !== 'src/model/failure.ts')
    .map(read)
    .join('\n')
  expect(Object.keys(failureTypes).filter((name) => !all.includes(`'${name}'`))).toEqual([])
})

test('no test is skipped, focused or replaces a module', () => {
  const tests = ['src', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.test.ts'))
      .map((path) => `${folder}/${path}`),
  )
  const marks = new RegExp(['\\b(test|it|describe)\\.', '(skip|only|todo)\\(|mock\\.module\\('].join(''))
  expect(tests.filter((path) => marks.test(read(path)))).toEqual([])
})

test('runtime dependencies are few, exact and without install scripts', () => {
  const manifest = JSON.parse(read('package.json')) as { dependencies: Record<string, string>; devDependencies: Record<string, string> }
  const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
  expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(15)
  expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+/.test(version))).toEqual([])
  const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { hasInstallScript?: boolean; dev?: boolean }> }
  expect(Object.entries(lock.packages).filter(([path, entry]) => path !== '' && entry.hasInstallScript === true && entry.dev !== true)).toEqual([])
})

test('every invariant of ARCHITECTURE.md names a test that exists', () => {
  const named = [...read('ARCHITECTURE.md').matchAll(/`((?:src|test)\/[\w./-]+\.test\.ts)`/g)].map((match) => match[1] ?? '')
  expect(named.length).toBeGreaterThan(5)
  const existing = new Set(
    ['src', 'test'].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => relative(root, join(root, folder, path)).replaceAll('\\', '/')),
    ),
  )
  expect(named.filter((path) => !existing.has(path))).toEqual([])
})
