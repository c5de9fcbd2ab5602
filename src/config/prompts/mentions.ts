/** Finds the files that the text of a prompt speaks of, and how likely each is to be changed. */
import type { Touch } from '../../model/prompt.ts'
import { textLines, type TextLine } from './fences.ts'
import type { KnownPaths } from './known-paths.ts'

export type Mentions = {
  readonly touches: readonly Touch[]
  /** Identifiers in back-ticks → line. */
  readonly symbols: ReadonlyMap<string, number>
  /** Paths of which the text says that they are to be left alone. */
  readonly spared: ReadonlySet<string>
}

export const likelihoods = { target: 0.9, plain: 0.5, read: 0.15, fenced: 0.15, spared: 0.05 } as const
/** Characters of a text, characters of a line, mentions, files of one folder or glob. */
export const textBounds = { text: 400_000, line: 4000, mentions: 2000, spread: 500 } as const

type Mood = keyof typeof likelihoods

const targetSection = /^(?:target|affected|changed|modified|relevant|involved)?\s*files?(?:\s+(?:to|that|in|affected|changed|modified|involved)\b.*)?$/i
const sparedSection =
  /^(?:out of scope|non-?goals?|do not (?:touch|change|modify|edit)|don['’]t (?:touch|change|modify|edit)|off[- ]limits|files? (?:not to|to leave)\b.*)/i
const word = /`([^`\n]{1,300})`|[^\s`"'<>|;,]{1,300}/g
const forbids =
  /\b(?:(?:do|does|must|should|shall|may|will|can)\s*n[o']t|don['’]t|mustn['’]t|shouldn['’]t|never|avoid|without|instead of|rather than|not)\s+(?:\w+\s+){0,2}?(?:touch|chang|modif|edit|alter|delet|remov|renam|rewrit|mov)\w*/i
const leaves = /\b(?:leave|leaving|keep|keeping)\b/i
const alone = /\b(?:alone|unchanged|untouched|intact|as (?:it is|is|they are)|read[- ]only|out of (?:this|it|scope))\b/i
const stays = /\b(?:remains?|stays?|is|are|be|kept)\s+(?:\w+\s+)?(?:unchanged|untouched|intact|read[- ]only|off[- ]limits|out of scope)\b/i
const reads =
  /\b(?:see|read|refer to|reference|like|as in|similar to|based on|follow(?:ing)?|described in|documented in|according to|example)\s+(?:the\s+)?(?:\w+\s+){0,2}$/i

export function mentionsIn(text: string, known: KnownPaths): Mentions {
  const best = new Map<string, Touch>()
  const spared = new Map<string, { readonly touch: Touch; readonly alone: boolean }>()
  /** Path → whether it is a target. */
  const meant = new Map<string, boolean>()
  const symbols = new Map<string, number>()
  let section: Mood | undefined
  let left: number = textBounds.mentions
  for (const line of textLines(text.slice(0, textBounds.text))) {
    const heading = line.fenced ? undefined : /^ {0,3}#{1,6}\s+(.{1,300})/.exec(line.text)?.[1]
    if (heading !== undefined) section = sectionMood(heading)
    for (const { raw, token, quoted, mood } of tokensOf(line)) {
      if (left <= 0) break
      if (quoted && /^[A-Za-z_$][\w$]{2,80}(?:\(\))?$/.test(raw)) {
        const name = raw.replace('()', '')
        symbols.set(name, symbols.get(name) ?? line.number)
      }
      const found = pathsFor(token, quoted || section === 'target', known)
      if (found.length === 0) continue
      left -= 1
      const really: Mood = section === 'spared' || mood === 'spared' ? 'spared' : line.fenced ? 'fenced' : (section ?? mood)
      // So that two prompts which name the same folder clash as if they had named one file.
      const probability = likelihoods[really] / Math.sqrt(found.length)
      const why = whyOf(really, line.number, found.length > 1 ? token : undefined)
      for (const path of found) {
        const touch: Touch = { path, probability, why }
        if (really === 'spared') spared.set(path, { touch, alone: found.length === 1 || spared.get(path)?.alone === true })
        else if (really === 'target' || (really === 'plain' && found.length === 1)) meant.set(path, really === 'target' || meant.get(path) === true)
        if ((best.get(path)?.probability ?? -1) < probability) best.set(path, touch)
      }
    }
  }
  // A list of targets says it best, then "do not touch"; but who spares a folder and names a file of it means that file.
  for (const [path, isTarget] of meant) if (isTarget || spared.get(path)?.alone === false) spared.delete(path)
  return { touches: [...best.values()].map((touch) => spared.get(touch.path)?.touch ?? touch), symbols, spared: new Set(spared.keys()) }
}

function sectionMood(heading: string): Mood | undefined {
  const words = heading
    .replace(/^\d{1,3}(?:\.\d{1,3})*[.)]?\s+/, '')
    .replace(/[\s:#*_]+$/, '')
    .replace(/^[*_]+/, '')
  return sparedSection.test(words) ? 'spared' : targetSection.test(words) ? 'target' : undefined
}

function whyOf(mood: Mood, line: number, through: string | undefined): string {
  const how = { target: 'a target', plain: 'named in the text', read: 'to be read', fenced: 'in a block of code', spared: 'to be left alone' }[mood]
  return `${how} (${through === undefined ? '' : `${through}, `}line ${line})`
}

type Said = { readonly raw: string; readonly token: string; readonly quoted: boolean; readonly mood: Mood }

/** Words with the clause that each stands in: "keep a.ts, but change b.ts" are two. */
function* tokensOf(line: TextLine): Generator<Said> {
  for (const clause of line.text.slice(0, textBounds.line).split(/(?<=[.;!?])\s+|\s+(?=(?:but|however|while|whereas|only|except|apart from|other than)\b)/i)) {
    const isSpared = forbids.test(clause) || (leaves.test(clause) && alone.test(clause)) || stays.test(clause)
    for (const match of clause.matchAll(word)) {
      const [whole, quoted] = match
      const before = clause.slice(Math.max(0, match.index - 60), match.index)
      yield {
        raw: (quoted ?? whole).trim(),
        token: tidy(quoted ?? whole),
        quoted: quoted !== undefined,
        mood: isSpared ? 'spared' : reads.test(before) ? 'read' : 'plain',
      }
    }
  }
}

/** Without what surrounds a path in prose: links, brackets, emphasis, full stops, ":12:3", "#L10", "./". */
function tidy(text: string): string {
  const target = text.includes('](') ? text.slice(text.indexOf('](') + 2).replace(/\).*$/, '') : text.trim()
  const plain = target.replace(/^\(+/, '').replace(/[).,:;!?]{1,9}$/, '')
  const emphasis = /^([*_]{1,3})([^*]{1,300}?)\1$/.exec(plain)?.[2] ?? plain
  return emphasis.replace(/(?::\d{1,7}){1,2}(?:-\d{1,7})?$|#L\d{1,7}(?:-L?\d{1,7})?$/, '').replace(/^(?:\.\/)+/, '')
}

/** Files that a word stands for: itself, a folder, a glob, a name that few files have, a file that is yet to be made. */
function pathsFor(token: string, surely: boolean, known: KnownPaths): readonly string[] {
  if (token.length < 2 || token.includes('://') || /[\s\\:]/.test(token) || token.startsWith('/') || token.split('/').includes('..')) return []
  if (known.files.has(token)) return surely || /[./]/.test(token) ? [token] : []
  if (/[*?{[]/.test(token)) return surely || token.includes('/') || token.includes('*.') ? few(known.matching(token) ?? []) : []
  const folder = token.replace(/\/+$/, '')
  if (surely || token.includes('/')) {
    const below = known.below(folder)
    if (below !== undefined) return few(below)
  }
  const ending = /[\w)\]-]\.([A-Za-z0-9]{1,10})$/.exec(token)?.[1]?.toLowerCase()
  if (ending === undefined || !known.endings.has(ending)) return []
  const named = token.includes('/') ? [] : known.named(token)
  if (named.length > 0) return named.length <= 3 ? named : []
  return /^[\w.@()[\]+-]+(?:\/[\w.@()[\]+-]+)*$/.test(token) && (surely || token.includes('/')) ? [token] : []
}

const few = (paths: readonly string[]): readonly string[] => (paths.length <= textBounds.spread ? paths : [])
