/** Shows a Failure as people read it: the place first, what happened, why, what was kept, what to try. */
import { type Failure, placeText } from '../../model/failure.ts'
import type { Palette } from './palette.ts'
import { safeLine, safeLines } from './safe-text.ts'

export function failureLines(failure: Failure, palette: Palette): string[] {
  const place = placeText(failure.place)
  const head = (place === '' ? '' : `${palette.bold(safeLine(place))}  `) + safeLine(failure.what)
  return [head, ...said('why', failure.why, palette), ...said('kept', failure.kept, palette), ...said('try', failure.hint, palette)]
}

function said(word: string, text: string | undefined, palette: Palette): string[] {
  const [first, ...more] = text === undefined ? [] : safeLines(text)
  if (first === undefined) return []
  return [`  ${palette.dim(`${word}:`)} ${first}`, ...more.map((line) => `  ${' '.repeat(word.length + 1)} ${line}`)]
}
