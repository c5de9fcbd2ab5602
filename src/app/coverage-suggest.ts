/** Where tests are missing most: lines that nothing covers, in files that are changed often and decide much. */
import { uncoveredRanges, type Assessment } from '../executors/coverage/assess.ts'
import { yearOfCommits } from '../host/churn.ts'
import { linesOf, type Lines } from '../model/coverage.ts'
import { branchingWords } from '../model/complexity.ts'
import { failed, ok, type Result } from '../model/failure.ts'
import { noGit } from './coverage-diff.ts'
import type { Site } from './site.ts'

export type Suggestion = {
  readonly file: string
  readonly uncovered: number
  /** That touched the file in the year before the last commit. */
  readonly commits: number
  /** Words that branch, in the whole file. */
  readonly branching: number
  /** The product of the three, each counted as 1 at least. */
  readonly weight: number
  /** The largest part that nothing covers; absent where only sums are told. */
  readonly largest?: Lines
}

export async function coverageSuggestions(site: Site, { coverage }: Assessment, limit: number): Promise<Result<readonly Suggestion[]>> {
  if (site.repository === undefined) return failed(noGit)
  const churn = await yearOfCommits(site.repository)
  if (!churn.ok) return churn
  const files = site.files()
  const suggestions: Suggestion[] = []
  for (const file of coverage.files) {
    const { covered, total } = linesOf(file)
    const uncovered = total - covered
    if (uncovered === 0) continue
    const [first, ...more] = uncoveredRanges(file)
    const largest = first === undefined ? undefined : more.reduce((best, range) => (range.to - range.from > best.to - best.from ? range : best), first)
    const commits = churn.value.get(file.file) ?? 0
    const branching = branchingWords((await files.read(file.file)) ?? '')
    suggestions.push({
      file: file.file,
      uncovered,
      commits,
      branching,
      weight: uncovered * Math.max(1, commits) * Math.max(1, branching),
      ...(largest === undefined ? {} : { largest }),
    })
  }
  return ok(suggestions.sort((a, b) => b.weight - a.weight || (a.file < b.file ? -1 : 1)).slice(0, limit))
}
