/** Writes what is detected into pawl.yaml, once: an existing configuration is never replaced. */
import { detect } from '../config/detect.ts'
import { initText } from '../config/init.ts'
import { configNames } from '../config/load.ts'
import type { Detected } from '../config/preset.ts'
import { presets } from '../config/presets.ts'
import { saveFile } from '../host/save-atomic.ts'
import { failed, ok, type Result } from '../model/failure.ts'
import type { Site } from './site.ts'

export type InitPlan = {
  readonly path: string
  readonly text: string
  readonly detected: Detected
  /** What exists already. */ readonly existing: { readonly path: string; readonly same: boolean } | undefined
}

export async function planInit(site: Site): Promise<Result<InitPlan>> {
  const files = site.files()
  const detected = await detect(files, presets)
  if (detected.failures.length > 0) return failed(...detected.failures)
  const text = initText(detected)
  for (const path of configNames) {
    const before = await files.read(path)
    if (before !== undefined) return ok({ path, text, detected, existing: { path, same: before === text } })
  }
  if (Object.keys(detected.checks).length === 0)
    return failed({
      type: 'plan.empty',
      what: 'pawl found nothing here that it could check',
      kept: 'nothing was written',
      hint: 'Write a pawl.yaml by hand:  checks: { test: { command: make test } }',
    })
  return ok({ path: 'pawl.yaml', text, detected, existing: undefined })
}

export const writeInit = (site: Site, plan: InitPlan): Promise<Result<void>> => saveFile(`${site.root}/${plan.path}`, plan.text, 0o644)
