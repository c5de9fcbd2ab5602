/** Names that one system holds and another does not are told apart, or told, before they do harm (T71). */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { settingsFrom } from '../../src/config/settings-from.ts'
import { tasksOf } from '../../src/config/tasks.ts'
import { memoryFiles } from '../../src/config/presets/memory-files.ts'
import { paths } from '../../src/executors/builtins/paths.ts'
import type { BuiltinWorld } from '../../src/executors/builtin.ts'
import { attemptLogs } from '../../src/host/attempt-logs.ts'
import type { SoakRow } from './soak-row.ts'

export const rows: readonly SoakRow[] = [
  { id: 'T71', title: 'names that differ only in case or form, that Windows reserves or that are too long do no harm', run: names },
]

/** What the check of paths must say of a repository with these files. */
const repositories: readonly (readonly [what: string, files: readonly string[], rules: readonly string[]])[] = [
  ['two files that differ in case', ['README.md', 'readme.md'], ['path-collision']],
  ['two folders that differ in case', ['src/a.ts', 'Src/b.ts'], ['path-collision']],
  ['a file and a folder that differ in case', ['Build', 'build/a'], ['path-collision']],
  ['composed and decomposed letters', ['caf\u00e9.md', 'cafe\u0301.md'], ['path-collision']],
  ['decomposed letters in folders', ['\u00fc/a', 'u\u0308/b'], ['path-collision']],
  ['large letters outside of ASCII', ['\u00c4.md', '\u00e4.md'], ['path-collision']],
  ['a sharp s and its large form', ['stra\u00dfe', 'STRA\u1e9eE'], ['path-collision']],
  ['names that Windows reserves', ['con', 'src/aux.ts', 'NUL.txt', 'lpt1'], ['windows-name', 'windows-name', 'windows-name', 'windows-name']],
  ['names that only look reserved', ['console.ts', 'src/auxiliary.ts', 'com10', 'nullable'], []],
  ['characters that Windows does not allow', ['a:b', 'what?', 'a\\b'], ['windows-name', 'windows-name', 'windows-name']],
  ['a dot or a blank at the end', ['a.', 'folder /b'], ['windows-name', 'windows-name']],
  ['ordinary names', ['src/a.ts', 'src/b.ts', 'docs/\u6f22\u5b57.md'], []],
]

async function rulesOf(files: readonly string[]): Promise<readonly string[]> {
  const world = { files: memoryFiles(Object.fromEntries(files.map((path) => [path, '']))) } as unknown as BuiltinWorld
  const judged = await paths({}, world)
  return 'findings' in judged ? judged.findings.map(({ rule = '' }) => rule) : ['failure']
}

const attempts: readonly (readonly [what: string, one: string, other: string])[] = [
  ['case', 'Lint@1.1', 'lint@1.1'],
  ['composed and decomposed letters', 'caf\u00e9@1.1', 'cafe\u0301@1.1'],
  ['a slash and what stands for it', 'a/b@1.1', 'a%2fb@1.1'],
  ['colons', 'npm:lint@1.1', 'npm-lint@1.1'],
  ['long names with the same beginning', `${'x'.repeat(300)}a@1.1`, `${'x'.repeat(300)}b@1.1`],
  ['long names of many bytes', `${'\u00fc'.repeat(100)}a@1.1`, `${'\u00fc'.repeat(100)}b@1.1`],
  ['names that Windows reserves', 'con@1.1', 'aux@1.1'],
]

async function names(): ReturnType<SoakRow['run']> {
  const broken: string[] = []
  for (const [what, files, rules] of repositories) {
    const told = await rulesOf(files)
    if (told.join() !== rules.join()) broken.push(`${what}: ${told.join() || 'nothing'} instead of ${rules.join() || 'nothing'}`)
  }
  const dir = mkdtempSync(join(tmpdir(), 'pawl-names-'))
  for (const [what, one, other] of attempts) {
    const logs = attemptLogs(dir, 1)
    for (const attempt of [one, other]) {
      const log = logs.open(attempt)
      log.write(attempt)
      const { failure } = await log.close()
      if (failure !== undefined) broken.push(`logs, ${what}: ${failure.what}`)
    }
    const texts = await Promise.all([one, other].map(async (attempt) => new TextDecoder().decode(await logs.read(attempt))))
    if (texts.join('|') !== `${one}|${other}`) broken.push(`logs, ${what}: one was written over the other`)
    // Also where case does not count; checks whose names differ in that alone are refused.
    const [first = '', second = ''] = [one, other].map((attempt) => logs.pathOf(attempt).toLowerCase().normalize('NFC'))
    if (first === second && what !== 'case') broken.push(`logs, ${what}: the same file where case does not count`)
    const odd = readdirSync(join(dir, 'logs/run-000001')).filter(
      (name) => name.length > 250 || /[^\w.@%-]/.test(name) || /^(con|aux|nul|prn)(\.|$)/i.test(name),
    )
    if (odd.length > 0) broken.push(`logs, ${what}: a name that another system refuses: ${odd.join()}`)
  }
  rmSync(dir, { recursive: true })
  broken.push(...twins())
  return { cases: repositories.length + attempts.length + 1, broken }
}

/** Two checks whose names differ in case alone. */
function twins(): readonly string[] {
  const set = settingsFrom({ flags: {}, environment: { request: {}, from: {} }, loaded: { config: {}, placeOf: () => undefined }, ci: false, processors: 2 })
  if (!set.ok) return ['no settings']
  const made = tasksOf({ Lint: { command: 'a' }, lint: { command: 'b' } }, set.value.settings, () => undefined, 'linux')
  return made.ok ? ['two checks whose names differ in case alone are taken'] : []
}
