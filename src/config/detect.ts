/** Asks the presets, one after the other, what this repository is and which checks that means. */
import type { Files } from '../model/files.ts'
import { securityOf } from './security-level.ts'
import { nothingDetected, type Detected, type Preset, type Remark } from './preset.ts'

/** The first preset that plans a check of some name has it; a later one of that name becomes a remark. */
export async function detect(files: Files, presets: readonly Preset[]): Promise<Detected> {
  let all: Detected = nothingDetected
  for (const preset of presets) all = joined(all, await preset.detect(files, all), preset.name)
  return all
}

function joined(before: Detected, more: Detected, preset: string): Detected {
  const found = [...before.found, ...more.found]
  const failures = [...before.failures, ...more.failures]
  const twice = Object.keys(more.checks).filter((name) => Object.hasOwn(before.checks, name))
  const told = twice.map((name): Remark => ({ text: `'${name}' was detected twice; what ${preset} would do for it is left out` }))
  const remarks = [...before.remarks, ...more.remarks, ...told]
  // A workspace may have thousands of checks, and most presets find nothing in it.
  const checks = Object.keys(more.checks).length === 0 ? before.checks : { ...before.checks, ...levelled(withoutNames(more.checks, twice)) }
  return { found, checks, remarks, failures }
}

function withoutNames(checks: Detected['checks'], names: readonly string[]): Detected['checks'] {
  return names.length === 0 ? checks : Object.fromEntries(Object.entries(checks).filter(([name]) => !names.includes(name)))
}

/** A check of a known security tool gets its level, whichever preset it comes from. */
function levelled(checks: Detected['checks']): Detected['checks'] {
  const levels = Object.entries(checks).flatMap(([name, check]) => {
    const security = check.security ?? securityOf(check)
    return security === undefined || security === check.security ? [] : [[name, { ...check, security }] as const]
  })
  return levels.length === 0 ? checks : { ...checks, ...Object.fromEntries(levels) }
}
