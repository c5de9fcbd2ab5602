/** Writes what was learned into pawl.yaml: shown before it is done, and only where no person has written a limit. */
import { lstatSync } from 'node:fs'
import { withLearned, type LearnedValue, type LeftValue } from '../config/learned-values.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { Settings } from '../config/settings.ts'
import { saveAtomic } from '../host/save-atomic.ts'
import { settingText } from '../model/duration.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import type { StatisticsReport } from './statistics.ts'
import type { Site } from './site.ts'

export type Lesson = {
  /** Relative to the root. */
  readonly path: string
  readonly before: string
  readonly after: string
  readonly written: readonly LearnedValue[]
  readonly left: readonly LeftValue[]
}

/** What would be written. */
export async function lessonFrom(site: Site, { tasks, wished }: StatisticsReport): Promise<Result<Lesson>> {
  const { path } = wished.loaded
  const before = path === undefined ? undefined : await site.files().read(path)
  if (path === undefined || before === undefined) return failed(noFile)
  if (!/\.ya?ml$/i.test(path)) return failed(otherFile(path, `${path} is a program; only its author can change it`))
  if (lstatSync(`${site.root}/${path}`).isSymbolicLink()) return failed(otherFile(path, `${path} is a link, and what it leads to may belong to somebody else`))
  const values = tasks.flatMap((one): LearnedValue[] => {
    const { ttl, timeout } = one.limits ?? {}
    return [
      ...(ttl?.kind === 'change' ? [{ check: one.task, key: 'ttl' as const, text: settingText(ttl.ms, 'down').text }] : []),
      ...(timeout?.kind === 'change' ? [{ check: one.task, key: 'timeout' as const, text: settingText(timeout.ms, 'up').text }] : []),
    ]
  })
  const [own, rowed] = [
    values.filter((value) => !namesSetRow(value, wished.checks, wished.loaded)),
    values.filter((value) => namesSetRow(value, wished.checks, wished.loaded)),
  ]
  const { text, written, left } = withLearned(before, own, defaultRows(wished.settings, wished.loaded))
  const why = 'the row of the table ttl that it names is written by hand'
  return ok({ path, before, after: text, written, left: [...left, ...rowed.map((value) => ({ ...value, why }))] })
}

/** Refuses when the file was edited since it was read. */
export async function writeLesson(site: Site, lesson: Lesson): Promise<readonly Failure[]> {
  if (lesson.after === lesson.before) return []
  if ((await site.files().read(lesson.path)) !== lesson.before) return [otherFile(lesson.path, `${lesson.path} was edited while pawl read it`)]
  const path = `${site.root}/${lesson.path}`
  await saveAtomic(path, lesson.after, lstatSync(path).mode & 0o777)
  return []
}

type RowName = keyof Settings['ttl']
type Checks = StatisticsReport['wished']['checks']

/** Rows that the file or one of its profiles sets are the will of a person. */
function setRows({ config }: LoadedConfig): ReadonlySet<string> {
  return new Set([config, ...Object.values(config.profiles ?? {})].flatMap((part) => Object.keys(part.ttl ?? {})))
}

function defaultRows(settings: Settings, loaded: LoadedConfig): ReadonlySet<string> {
  const set = setRows(loaded)
  return new Set((Object.keys(settings.ttl) as RowName[]).filter((row) => !set.has(row)))
}

const namesSetRow = ({ check, key }: LearnedValue, checks: Checks, loaded: LoadedConfig): boolean => {
  const ttl = checks[check]?.ttl
  return key === 'ttl' && typeof ttl === 'string' && setRows(loaded).has(ttl)
}

const noFile: Failure = {
  type: 'config.unwritable',
  what: 'there is no pawl.yaml to write into',
  kept: 'nothing was written',
  hint: 'pawl init writes one; then try again.',
}

const otherFile = (path: string, why: string): Failure => ({
  type: 'config.unwritable',
  what: `${path} is not changed`,
  why,
  kept: 'nothing was written',
  hint: 'pawl stats shows the limits that were learned; write them where they belong.',
})
