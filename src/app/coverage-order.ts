/** In which files tests pay most, as far as that can be told before the tests have run. */
import { coverageHere } from './coverage.ts'
import { coverageSuggestions } from './coverage-suggest.ts'
import type { Site } from './site.ts'

const mostFiles = 50

/** Empty where no report can be believed yet: then the number of uncovered lines decides. */
export async function filesByWorth(site: Site): Promise<readonly string[]> {
  const assessment = await coverageHere(site)
  if (!assessment.ok || assessment.value.troubles.length > 0) return []
  const suggestions = await coverageSuggestions(site, assessment.value, mostFiles)
  return suggestions.ok ? suggestions.value.map(({ file }) => file) : []
}
