/** Looks at what a branch changes before it may land: weakened tests and gates, files that run later, keys, and changes that are too large for anybody to have meant. */
import { silencedIn } from '../../executors/mending/silencing.ts'
import { branchChanges, changedTexts } from '../../host/branch-changes.ts'
import { globLibrary, matcherFor } from '../../host/globs.ts'
import { surveyOf, type BranchChange, type Doubt } from '../../model/branch-survey.ts'
import { ok, type Result } from '../../model/failure.ts'
import type { Held } from '../../model/job.ts'
import type { ProposedFile } from '../../model/proposal.ts'
import type { Site } from '../site.ts'
import { repositoryOf } from './repository-of.ts'

export type Surveyor = (base: string, commit: string) => Promise<Result<Held | undefined>>

const mostText = 4 * 1024 * 1024

/** `allow`: globs of files that agents may change although a person should look at them. */
export function surveyor(site: Site, allow: readonly string[]): Surveyor {
  return async (base, commit) => {
    const repository = repositoryOf(site)
    const all = await branchChanges(repository, base, commit)
    if (!all.ok) return all
    const isAllowed = matcherFor(allow, await globLibrary())
    const changes = allow.length === 0 ? all.value : all.value.filter(({ path }) => !isAllowed(path))
    const texts = await changedTexts(repository, changes, mostText)
    const found = [...surveyOf(changes, texts), ...silenced(changes, texts)]
    return ok(found.length === 0 ? undefined : heldFor(found))
  }
}

function silenced(changes: readonly BranchChange[], texts: ReadonlyMap<string, string>): readonly Doubt[] {
  const findings = silencedIn(changes.map((change) => proposed(change, texts)))
  if (findings.length === 0) return []
  const files = [...new Set(findings.flatMap(({ file }) => file ?? []))]
  return [{ reason: 'weakened-gate', why: findings.map(({ message }) => message).join('; '), files }]
}

function proposed({ path, before, after }: BranchChange, texts: ReadonlyMap<string, string>): ProposedFile {
  const [was, is] = [before === undefined ? undefined : texts.get(before.id), after === undefined ? undefined : texts.get(after.id)]
  const change = before === undefined ? 'added' : after === undefined ? 'deleted' : 'changed'
  return { path, change, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) }
}

/** The gravest one names it; all of them are told. */
function heldFor(found: readonly Doubt[]): Held {
  const order: readonly Doubt['reason'][] = ['secret', 'weakened-gate', 'protected', 'too-large']
  const [first] = found.toSorted((a, b) => order.indexOf(a.reason) - order.indexOf(b.reason))
  return {
    reason: first?.reason ?? 'protected',
    why: found.map(({ why }) => why).join('; '),
    beside: [],
    files: [...new Set(found.flatMap(({ files }) => files))],
  }
}
