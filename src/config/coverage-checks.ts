/** The checks of a repository that holds its coverage to a mark: they judge after the tests, and the advisory one lets the mark rise. */
import type { Files } from '../model/files.ts'
import type { Json } from '../model/json.ts'
import { foreignMarkFile, markFile } from '../model/ratchet.ts'
import { gradleFiles, isPattern, usualReports } from '../model/report-places.ts'
import { knownPackages } from './known-packages.ts'
import type { LoadedConfig } from './load.ts'
import type { CheckConfig } from './check-shape.ts'
import type { CoverageConfig } from './shape.ts'
import type { Checks } from './task-names.ts'
import { stageOf } from './translation.ts'

const ratchet = 'coverage-ratchet'
const mark = 'coverage-mark'

/**
 * Undefined: nothing asks for them. Our mark asks for them whatever `detect` says, because somebody put it there; that of another tool only where
 * detection is wanted. `program`: the words that start this pawl.
 */
export async function coverageChecks(files: Files, { config }: LoadedConfig, checks: Checks, program: readonly string[]): Promise<Checks | undefined> {
  const reason = await reasonFor(files, config.coverage, config.detect !== false)
  if (reason === undefined) return undefined
  const after = testsIn(checks)
  const shared: CheckConfig = {
    stage: 'quality',
    with: await coverageArguments(files, config.coverage),
    needs: [],
    // Selected files give a report about a part, which proves nothing: such a run leaves these checks out.
    files: [],
    ...(await inputsFor(files, config.coverage?.reports ?? [])),
    timeout: '5m',
    reason,
  }
  return {
    [ratchet]: { builtin: ratchet, after: [...after], ...shared },
    [mark]: {
      builtin: mark,
      severity: 'advisory',
      after: [...after, ratchet],
      ...shared,
      fix: { command: [...program, 'coverage', 'raise'], level: 'tracked' },
    },
  }
}

async function reasonFor(files: Files, section: CoverageConfig | undefined, isDetecting: boolean): Promise<string | undefined> {
  if (await files.exists(markFile)) return markFile
  if (section !== undefined) return 'coverage in the configuration'
  return isDetecting && (await files.exists(foreignMarkFile)) ? foreignMarkFile : undefined
}

/** Whatever may write a report: commands of the stage quality that are not fast. What waits for these checks itself is none. */
function testsIn(checks: Checks): readonly string[] {
  const waiting = new Set([ratchet, mark])
  for (const name of waiting)
    for (const [other, { needs = [], after = [] }] of Object.entries(checks)) if ([...needs, ...after].includes(name)) waiting.add(other)
  return Object.entries(checks)
    .filter(([name, check]) => !waiting.has(name) && stageOf(check) === 'quality' && check.builtin === undefined && check.fast !== true)
    .map(([name]) => name)
}

/** Of both checks: what the section says, and the packages of the workspace unless it names others. */
export async function coverageArguments(files: Files, section: CoverageConfig | undefined): Promise<Record<string, Json>> {
  const { reports, tolerance, allowMissing, packages } = section ?? {}
  const workspace = packages ?? Object.fromEntries((await knownPackages(files, [])).map(({ name, folder }) => [name, folder]))
  return {
    ...(reports === undefined ? {} : { reports }),
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(allowMissing === undefined ? {} : { allowMissing }),
    ...(Object.keys(workspace).length === 0 ? {} : { packages: workspace }),
  }
}

/** Reports are mostly ignored by git, so they count one by one. Where one may appear under any name, no result is reused. */
async function inputsFor(files: Files, reports: readonly string[]): Promise<Pick<CheckConfig, 'inputs' | 'extra'>> {
  const places = reports.length > 0 ? reports : usualReports.flat()
  const open = places.filter(isPattern)
  const isOpen = reports.length > 0 ? open.length > 0 : (await Promise.all(gradleFiles.map((file) => files.exists(file)))).includes(true)
  return isOpen ? { inputs: 'unknown' } : { inputs: ['**/*'], extra: places.filter((place) => !isPattern(place)) }
}
