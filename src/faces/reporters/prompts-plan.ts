/** What would be done about a set of prompts, before anything is spent: order, lanes, probable conflicts with their reasons, limits. As lines, and as one JSON document. */
import type { Budget } from '../../model/budget.ts'
import { durationText } from '../../model/duration.ts'
import type { Forecast, Prompt, Touch } from '../../model/prompt.ts'
import { countText } from './finding-text.ts'
import { jsonText } from './json-text.ts'
import { type Palette, palette as paletteOf } from './palette.ts'
import { safeLine } from './safe-text.ts'
import { shortened, textWidth } from './text-width.ts'

export type PromptLimits = {
  /** Lanes that are worked on at the same time, at most. */
  readonly atOnce: number
  /** Of one turn of an agent. */
  readonly timeoutMs?: number
  /** Of each prompt. */
  readonly budget?: Budget
  /** Of all prompts of the run together. */
  readonly total?: Budget
  /** Clashes at least as probable put prompts into one lane. */
  readonly threshold: number
}

const shownClashes = 20
const shownFiles = 3
const columns = { id: 40, title: 60 } as const

/** A line may be wider than a terminal: nothing of a reason is cut. */
export function promptsPlanText(prompts: readonly Prompt[], forecast: Forecast, limits: PromptLimits, palette: Palette = paletteOf(false)): string[] {
  const byId = new Map(prompts.map((prompt) => [prompt.id, prompt]))
  const laneOf = laneNumbers(forecast)
  const width = Math.min(columns.id, Math.max(0, ...prompts.map(({ id }) => textWidth(safeLine(id)))))
  const lanes = forecast.lanes.flatMap((lane, i) => [
    palette.bold(`lane ${i + 1}${lane.length > 1 ? ', one after the other' : ''}`),
    ...lane.flatMap((id) => promptLines(byId.get(id), forecast, laneOf, width, palette)),
    '',
  ])
  const [many, side] = [countText(prompts.length, 'prompt'), countText(forecast.lanes.length, 'lane')]
  return [
    `${many} in ${side}, ${Math.min(limits.atOnce, forecast.lanes.length)} at a time`,
    '',
    ...lanes,
    ...clashLines(prompts, forecast, palette),
    ...limitLines(limits),
  ]
}

function promptLines(prompt: Prompt | undefined, forecast: Forecast, laneOf: ReadonlyMap<string, number>, width: number, palette: Palette): string[] {
  if (prompt === undefined) return []
  const { id, title, dependsOn, priority, agent, model, checks, timeoutMs, budget } = prompt
  const name = safeLine(id)
  const padding = ' '.repeat(Math.max(0, width - textWidth(name)))
  const needs = dependsOn.map((other) => `${safeLine(other)}${laneOf.get(other) === laneOf.get(id) ? '' : ` (lane ${laneOf.get(other) ?? '?'})`}`)
  const facts = [
    ...(needs.length === 0 ? [] : [`after ${needs.join(', ')}`]),
    ...(priority === 0 ? [] : [`priority ${priority}`]),
    ...(agent === undefined ? [] : [`agent ${safeLine(agent)}`]),
    ...(model === undefined ? [] : [`model ${safeLine(model)}`]),
    ...(checks === undefined ? [] : [`checks ${checks.map(safeLine).join(', ')}`]),
    ...(timeoutMs === undefined ? [] : [`${durationText(timeoutMs)} a turn`]),
    ...budgetWords(budget),
  ]
  const touches = forecast.touches.get(id) ?? []
  const more = touches.length > shownFiles ? [`and ${countText(touches.length - shownFiles, 'other file')}`] : []
  const about = [...(facts.length === 0 ? [] : [facts.join(' · ')]), ...touches.slice(0, shownFiles).map(touchText), ...more]
  return [`  ${name}${padding}  ${shortened(safeLine(title), columns.title)}`, ...about.map((line) => `${' '.repeat(width + 4)}${palette.dim(line)}`)]
}

const touchText = ({ path, probability, why, hot }: Touch): string =>
  `${percent(probability)}  ${safeLine(path)}: ${safeLine(why)}${hot === undefined ? '' : ` · ${safeLine(hot)}, which many change`}`

function clashLines(prompts: readonly Prompt[], forecast: Forecast, palette: Palette): string[] {
  const { clashes } = forecast
  if (clashes.length === 0) return ['No conflict is to be expected.', '']
  const laneOf = laneNumbers(forecast)
  const rows = clashes.slice(0, shownClashes).flatMap(({ between: [a, b], probability, paths }) => {
    const apart = laneOf.get(a) === laneOf.get(b) || waitsFor(a, b, prompts) || waitsFor(b, a, prompts)
    const kept = apart ? 'one after the other' : 'side by side'
    return [
      `  ${palette.yellow(percent(probability))}  ${safeLine(a)} and ${safeLine(b)}: ${kept}`,
      ...paths.slice(0, shownFiles).map((touch) => `        ${palette.dim(touchText(touch))}`),
    ]
  })
  const more = clashes.length > shownClashes ? [`  and ${countText(clashes.length - shownClashes, 'less probable one')}`] : []
  return [palette.bold('Probable conflicts'), ...rows, ...more, '']
}

/** Directly, or through others. */
function waitsFor(id: string, other: string, prompts: readonly Prompt[]): boolean {
  const byId = new Map(prompts.map((prompt) => [prompt.id, prompt]))
  const seen = new Set<string>()
  const open = [id]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue
    seen.add(at)
    open.push(...(byId.get(at)?.dependsOn ?? []))
  }
  return id !== other && seen.has(other)
}

function limitLines({ atOnce, timeoutMs, budget, total, threshold }: PromptLimits): string[] {
  const inAll = budgetWords(total)
  const words = [
    `at most ${countText(atOnce, 'lane')} at a time`,
    ...(timeoutMs === undefined ? [] : [`${durationText(timeoutMs)} a turn`]),
    ...budgetWords(budget),
    ...(inAll.length === 0 ? [] : [`the whole run: ${inAll.join(', ')}`]),
    `one lane from ${percent(threshold).trim()} on`,
  ]
  return [`Limits: ${words.join(' · ')}`]
}

function budgetWords({ timeMs, turns, tokens, usd }: Budget = {}): readonly string[] {
  return [
    ...(timeMs === undefined ? [] : [`${durationText(timeMs)} in all`]),
    ...(turns === undefined ? [] : [countText(turns, 'turn')]),
    ...(tokens === undefined ? [] : [countText(tokens, 'token')]),
    ...(usd === undefined ? [] : [`$${usd}`]),
  ]
}

/** What is not sure is never 100 %, and what may be is never 0 %. */
function percent(probability: number): string {
  const rounded = Math.round(probability * 100)
  const shown = probability >= 1 ? 100 : probability <= 0 ? 0 : Math.min(99, Math.max(1, rounded))
  return `${String(shown).padStart(3)} %`
}

const laneNumbers = ({ lanes }: Forecast): ReadonlyMap<string, number> => new Map(lanes.flatMap((lane, i) => lane.map((id) => [id, i + 1] as const)))

/** Raised when a reader of version 1 would misunderstand; new fields do not raise it. */
const version = 1

/** Texts of the prompts are not in it: they lie in their files. */
export function promptsPlanJson(prompts: readonly Prompt[], forecast: Forecast, limits: PromptLimits): string {
  const laneOf = laneNumbers(forecast)
  const rows = prompts.map((prompt) => {
    const { text: _, ...rest } = prompt
    return { ...rest, lane: laneOf.get(prompt.id), touches: forecast.touches.get(prompt.id) ?? [] }
  })
  return `${jsonText({ v: version, prompts: rows, lanes: forecast.lanes, clashes: forecast.clashes, limits }, 2)}\n`
}
