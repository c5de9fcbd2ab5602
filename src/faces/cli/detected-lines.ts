/** One short block: what was found in the repository, and why pawl believes it. */
import type { Planned } from '../../app/draft.ts'
import type { Palette } from '../reporters/palette.ts'
import { safeLine } from '../reporters/safe-text.ts'

export function detectedLines(planned: Pick<Planned, 'detected' | 'loaded'>, ink: Palette): string[] {
  const { found, remarks } = planned.detected
  const width = Math.max(0, ...found.map(({ name }) => name.length))
  return [
    ...(planned.loaded.path === undefined ? [] : [`${ink.bold('config')} ${safeLine(planned.loaded.path)}`]),
    ...(found.length === 0 ? [] : [ink.bold('found')]),
    ...found.map(({ name, why }) => `  ${safeLine(name).padEnd(width)}  ${ink.dim(safeLine(why))}`),
    ...remarks.map(({ text, file }) => `  ${ink.yellow('note')}  ${safeLine(text)}${file === undefined ? '' : ink.dim(` (${safeLine(file)})`)}`),
  ]
}
