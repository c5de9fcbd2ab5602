/** Headings of phases and groups. Nothing else at their level is one. */

export type PhaseHeading = { readonly id: string; readonly title: string }
export type GroupHeading = {
  readonly id: string
  readonly title?: string
  /** Undefined: nothing is said. */
  readonly after?: readonly string[]
  readonly isSequential: boolean
  readonly maxParallel?: number
}

/** "Phase 1: Foundation". */
export function phaseHeading(text: string): PhaseHeading | undefined {
  const [, id, title] = /^Phase\s+([A-Za-z0-9][A-Za-z0-9.]{0,15})\s*(?::|\s[-–—]\s)\s*(\S[^]*)$/i.exec(text.trim()) ?? []
  if (id !== undefined && title !== undefined) return { id, title: title.replace(/\s+/g, ' ') }
  const [, alone] = /^Phase\s+(\d{1,6})$/i.exec(text.trim()) ?? []
  return alone === undefined ? undefined : { id: alone, title: `Phase ${alone}` }
}

/** "Group A", "Group B (Parallel, after A)", "Group C: Title", "Group D: Title (after B, C; sequential)". */
export function groupHeading(text: string): GroupHeading | undefined {
  const [, id, rest = ''] = /^Group\s+([A-Za-z0-9]{1,16})(?![A-Za-z0-9])\s*([^]*)$/i.exec(text.trim()) ?? []
  if (id === undefined) return undefined
  const [, before = '', inside] = /^([^]*?)\(([^()]*)\)$/.exec(rest.trim()) ?? []
  const said = inside === undefined ? undefined : orderWords(inside)
  // Brackets that say nothing of the order belong to the title.
  const title = (said === undefined ? rest : before)
    .trim()
    .replace(/^[:–—-]\s*/, '')
    .replace(/\s+/g, ' ')
    .trim()
  if (!/^(?:[:–—-]|$)/.test((said === undefined ? rest : before).trim())) return undefined
  return { id, isSequential: false, ...said, ...(title === '' ? {} : { title }) }
}

/** Undefined: these are no words about the order. */
function orderWords(inside: string): Pick<GroupHeading, 'after' | 'isSequential' | 'maxParallel'> | undefined {
  let [isSequential, isAfter]: [boolean, boolean] = [false, false]
  let maxParallel: number | undefined
  const after: string[] = []
  for (const part of inside.split(/\s*[,;&+]\s*|\s+and\s+/i).map((word) => word.trim())) {
    const [, first] = /^after\s+(?:group\s+)?([A-Za-z0-9]{1,16})$/i.exec(part) ?? []
    const [, most] = /^(?:max|at most)\s+(\d{1,2})$/i.exec(part) ?? []
    if (first !== undefined) {
      isAfter = true
      after.push(first)
    } else if (/^(?:parallel|independent)$/i.test(part)) isAfter = false
    else if (/^(?:sequential|in order|one after the other)$/i.test(part)) isSequential = true
    else if (most !== undefined && Number(most) > 0) maxParallel = Number(most)
    else if (isAfter && /^(?:group\s+)?[A-Za-z0-9]{1,16}$/i.test(part)) after.push(part.replace(/^group\s+/i, ''))
    else return undefined
  }
  const saysOrder = after.length > 0 || /\b(?:parallel|independent)\b/i.test(inside)
  return { isSequential, ...(saysOrder ? { after } : {}), ...(maxParallel === undefined ? {} : { maxParallel }) }
}
