/** Doubts tests that an agent wrote until they have proven themselves: they pass again, they reach new lines, and they notice faults in these lines. */
import { coverageArguments } from '../config/coverage-checks.ts'
import { assessCoverage } from '../executors/coverage/assess.ts'
import { wishFrom } from '../executors/coverage/wish.ts'
import { isTestFile } from '../executors/mending/silencing.ts'
import { mutantsOf, withBlanks } from '../executors/mending/mutants.ts'
import { testsOf } from '../executors/mending/test-commands.ts'
import type { OpenCopy } from '../host/proposal.ts'
import { readDiskFile, replaceDiskFile } from '../host/disk-file.ts'
import { writtenAt } from '../host/written-at.ts'
import type { AttemptContext } from '../model/executor.ts'
import { failed, ok, type Result } from '../model/failure.ts'
import { satisfies } from '../model/outcome.ts'
import type { TaskId } from '../model/task.ts'
import { judgeCopy } from './judge-copy.ts'
import { siteOfCopy, type Site } from './site.ts'
import type { WorldParts } from './world-parts.ts'

/** Faults that are made in all: each costs a run of the tests. */
const mostFaults = 8
/** Of the faults, so many must be noticed. */
const leastNoticed = 0.5

/** Undefined: they have proven themselves. */
export async function doubtAbout(parts: WorldParts, copy: OpenCopy, fix: TaskId, context: AttemptContext): Promise<Result<string | undefined>> {
  const tests = testsOf(parts.planned.plan, fix)
  const place = siteOfCopy(parts.site, copy.repository)
  const gained = newlyCovered(await hitsIn(parts, parts.site, fix), await hitsIn(parts, place, fix))
  if (gained.size === 0) return ok('no line is covered that was not before')
  context.fix?.note('running the tests a second time')
  const again = await judgeCopy(parts, copy, context, { only: tests, force: true, quiet: true })
  if (!again.ok) return again
  if (!tests.every((id) => satisfies(again.value.settled.get(id)))) return ok('the tests do not pass a second time')
  return faultsNoticed({ parts, copy, context, tests }, place, gained)
}

/** File → lines that are run, by the reports of a place. */
async function hitsIn({ planned }: WorldParts, site: Site, fix: TaskId): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> {
  const files = site.files()
  const check = [...planned.plan.tasks.values()].find(({ task }) => task.fixes.includes(fix))?.task
  const args = check?.action.kind === 'builtin' ? check.action.with : await coverageArguments(files, undefined)
  const { coverage } = await assessCoverage(wishFrom(args), { files, writtenAt: (path) => writtenAt(site.root, path) })
  return new Map(coverage.files.map(({ file, lines }) => [file, lines]))
}

function newlyCovered(
  before: ReadonlyMap<string, ReadonlyMap<number, number>>,
  after: ReadonlyMap<string, ReadonlyMap<number, number>>,
): ReadonlyMap<string, readonly number[]> {
  const gained = [...after].map(([file, lines]): [string, number[]] => {
    const known = before.get(file)
    return [file, [...lines].flatMap(([line, hits]) => (hits > 0 && (known?.get(line) ?? 0) === 0 ? [line] : [])).sort((a, b) => a - b)]
  })
  // Tests that reach themselves reach nothing.
  return new Map(gained.filter(([file, lines]) => lines.length > 0 && !isTestFile(file)))
}

type Trial = { readonly parts: WorldParts; readonly copy: OpenCopy; readonly context: AttemptContext; readonly tests: readonly TaskId[] }

async function faultsNoticed(trial: Trial, place: Site, gained: ReadonlyMap<string, readonly number[]>): Promise<Result<string | undefined>> {
  const { context } = trial
  const each = Math.max(1, Math.floor(mostFaults / gained.size))
  const unnoticed: string[] = []
  const harmless: Written[] = []
  let made = 0
  for (const [file, lines] of gained) {
    const text = await place.files().read(file)
    if (text === undefined) continue
    const mutants = mutantsOf(text, lines, each).slice(0, mostFaults - made)
    if (mutants.length > 0) harmless.push({ path: `${place.root}/${file}`, text, written: withBlanks(text, lines) })
    for (const { line, what, text: written } of mutants) {
      if (context.cancellation.requested) return ok('it was cancelled')
      made += 1
      const noticed = await withWritten(trial, [{ path: `${place.root}/${file}`, text, written }])
      if (!noticed.ok) return noticed
      context.fix?.note(`a fault in ${file}:${line} (${what}) is ${noticed.value ? 'noticed' : 'not noticed'}`)
      if (!noticed.value) unnoticed.push(`${file}:${line} (${what})`)
    }
  }
  if (made === 0) return ok('no fault could be made in the lines that they reach, so nothing shows that they notice any')
  if ((made - unnoticed.length) / made < leastNoticed)
    return ok(`of ${made} faults in the lines that they reach the tests notice ${made - unnoticed.length}; not: ${unnoticed.slice(0, 3).join(', ')}`)
  // Who compares the text of the code notices every fault, and who fails at the third run does so, too: the last run has nothing to be noticed.
  context.fix?.note('running the tests once more with blanks at the ends of lines, which change nothing')
  const alarmed = await withWritten(trial, harmless)
  if (!alarmed.ok) return alarmed
  return ok(
    alarmed.value ? 'the tests fail when blanks are added at the ends of lines: they look at the text of the code, or do not pass every time' : undefined,
  )
}

type Written = { readonly path: string; readonly text: string; readonly written: string }

/** The texts are put back whatever happens. The answer is whether a test noticed. */
async function withWritten({ parts, copy, context, tests }: Trial, files: readonly Written[]): Promise<Result<boolean>> {
  const encoder = new TextEncoder()
  const write = async (path: string, text: string): Promise<void> => replaceDiskFile(path, encoder.encode(text), (await readDiskFile(path, 0))?.mode ?? 0o644)
  for (const { path, written } of files) await write(path, written)
  try {
    const judged = await judgeCopy(parts, copy, context, { only: tests, quiet: true })
    if (!judged.ok) return failed(...judged.failures)
    return ok(!tests.every((id) => satisfies(judged.value.settled.get(id))))
  } finally {
    for (const { path, text } of files) await write(path, text)
  }
}
