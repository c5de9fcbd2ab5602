/** Asks a program for its version and compares that with what the repository asks for. */
import type { Finding } from '../../model/finding.ts'
import type { BuiltinWorld, Judgement } from '../builtin.ts'
import { ask, crashed, lastLine } from './asking.ts'
import { parseVersion, satisfiesRange } from '../../model/semver-range.ts'

export type VersionWish = {
  readonly range: string
  readonly from: string
  readonly strict: boolean
  /** A plain version stands for its whole major line, from that version on ("newer") or altogether ("line"). */ readonly plain: 'newer' | 'line'
}

/** The first wish decides; the others are only mentioned. */
export async function judgeVersion(program: string, wishes: readonly VersionWish[], install: string | undefined, world: BuiltinWorld): Promise<Judgement> {
  // Corepack would ask before it downloads what packageManager names, and nobody is there to answer.
  const answer = await ask([program, '--version'], world, { env: { COREPACK_ENABLE_DOWNLOAD_PROMPT: '0' }, ...(install !== undefined && { install }) })
  if (!answer.ok) return answer
  const { exit } = answer
  const version = /(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?)/.exec(exit.stdout)?.[1]
  if (exit.code !== 0) {
    const refused: Finding = {
      file: 'package.json',
      severity: 'error',
      message: `${program} refuses to work here: ${refusalIn(exit.stderr) ?? refusalIn(exit.stdout) ?? 'it says nothing'}`,
      ...(install !== undefined && { suggestion: install }),
    }
    return wishes.length > 0 ? { findings: [refused], summary: `${program} refuses to work here` } : { failure: crashed([program, '--version'], exit) }
  }
  if (version === undefined) return { failure: { type: 'tool.unparsed', what: `${program} --version printed no version`, why: lastLine(exit.stdout) } }
  const [binding, ...others] = wishes.map((wish) => ({ wish, met: meets(version, wish) }))
  const notes = others.filter(({ met }) => met === false).map(({ wish }) => `${wish.from} asks for ${wish.range}`)
  const summary = [`${program} ${version}`, ...notes].join('; ')
  if (binding === undefined || binding.met === true)
    return {
      findings: [],
      summary:
        binding !== undefined && isPlain(binding.wish.range) && version !== clean(binding.wish.range)
          ? `${summary} (${binding.wish.from}: ${binding.wish.range})`
          : summary,
    }
  if (binding.met === undefined)
    return { findings: [finding(binding.wish, `${binding.wish.from} holds "${binding.wish.range}", which is no range of versions`)], summary }
  if (!binding.wish.strict) return { findings: [], summary: `${summary}; ${binding.wish.from} would like ${binding.wish.range}` }
  return { findings: [finding(binding.wish, `${binding.wish.from} asks for ${program} ${binding.wish.range}, ${version} is installed`, install)], summary }
}

/** The line that names the trouble; what follows it is often advice. */
const refusalIn = (text: string): string | undefined =>
  text
    .split('\n')
    .find((line) => /\berr(or)?\b/i.test(line))
    ?.replace(/^\s*\W*ERR(OR)?\W+/, '')
    .trim() ||
  lastLine(text) ||
  undefined

function meets(version: string, wish: VersionWish): boolean | undefined {
  if (!isPlain(wish.range)) return satisfiesRange(version, wish.range)
  const [found, wanted] = [parseVersion(version), parseVersion(wish.range)]
  if (found === undefined || wanted === undefined) return undefined
  return wish.plain === 'line'
    ? found.numbers[0] === wanted.numbers[0]
    : version === clean(wish.range) || satisfiesRange(version, `>=${clean(wish.range)} <${wanted.numbers[0] + 1}.0.0-0`)
}

const isPlain = (range: string): boolean => parseVersion(range) !== undefined
const clean = (version: string): string => version.trim().replace(/^[v=\s]+/, '')

function finding(wish: VersionWish, message: string, suggestion?: string): Finding {
  return { ...fileOf(wish.from), severity: 'error', rule: 'version', message, ...(suggestion !== undefined && { suggestion }) }
}

/** "package.json engines.node" → package.json */
const fileOf = (from: string): { file?: string } => (from === '' ? {} : { file: from.split(' ')[0] ?? from })
