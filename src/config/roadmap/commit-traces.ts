/** Reads what commits say of a roadmap: whole subjects of a known form, and trailers. A word in passing says nothing. */
import type { Trace } from './hints.ts'
import { oneLine } from './yaml-source.ts'

export type CommitText = { readonly commit: string; readonly subject: string; readonly body?: string }

/** "feat(api)!: ". Of docs, tests, chores and such nothing is done. */
const conventional = /^([a-z]+)(?:\([^)]*\))?!?:\s+/i
const workTypes: ReadonlySet<string> = new Set(['feat', 'feature', 'fix', 'refactor', 'perf', 'build', 'impl'])
const verb = String.raw`(?:implement(?:ed|s)?|complete[ds]?|finish(?:ed|es)?|build|built|deliver(?:ed|s)?|land(?:ed|s)?|ship(?:ped|s)?|add(?:ed|s)?)`
const wholePhase = /^(?:complete[ds]?|finish(?:ed|es)?)\s+phase\s+(\w+(?:\.\w+)*)(?:\s+(?:implementation|tasks|work))?\s*(?:$|[:.(–—]|-\s)/i
const groups = new RegExp(String.raw`^(?:${verb}\s+)(?:phase\s+([\w.]+?),?\s+)?groups?\s+([A-Z](?:\s*(?:,\s*and|,|&|\+|/|and)\s*[A-Z])*)(?![\w-])`, 'i')
const doubt =
  /\b(?:should|todo|wip|not|never|incomplete|in progress|revert|start(?:s|ed)?|begin|began|plan(?:s|ned)?|prepare[sd]?|fixup|squash|before|until|except|skip(?:ped)?|fail(?:s|ed)?)\b/i
const partly = /\b(?:partial(?:ly)?|partly|part \d|half|un-?verified|un-?tested|draft)\b/i

/** In their order. A subject that a commit of the list reverts counts for nothing, and one that is repeated counts once. */
export function commitTraces(commits: readonly CommitText[]): readonly Trace[] {
  const reverted = new Set(commits.flatMap(({ subject }) => /^Revert "(.*)"$/i.exec(subject.trim())?.[1] ?? []))
  const told = new Set<string>()
  return commits.flatMap(({ commit, subject, body = '' }) => {
    if (reverted.has(subject.trim())) return []
    const why = `commit ${commit.slice(0, 9)}: ${oneLine(subject)}`
    const bySubject = told.has(subject.trim()) ? [] : subjectTraces(subject)
    told.add(subject.trim())
    return [...bySubject, ...trailerTraces(body)].map((trace) => ({ ...trace, why }))
  })
}

const longestSubject = 500

type Said = Omit<Trace, 'why' | 'place'>

function subjectTraces(subject: string): readonly Said[] {
  const type = conventional.exec(subject)?.[1]
  if (type !== undefined && !workTypes.has(type.toLowerCase())) return []
  const words = subject.trim().replace(conventional, '').trim()
  if (words.length > longestSubject || doubt.test(words)) return []
  const says = partly.test(words) ? 'partial' : 'done'
  const phase = wholePhase.exec(words)?.[1]
  if (phase !== undefined) return [{ phase, says }]
  const [, inPhase, letters] = groups.exec(words) ?? []
  if (letters === undefined) return []
  // Without a phase, only a group of the roadmap stands alone: "group A/B testing" and "group a policy" are others.
  const behind = words.slice(groups.exec(words)?.[0].length ?? 0)
  if (inPhase === undefined && !/^\s*(?:$|[:(–—]|-\s)/.test(behind)) return []
  const ids = letters.replace(/\band\b/gi, ',').match(/[A-Z]/gi) ?? []
  return ids.map((id) => ({ group: id.toUpperCase(), ...(inPhase === undefined ? {} : { phase: inPhase }), says }))
}

/** "Pawl-Task: A1" or "Pawl-Task: A1 title" in the last paragraph, where every line is a trailer. */
function trailerTraces(body: string): readonly Said[] {
  const lines =
    body
      .trimEnd()
      .split(/\r?\n(?:[ \t]*\r?\n)+/)
      .at(-1)
      ?.split(/\r?\n/) ?? []
  if (!lines.every((line) => /^[A-Za-z][\w-]*:\s|^\s/.test(line))) return []
  return lines.flatMap((line): readonly Said[] => {
    const [, task, title] = /^Pawl-Task:\s*(\S+)(?:\s+(.+))?$/i.exec(line.trim()) ?? []
    return task === undefined ? [] : [{ task, ...(title === undefined ? {} : { title }), says: 'done' }]
  })
}
