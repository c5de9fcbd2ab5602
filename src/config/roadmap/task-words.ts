/** What else is said of a task, as "key: value" or in a column of that name. */
import type { Failure, Place } from '../../model/failure.ts'
import type { RoadmapTask } from '../../model/roadmap.ts'
import { nearest } from '../../model/suggestion.ts'
import { parseDuration } from '../../model/duration.ts'
import type { Line } from './markdown-source.ts'
import { idsIn } from './task-name.ts'
import { priorities } from './yaml-shape.ts'
import { isOutside } from './yaml-source.ts'

/** Keys as people write them → what they mean. */
const keys: Readonly<Record<string, Key>> = {
  after: 'after',
  'depends on': 'after',
  depends_on: 'after',
  dependencies: 'after',
  needs: 'after',
  files: 'files',
  agent: 'agent',
  model: 'model',
  priority: 'priority',
  checks: 'checks',
  timeout: 'timeout',
  spec: 'spec',
  'spec reference': 'spec',
  complexity: 'complexity',
  status: 'status',
  manual: 'manual',
  description: 'text',
  details: 'text',
  criteria: 'criteria',
  'acceptance criteria': 'criteria',
  'done when': 'criteria',
}
export type Key = 'after' | 'files' | 'agent' | 'model' | 'priority' | 'checks' | 'timeout' | 'spec' | 'complexity' | 'status' | 'manual' | 'text' | 'criteria'

/** Undefined: no key of ours. */
export const keyNamed = (name: string): Key | undefined => keys[name.trim().toLowerCase()]

/** "**Key**: value" or "key: value" on one line. Globs are taken as they stand, since Markdown takes their stars for its own. */
export function keyedLine({ plain, raw }: Line): { readonly key: Key; readonly value: string } | undefined {
  const key = keyNamed(/^([A-Za-z_][A-Za-z_ ]{1,24}):/.exec(plain)?.[1] ?? '')
  if (key === undefined) return undefined
  const line = isOfNames(key) ? raw : plain
  const value = line.slice(line.indexOf(':') + 1)
  return { key, value: isOfNames(key) ? asWritten(value.replace(/^(?:\*\*|__)(?=\s|$)/, '')) : value.trim() }
}

/** Its value is no Markdown. */
export const isOfNames = (key: Key): boolean => key === 'files' || key === 'checks'

/** Without the backslashes that keep stars, bars and the like from being marks. */
export const asWritten = (text: string): string => text.replace(/\\([*_[\]{}|`~#])/g, '$1').trim()

/** The key that somebody may have meant: "fils: src/**". */
export function meantKey(line: string): { readonly said: string; readonly meant: string } | undefined {
  const [, said] = /^([a-z_]{3,16}):\s+\S/.exec(line.trim()) ?? []
  const meant = said === undefined ? undefined : nearest(said, ['after', 'files', 'agent', 'model', 'priority', 'checks', 'timeout', 'manual'])
  return said === undefined || meant === undefined ? undefined : { said, meant }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
export type Said = Mutable<Partial<Omit<RoadmapTask, 'id' | 'title' | 'digest' | 'place' | 'said' | 'budget'>>>

/** Adds to what is said of a task; a value that cannot be is a Failure, a word that nobody knows a note. */
export function say(said: Said, key: Exclude<Key, 'status' | 'text' | 'criteria'>, value: string, place: Place): Failure | undefined {
  const plain = value.trim()
  if (plain === '' || plain === '-' || plain === '–') return undefined
  const wrong = (what: string, hint: string): Failure => ({ type: 'roadmap.invalid', what, hint, place })
  switch (key) {
    case 'after':
      said.after = [...new Set([...(said.after ?? []), ...idsIn(plain)])]
      return undefined
    case 'files': {
      const globs = listIn(plain)
      const outside = globs.find(isOutside)
      if (outside !== undefined) return wrong(`files cannot be '${outside}'`, 'Write globs relative to the root of the repository, without "..".')
      said.files = [...(said.files ?? []), ...globs]
      return undefined
    }
    case 'agent':
    case 'model':
    case 'spec':
      said[key] = plain.replace(/^`|`$/g, '')
      return undefined
    case 'checks':
      said.checks = [...(said.checks ?? []), ...listIn(plain)]
      return undefined
    case 'timeout': {
      const ms = parseDuration(plain)
      if (ms === undefined || ms <= 0) return wrong(`timeout cannot be '${plain}'`, 'Write it like 30m or 2h.')
      said.timeoutMs = ms
      return undefined
    }
    case 'priority':
      return sayPriority(said, plain, wrong)
    case 'complexity': {
      const word = plain.toLowerCase()
      if (word === 'low' || word === 'medium' || word === 'high') said.complexity = word
      else return { type: 'roadmap.unsure', what: `complexity '${plain}' is none of low, medium, high`, why: 'it is left out', place }
      return undefined
    }
    case 'manual':
      said.isManual = !/^(?:no|false)$/i.test(plain)
      return undefined
  }
}

function sayPriority(said: Said, value: string, wrong: (what: string, hint: string) => Failure): Failure | undefined {
  const word = value.toLowerCase()
  if (Object.hasOwn(priorities, word)) said.priority = priorities[word as keyof typeof priorities]
  else if (/^-?\d{1,6}$/.test(word)) said.priority = Number(word)
  else return wrong(`priority cannot be '${value}'`, `Write critical, high, medium, low or a number${suggested(word)}.`)
  return undefined
}

function suggested(word: string): string {
  const meant = nearest(word, Object.keys(priorities))
  return meant === undefined ? '' : `; did you mean ${meant}?`
}

/** "a, b" or "`a` `b`"; commas inside of braces stay. */
const listIn = (text: string): readonly string[] =>
  text
    .split(/,(?![^{]*\})/)
    .map((one) => one.trim().replace(/^`|`$/g, '').trim())
    .filter((one) => one !== '')
