/** Follows a script of package.json through the scripts it calls, down to calls of known tools and what only the script itself can do. */
import { understand, type Call, type Setting } from './node-invocation.ts'
import { monorepoTargets, type Target } from './monorepo-targets.ts'
import { scriptParts, type ScriptPart } from './script-words.ts'

export type Unit = {
  readonly script: string
  /** Without a call and a target the unit is opaque: `npm run script` itself. */
  readonly call?: Call
  readonly target?: Target
  /** Scripts whose work this one builds upon. */
  readonly behind: readonly string[]
}

/** `never`: the script watches, serves, publishes or installs. `rest`: parts that were left out because the script is a list of others. */
export type Expansion = { readonly units: readonly Unit[]; readonly never: boolean; readonly rest: readonly string[] }

type Scripts = Readonly<Record<string, string>>

/** Names of scripts that only look. */
const judgingName = /(^|[:_.-])(lint|eslint|oxlint|biome|format|fmt|prettier|style|check|types?|typecheck|typings|tsc|spell|knip|verify|validate)([:_.-]|$)/
const outward =
  /(^|\s)((npm|pnpm|yarn|bun)\s+(ci|i|install|add|publish|version|link|pack)\b|yarn$|np\b|release-it|semantic-release|changeset\s+(publish|version|tag)|lerna\s+(publish|version)|git\s+(push|commit|tag|add)|gh\s+release|vercel|netlify\s+deploy|wrangler\s+(deploy|publish)|firebase\s+deploy|docker\s+push|jsr\s+publish|codecov|rimraf\s+node_modules)/
const serving =
  /(^|\s)(nodemon|concurrently.*\bdev\b|vite(\s+(dev|serve|preview))?\s*$|next\s+(dev|start)|nuxt\s+dev|astro\s+(dev|preview)|webpack(-dev-server|\s+serve)|tsx\s+watch|storybook\s+dev|http-server|--watch(All)?(?![=\w-])|--ui\b)/
const placeholder = /Error: no test specified/

/** How a script of the root starts those of the packages. */
const delegating = /(^|\s)(-r|--recursive|--filter|-F|--workspaces?|-ws|foreach|turbo|nx|lerna)(\s|=|$)/

export const isDelegating = (text: string): boolean => delegating.test(text)
export const isJudging = (script: string): boolean => judgingName.test(script)
/** Names of scripts that people use for "everything". */
export const isAggregate = (script: string): boolean => /^(check|checks|ci|validate|verify|check:all|test:all)$/.test(script)
export const isPlaceholder = (text: string): boolean => placeholder.test(text)
export const isOutward = (text: string): boolean => outward.test(text) || serving.test(text)

export function expand(script: string, scripts: Scripts, setting: Setting, extra: readonly string[] = [], above: readonly string[] = []): Expansion {
  const text = scripts[script]
  if (text === undefined || above.includes(script) || isPlaceholder(text)) return nothing
  if (isOutward(text)) return { ...nothing, never: true }
  const opaque: Expansion = { units: [{ script, behind: [] }], never: false, rest: [] }
  const parts = scriptParts(text)
  const hooked = Object.hasOwn(scripts, `pre${script}`) || Object.hasOwn(scripts, `post${script}`)
  if (parts === undefined || hooked || (extra.length > 0 && parts.length > 1)) return opaque
  return combine(
    parts.map((part) =>
      expandPart({ ...part, text: [part.text, ...extra].join(' '), words: [...part.words, ...extra] }, script, scripts, setting, [...above, script]),
    ),
    parts,
    opaque,
  )
}

const nothing: Expansion = { units: [], never: false, rest: [] }

/** Undefined: a part that nobody but the script itself can run. */
function expandPart(part: ScriptPart, script: string, scripts: Scripts, setting: Setting, above: readonly string[]): Expansion | undefined {
  const called = calledScripts(part, scripts)
  if (called !== undefined) {
    const expansions = called.scripts.map((call) => expand(call.name, scripts, setting, call.args, above))
    return called.ordered ? inSequence(expansions) : beside(expansions)
  }
  const targets = isAggregate(script) ? monorepoTargets(part.words) : undefined
  if (targets !== undefined) return { units: targets.map((target) => ({ script, target, behind: [] })), never: false, rest: [] }
  const call = understand(part, setting, isJudging(script))
  if (call === undefined) return undefined
  return call.as === 'never' ? { ...nothing, never: true } : { units: [{ script, call, behind: [] }], never: false, rest: [] }
}

/** A list of other scripts falls apart into them; a script with own work in it stays whole, unless it mostly is such a list. */
function combine(expansions: readonly (Expansion | undefined)[], parts: readonly ScriptPart[], opaque: Expansion): Expansion {
  const first = expansions.findIndex((each) => each?.never === true)
  const before = expansions.slice(0, Math.max(first, 0)).filter((each) => each !== undefined)
  // What runs before a part that serves or installs does not need it; what follows may.
  if (first >= 0)
    return before.length > 0 && before.length === first
      ? { ...inSequence(before), never: false, rest: [...before.flatMap((each) => each.rest), ...parts.slice(first).map((part) => part.text)] }
      : { ...nothing, never: true }
  const known = expansions.filter((each) => each !== undefined)
  if (known.length === expansions.length) return inSequence(known)
  const aggregate = isAggregate(opaque.units[0]?.script ?? '') && known.length > 0
  if (!aggregate) return opaque
  const rest = parts.flatMap((part, i) => (expansions[i] === undefined ? [part.text] : []))
  return { ...inSequence(known), rest }
}

function beside(expansions: readonly Expansion[]): Expansion {
  return { units: expansions.flatMap((each) => each.units), never: expansions.some((each) => each.never), rest: expansions.flatMap((each) => each.rest) }
}

/** What comes after a script that makes something waits for it; what comes after one that only looks does not. */
function inSequence(expansions: readonly Expansion[]): Expansion {
  const makers: string[] = []
  const units: Unit[] = []
  for (const { units: next } of expansions) {
    units.push(...next.map((unit) => ({ ...unit, behind: [...new Set([...makers, ...unit.behind])] })))
    makers.push(
      ...next
        .filter((unit) => unit.call === undefined && unit.target === undefined && !isJudging(unit.script) && !/^test/.test(unit.script))
        .map((unit) => unit.script),
    )
  }
  return { ...beside(expansions), units }
}

type Called = { readonly scripts: readonly { readonly name: string; readonly args: readonly string[] }[]; readonly ordered: boolean }

/** The scripts that a part calls; undefined when it does anything else. */
function calledScripts(part: ScriptPart, scripts: Scripts): Called | undefined {
  if (Object.keys(part.env).length > 0) return undefined
  const { words } = part
  const [first, second] = words
  if (first === 'run-s' || first === 'run-p' || first === 'npm-run-all' || first === 'npm-run-all2') return severalScripts(words, scripts)
  if (first === 'concurrently') return concurrent(words, scripts)
  // The patterns above are meant for names of scripts, although a shell sees them first.
  if (part.globbed) return undefined
  if (first === 'node' && second === '--run') return one(words[2], words.slice(words[3] === '--' ? 4 : 3), scripts)
  if (first !== 'npm' && first !== 'pnpm' && first !== 'yarn' && first !== 'bun') return undefined
  const args = (from: number): readonly string[] => words.slice(words[from] === '--' ? from + 1 : from)
  if (second === 'run' || second === 'run-script') {
    const start = words.findIndex((word, i) => i > 1 && !['-s', '--silent', '--if-present'].includes(word))
    // Behind the name npm takes flags for itself (`--workspaces`), the others hand them on.
    if (start < 0 || (first === 'npm' && words[start + 1]?.startsWith('-') === true && words[start + 1] !== '--')) return undefined
    return one(words[start], args(start + 1), scripts)
  }
  if (second === 'test' || second === 't')
    return first === 'bun' || (first === 'npm' && words[2]?.startsWith('-') === true && words[2] !== '--') ? undefined : one('test', args(2), scripts)
  return first === 'pnpm' || first === 'yarn' || (first === 'bun' && second !== 'build') ? one(second, args(2), scripts) : undefined
}

const one = (name: string | undefined, args: readonly string[], scripts: Scripts): Called | undefined =>
  name !== undefined && Object.hasOwn(scripts, name) ? { scripts: [{ name, args }], ordered: true } : undefined

function severalScripts(words: readonly string[], scripts: Scripts): Called | undefined {
  const ordered = words[0] !== 'run-p' && !words.some((word) => word === '-p' || word === '--parallel')
  const named = words
    .slice(1)
    .filter(
      (word) => !/^(-[splcn]+|--(sequential|parallel|serial|print-label|print-name|continue-on-error|aggregate-output|silent|race|npm-path=.*))$/.test(word),
    )
  if (named.some((word) => word.startsWith('-') || /\s/.test(word))) return undefined
  const found = named.flatMap((word) => matchingScripts(word, scripts))
  return found.length < named.length ? undefined : { scripts: found.map((name) => ({ name, args: [] })), ordered }
}

/** npm-run-all: "*" stands for one part of a name, "**" for any number. */
function matchingScripts(pattern: string, scripts: Scripts): readonly string[] {
  if (!pattern.includes('*')) return Object.hasOwn(scripts, pattern) ? [pattern] : []
  const expression = pattern
    .split(/(\*\*|\*)/)
    .map((piece) => (piece === '**' ? '.*' : piece === '*' ? '[^:]*' : piece.replace(/[.+?^${}()|[\]\\]/g, '\\$&')))
    .join('')
  return Object.keys(scripts).filter((name) => new RegExp(`^${expression}$`).test(name))
}

function concurrent(words: readonly string[], scripts: Scripts): Called | undefined {
  const commands = words.slice(1).filter((word) => !word.startsWith('-'))
  const called = commands.map((command) => {
    const short = /^(?:npm|pnpm|yarn|bun):(\S+)$/.exec(command)?.[1]
    if (short !== undefined) return matchingScripts(short, scripts)
    const name = /^(?:npm|pnpm|yarn|bun) run (\S+)$/.exec(command)?.[1]
    return name === undefined ? [] : matchingScripts(name, scripts)
  })
  if (called.length === 0 || called.some((names) => names.length === 0)) return undefined
  return { scripts: called.flat().map((name) => ({ name, args: [] })), ordered: false }
}
