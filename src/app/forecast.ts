/** What is known about a set of prompts before anything is spent: files that each will touch, clashes, lanes. Pure. */
import { clashesOf } from '../config/prompts/clashes.ts'
import { touchesOf, type RepositoryFacts } from '../config/prompts/touches.ts'
import { lanesOf } from '../engine/lanes.ts'
import type { Forecast, Prompt } from '../model/prompt.ts'

/** `threshold`: clashes at least as probable put prompts into one lane. */
export function forecastOf(prompts: readonly Prompt[], facts: RepositoryFacts, threshold?: number): Forecast {
  const touches = touchesOf(prompts, facts)
  const clashes = clashesOf(touches)
  return { touches, clashes, lanes: lanesOf(prompts, clashes, threshold) }
}
