/** A preset of a plugin, held to what presets promise: it never throws, and what it detects could stand in pawl.yaml. */
import { nothingDetected, type Detected, type Preset } from '../config/preset.ts'
import type { Failure } from '../model/failure.ts'
import { kindAndMessageOf } from '../model/thrown.ts'

export function guardedPreset(plugin: string, preset: Preset): Preset {
  const broken = (why: string): Detected => ({ ...nothingDetected, failures: [failureOf(plugin, preset.name, why)] })
  return {
    name: `${plugin}/${preset.name}`,
    async detect(files, before) {
      try {
        const detected: Partial<Detected> | undefined = await preset.detect(files, before)
        const { found = [], checks = {}, remarks = [], failures = [] } = detected ?? {}
        const [{ problemsOf }, { checkShape }] = await Promise.all([import('../config/problems.ts'), import('../config/check-shape.ts')])
        const problem = Object.entries(checks).flatMap(([name, check]) => problemsOf(checkShape, check, ['checks', name]))[0]
        if (problem !== undefined) return broken(`it detects a check that cannot be: ${problem.what}`)
        return { found: [...found], checks: { ...checks }, remarks: [...remarks], failures: [...failures] }
      } catch (error) {
        // Whatever the code of a plugin throws is about the plugin.
        return broken(kindAndMessageOf(error))
      }
    },
  }
}

const failureOf = (plugin: string, preset: string, why: string): Failure => ({
  type: 'plugin.broken',
  what: `the preset ${plugin}/${preset} cannot be used`,
  why,
  kept: 'nothing was started',
  hint: 'Leave the plugin out of `plugins`, or ask its author.',
})
