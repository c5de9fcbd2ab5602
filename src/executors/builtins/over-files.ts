/** Runs a tool over every file that it is for, for tools that know neither folders nor ignored files. */
import type { Finding } from '../../model/finding.ts'
import type { Json } from '../../model/json.ts'
import type { Exit } from '../../model/processes.ts'
import type { ParserName } from '../../model/task.ts'
import type { Builtin, BuiltinWorld, Judgement } from '../builtin.ts'
import { failedFindings } from '../failed-findings.ts'
import { gatheredFindings } from '../gathered-findings.ts'
import { isOutweighingPass, parsers } from '../parsers/by-name.ts'
import { ask, crashed, textsOf } from './asking.ts'

/** Below the limit of Windows for a command line, with room for long paths. */
const batchLength = 24_000

/** argv, files (globs), match and except (patterns on paths), findings (exit codes; default: all but 0), failsOnOutput, install, parser (default: file:line:column: message). */
export const overFiles: Builtin = async (args, world) => {
  const argv = textsOf(args['argv'])
  const paths = filtered(await world.files.glob(textsOf(args['files'])), args['match'], args['except'])
  if (paths.length === 0) return { findings: [], summary: 'no file of that kind' }
  const findings: Finding[] = []
  for (const batch of batches(paths)) {
    const answer = await one([...argv, ...batch], args, world)
    if ('failure' in answer) return answer
    findings.push(...answer.findings)
  }
  return { findings, summary: `${argv[0] ?? ''} over ${paths.length} files` }
}

async function one(argv: readonly string[], args: Readonly<Record<string, Json>>, world: BuiltinWorld): Promise<Judgement> {
  const install = typeof args['install'] === 'string' ? { install: args['install'] } : {}
  const answer = await ask(argv, world, { timeoutMs: 600_000, ...install })
  if (!answer.ok) return answer
  const { exit } = answer
  const text = `${exit.stdout}${exit.stderr}`
  world.output(text)
  const code = exit.code ?? 1
  const known = Array.isArray(args['findings']) ? args['findings'] : undefined
  if (code !== 0 && (code > 125 || (known !== undefined && !known.includes(code)))) return { failure: crashed(argv.slice(0, 3), exit) }
  if (args['failsOnOutput'] === true)
    return {
      findings: exit.stdout
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => ({ file: line.trim(), severity: 'error', message: `${argv[0] ?? ''} would change this file`, fixable: true })),
      summary: '',
    }
  if (isParser(args['parser'])) return fromReport(args['parser'], exit, world.files.root)
  return { findings: code === 0 ? [] : fromText(text, argv[0] ?? '', code), summary: '' }
}

const isParser = (name: Json | undefined): name is ParserName => typeof name === 'string' && Object.hasOwn(parsers, name)

/** As a command is judged: a failure shows something, a pass that nobody can read is none. */
function fromReport(name: ParserName, { code, stdout, stderr }: Exit, root: string): Judgement {
  const read = parsers[name]({ stdout, stderr })
  const errors = read.findings.filter(({ severity }) => severity === 'error')
  const outweighed = isOutweighingPass(name) && errors.length > 0
  if (code === 0 && !outweighed && read.unreadable !== undefined)
    return {
      failure: {
        type: 'tool.unparsed',
        what: `the tool says that all is well, but what it printed does not show that (parser: ${name})`,
        why: read.unreadable,
      },
    }
  const found = code === 0 ? (outweighed ? read.findings : []) : failedFindings(read, code, `${stdout}${stderr}`).findings
  return { findings: gatheredFindings(found, { root, cwd: '.' }).findings, summary: '' }
}

/** "file:line:column: message" lines; a tool that prints none still failed. */
function fromText(text: string, program: string, code: number): readonly Finding[] {
  const placed = text.split('\n').flatMap((row): Finding[] => {
    const match = /^([^\s:][^:]*):(\d+):(?:(\d+):)?\s*(.+)$/.exec(row)
    if (match?.[1] === undefined) return []
    const severity = /^(\[?warning|note|info)/i.test(match[4] ?? '') ? 'warning' : 'error'
    return [
      {
        file: match[1].replace(/^\.\//, ''),
        line: Number(match[2]),
        ...(match[3] === undefined ? {} : { column: Number(match[3]) }),
        severity,
        message: match[4] ?? '',
      },
    ]
  })
  if (placed.length > 0) return placed
  return [
    {
      severity: 'error',
      message: `${program} ended with ${code}${text.trim() === '' ? '' : `: ${text.trim().split('\n').slice(-3).join(' ').slice(0, 300)}`}`,
    },
  ]
}

function filtered(paths: readonly string[], match: Json | undefined, except: Json | undefined): readonly string[] {
  const wanted = typeof match === 'string' ? new RegExp(match) : undefined
  const refused = typeof except === 'string' ? new RegExp(except) : undefined
  return paths.filter((path) => (wanted === undefined || wanted.test(path)) && (refused === undefined || !refused.test(path)))
}

/** A path that starts with a dash would be read as an option. */
function batches(paths: readonly string[]): readonly (readonly string[])[] {
  const all: string[][] = [[]]
  let length = 0
  for (const path of paths) {
    const argument = path.startsWith('-') ? `./${path}` : path
    if (length + argument.length > batchLength) {
      all.push([])
      length = 0
    }
    all.at(-1)?.push(argument)
    length += argument.length + 1
  }
  return all
}
