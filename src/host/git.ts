/** The one hardened door to git: fixed flags, a scrubbed environment, no shell, no prompt, bounded output and time. */
import type { Failure } from '../model/failure.ts'
import { childOf, gitMissing } from './git-child.ts'

export type GitAnswer = { readonly ok: true; readonly stdout: Uint8Array } | GitRefusal
/** `code` is undefined when git was ended by a signal, a limit, or could not be started. */
export type GitRefusal = { readonly ok: false; readonly code: number | undefined; readonly stderr: string }

export type GitOptions = {
  readonly input?: Uint8Array | string
  readonly maxBytes?: number
  readonly timeoutMs?: number
  /** Added after the scrubbing, so it may hold GIT_* names. */
  readonly env?: Readonly<Record<string, string>>
}

const defaults = { maxBytes: 512 * 1024 * 1024, timeoutMs: 120_000 }

/*
 * What the repository's own config can no longer start: fsmonitor, hooks, ext:: transports, a bare repository planted inside the tree.
 * What it still can: filter.<name>.clean of a file whose stamp moved, in `status`. git offers no switch for that which keeps its answer right.
 */
const hardening = [
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.quotePath=false',
  '-c',
  'protocol.ext.allow=never',
  '-c',
  'safe.bareRepository=explicit',
  // A file that was written counts as written, also when its size and time are as before.
  '-c',
  'core.checkStat=default',
  '-c',
  'core.trustctime=true',
  '--no-optional-locks',
] as const

/** Runs git to its end. Never rejects for anything that git, or its absence, can do. */
export async function git(cwd: string, args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> {
  const env = { ...gitEnvironment(process.env), ...options.env }
  const ended = await childOf({ ...defaults, ...options, argv: ['git', ...hardening, ...args], cwd, env })
  if (ended.broke !== undefined) return { ok: false, code: undefined, stderr: ended.broke }
  if (ended.code === 0) return { ok: true, stdout: ended.stdout }
  return { ok: false, code: ended.code, stderr: text(ended.stderr) }
}

/** A refusal as something to show. */
export function gitFailure(what: string, refusal: GitRefusal): Failure {
  const why = refusal.stderr.trim() || (refusal.code === undefined ? 'git was ended by a signal' : `git ended with exit code ${refusal.code}`)
  if (refusal.code === gitMissing) return { type: 'tool.missing', what: `${what}: git is not installed`, why, hint: 'install git 2.36 or newer and try again' }
  return { type: 'repo.git-failed', what, why }
}

/** For ports that can only reject: an Error whose `cause` is the Failure. */
export const gitError = (failure: Failure): Error => new Error(`${failure.what}: ${failure.why ?? ''}`, { cause: failure })

/** Text of an answer, without the line end that git adds. */
export const answerText = (stdout: Uint8Array): string => text(stdout).replace(/\n$/, '')

/**
 * Nothing that a hook, a parent git or a hostile caller put into the environment may redirect us to another repository, index or program.
 * The user's own config files stay in force: safe.directory and core.excludesFile live there.
 */
function gitEnvironment(inherited: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(inherited)) {
    if (value !== undefined && !/^(GIT_|SSH_ASKPASS)/i.test(name)) env[name] = value
  }
  // Lazy fetching of a partial clone would start a transport that the repository's config names.
  return { ...env, GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', LC_ALL: 'C' }
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
