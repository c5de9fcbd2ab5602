/** Reads `matcher`: a problem matcher as VS Code and GitHub Actions know it, with expressions that are valid and come to an end. */
import type { LinePattern, ProblemMatcher } from '../model/task.ts'
import { placed, type Keys } from './keys.ts'
import type { CheckConfig, PatternConfig } from './check-shape.ts'
import type { Translation } from './translation.ts'
import { messageOf } from '../model/thrown.ts'

export function matcherOf(name: string, check: CheckConfig, { placeOf, failures }: Translation): ProblemMatcher | undefined {
  const { matcher } = check
  if (matcher === undefined) return undefined
  const patterns = Array.isArray(matcher.pattern) ? matcher.pattern : [matcher.pattern]
  const keys: Keys = ['checks', name, 'matcher']
  const wrong = (what: string, hint: string): void => void failures.push({ type: 'config.invalid', what, hint, ...placed(placeOf(keys)) })
  if (check.parser !== undefined) wrong(`'${name}' has both 'parser' and 'matcher'`, 'Keep one of them.')
  for (const [index, pattern] of patterns.entries()) {
    const { regexp, loop, ...groups } = pattern
    const trouble = troubleWith(
      regexp,
      groupNames.flatMap((name) => groups[name] ?? []),
    )
    if (trouble !== undefined) wrong(`the expression ${JSON.stringify(regexp)} of '${name}' ${trouble[0]}`, trouble[1])
    if (loop === true && (index === 0 || index < patterns.length - 1))
      wrong(`'loop' of '${name}' stands at pattern ${index + 1} of ${patterns.length}`, 'Only the last of several patterns can match many lines.')
  }
  if (!patterns.some(({ message }) => message !== undefined)) wrong(`no pattern of '${name}' has a 'message'`, 'Say which group is the message.')
  return { severity: matcher.severity ?? 'error', patterns: patterns.map(patternOf) }
}

const groupNames = ['file', 'location', 'line', 'column', 'severity', 'code', 'message'] as const

function patternOf(pattern: PatternConfig): LinePattern {
  const groups = groupNames.flatMap((name) => (pattern[name] === undefined ? [] : [[name, pattern[name]] as const]))
  return { regexp: pattern.regexp, ...Object.fromEntries(groups), ...(pattern.loop === true ? { loop: true } : {}) }
}

function troubleWith(regexp: string, groups: readonly number[]): readonly [what: string, hint: string] | undefined {
  let expression: RegExp
  try {
    expression = new RegExp(`${regexp}|`, 'u')
  } catch (error) {
    return [`is not valid: ${messageOf(error)}`, 'Correct it; in YAML it stands best between single quotes.']
  }
  // The empty alternative always matches, with all groups that there are.
  const count = (expression.exec('')?.length ?? 1) - 1
  const missing = groups.find((group) => group > count)
  if (missing !== undefined) return [`has ${count} groups, but group ${missing} is asked for`, 'Groups are counted from 1 by their opening parenthesis.']
  if (isNested(regexp)) return ['repeats what repeats itself, and could take for ever', 'Write it without a "+" or "*" on a group that holds another one.']
  return undefined
}

/** Whether a group that is repeated without end holds a repetition without end: "(a+)+". */
function isNested(regexp: string): boolean {
  const plain = regexp.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x')
  const open: boolean[] = [false]
  for (let at = 0; at < plain.length; at++) {
    if (plain[at] === '(') open.push(false)
    const endless = /^(?:[*+]|\{\d+,\})/.test(plain.slice(at + 1, at + 8))
    if (plain[at] === ')') {
      const inner = open.pop() ?? false
      if (inner && endless) return true
      if (inner || endless) open[open.length - 1] = true
    } else if (endless && plain[at] !== '(' && plain[at] !== '|') open[open.length - 1] = true
  }
  return false
}
