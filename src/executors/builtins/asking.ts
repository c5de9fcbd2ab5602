/** Asks a tool one quick question, as built-in checks do: its text, or a Failure that says why there is no answer. */
import type { Failure } from '../../model/failure.ts'
import type { Json } from '../../model/json.ts'
import type { Exit } from '../../model/processes.ts'
import type { BuiltinWorld } from '../builtin.ts'

export type Answer = { readonly ok: true; readonly exit: Exit } | { readonly ok: false; readonly failure: Failure }

export type Question = {
  readonly timeoutMs?: number
  /** Absolute; the root of the repository unless it is given. */
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  readonly install?: string
}

/** Every way to end but an exit code is a Failure; which codes are good is for the caller to say. */
export async function ask(argv: readonly string[], world: BuiltinWorld, question: Question = {}): Promise<Answer> {
  const program = argv[0] ?? ''
  const env = { ...world.env, ...question.env }
  const cwd = question.cwd ?? world.files.root
  if (world.processes.find(program, env, cwd) === undefined) return { ok: false, failure: missing(program, question.install) }
  const answer = await world.processes.run({
    argv,
    cwd,
    env,
    timeoutMs: question.timeoutMs ?? 60_000,
    tag: `builtin-${program.split(/[/\\]/).at(-1) ?? ''}`,
    cancellation: world.cancellation,
  })
  if (!answer.ok) return answer
  const { exit } = answer
  if (exit.kind === 'exited') return { ok: true, exit }
  return {
    ok: false,
    failure: {
      type: 'tool.crashed',
      what: `${argv.join(' ')} ended as ${exit.kind}${exit.signal === undefined ? '' : ` (${exit.signal})`}`,
      why: lastLine(exit.stderr),
    },
  }
}

export function missing(program: string, install?: string): Failure {
  return { type: 'tool.missing', what: `${program} is not installed`, ...(install === undefined ? {} : { hint: install }) }
}

export function crashed(argv: readonly string[], exit: Exit): Failure {
  return { type: 'tool.crashed', what: `${argv.join(' ')} ended with ${exit.code ?? exit.kind}`, why: lastLine(exit.stderr) || lastLine(exit.stdout) }
}

/** Arguments of a check come from a file: anything but a text counts as absent. */
export const textOr = (value: Json | undefined, otherwise: string): string => (typeof value === 'string' ? value : otherwise)

export const textsOf = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []

export const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? ''
