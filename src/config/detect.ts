/** Asks the presets, one after the other, what this repository is and which checks that means. */
import type { Files } from '../model/files.ts'
import { nothingDetected, type Detected, type Preset, type Remark } from './preset.ts'
import type { CheckConfig } from './shape.ts'

/** The first preset that plans a check of some name has it; a later one of that name becomes a remark. */
export async function detect(files: Files, presets: readonly Preset[]): Promise<Detected> {
  let all: Detected = nothingDetected
  for (const preset of presets) all = joined(all, await preset.detect(files, all), preset.name)
  return all
}

function joined(before: Detected, more: Detected, preset: string): Detected {
  const checks = new Map<string, CheckConfig>(Object.entries(before.checks))
  const remarks: Remark[] = [...before.remarks, ...more.remarks]
  for (const [name, check] of Object.entries(more.checks)) {
    if (checks.has(name)) remarks.push({ text: `'${name}' was detected twice; what ${preset} would do for it is left out` })
    else checks.set(name, check)
  }
  return { found: [...before.found, ...more.found], checks: Object.fromEntries(checks), remarks, failures: [...before.failures, ...more.failures] }
}
