/** Proves that an agent works here, for nothing: its program, its flags, its login as far as files tell, and one edit with a scripted model on loopback. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { agentOf } from '../agents/by-kind.ts'
import { pointedAt, type Pointed } from '../agents/pointed-at.ts'
import { factsOf, type ProgramFacts } from '../agents/program-facts.ts'
import { modelServer } from '../host/model-server.ts'
import { trialPlace, type TrialPlace } from '../host/trial-place.ts'
import type { AgentChoice, TurnEnd } from '../model/agent.ts'
import { newCancellation, type Cancellation } from '../model/cancellation.ts'
import type { Processes } from '../model/processes.ts'

export type AgentProof = {
  readonly agent: string
  /** Absolute path of its program; undefined: it was not found, and nothing else was looked at. */
  readonly program?: string
  readonly version?: string
  /** unknown: it may be any program, or keeps its login where nobody can look. */
  readonly login: { readonly state: 'found' | 'unknown'; readonly text: string }
  /** That the adapter uses and its help does not name. */
  readonly missingFlags: readonly string[]
  /** `ms`: how long the turn took. */
  readonly trial: { readonly state: 'passed' | 'failed' | 'untried'; readonly why?: string; readonly ms?: number }
}

export type ProofWorld = {
  readonly processes: Processes
  /** What the agent would get. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly tag: string
  readonly cancellation?: Cancellation
  /** Of the trial. Default: two minutes. */
  readonly timeoutMs?: number
  /** Of each question for its version and flags. Default: half a minute. */
  readonly answerMs?: number
}

/** Undefined: it did not say so in time. */
export async function agentVersion(choice: AgentChoice, world: ProofWorld): Promise<string | undefined> {
  return versionIn(await printed(choice, ['--version'], world))
}

export async function proveAgent(choice: AgentChoice, world: ProofWorld): Promise<AgentProof> {
  const program = world.processes.find(choice.argv[0] ?? '', world.env, world.cwd)
  const facts = factsOf(choice.kind)
  const nothing = { agent: choice.name, login: loginOf(facts, world.env), missingFlags: [] }
  if (program === undefined) return { ...nothing, trial: { state: 'untried', why: `PATH has no program ${choice.argv[0] ?? ''}` } }
  if (facts === undefined) return { ...nothing, program, trial: { state: 'untried', why: 'how it is pointed at another model nobody knows' } }
  const version = await agentVersion(choice, world)
  const help = await printed(choice, facts.help, world)
  return {
    ...nothing,
    program,
    ...(version === undefined ? {} : { version }),
    missingFlags: facts.flags.filter((flag) => !help.includes(flag)),
    trial: await tried(choice, world),
  }
}

/** By either output: some programs print their help as an error. */
async function printed(
  { argv }: AgentChoice,
  words: readonly string[],
  { processes, env, cwd, tag, cancellation, answerMs = 30_000 }: ProofWorld,
): Promise<string> {
  const spec = { argv: [...argv, ...words], cwd, env, timeoutMs: answerMs, tag, cancellation: cancellation ?? newCancellation() }
  const ran = await processes.run(spec)
  return ran.ok ? `${ran.exit.stdout}\n${ran.exit.stderr}` : ''
}

const versionIn = (text: string): string | undefined => /\d+\.\d+\.\d+\S*/.exec(text)?.[0]

function loginOf(facts: ProgramFacts | undefined, env: Readonly<Record<string, string>>): AgentProof['login'] {
  const key = facts?.keys.find((name) => (env[name] ?? '') !== '')
  if (key !== undefined) return { state: 'found', text: `by ${key}` }
  const files = (facts?.logins ?? []).map(({ variable, folder, file }) => {
    const own = variable === undefined ? undefined : env[variable]
    return join(own ?? join(env['HOME'] ?? '', folder), file)
  })
  const found = files.find((file) => existsSync(file))
  return found === undefined ? { state: 'unknown', text: 'no key and no file of a login was found' } : { state: 'found', text: `by ${found}` }
}

const wanted = { path: 'proof.txt', content: 'It works.\n' } as const

async function tried(choice: AgentChoice, world: ProofWorld): Promise<AgentProof['trial']> {
  const place = await trialPlace(`Write the file ${wanted.path}.\n`)
  const server = await modelServer([{ write: wanted }, { say: 'It is written.' }])
  try {
    const pointed = pointedAt(choice.kind, server.url, place.home)
    if (pointed === undefined) return { state: 'untried', why: 'how it is pointed at another model nobody knows' }
    await place.furnish(pointed.files)
    const begin = performance.now()
    const end = await turnIn(place, pointed, choice, world)
    const ms = Math.round(performance.now() - begin)
    const isMade = (await place.made(wanted.path)) === wanted.content
    if (end.outcome === 'ok' && isMade) return { state: 'passed', ms }
    const asked = server.asked.length === 0 ? '; it never asked the model' : ''
    const why =
      end.outcome === 'ok' ? `it said that it was done, and had written nothing${asked}` : `${end.outcome}: ${end.why ?? 'it did not say why'}${asked}`
    return { state: 'failed', why, ms }
  } finally {
    await server.close()
    await place.close()
  }
}

/** Of the environment only what has nothing to do with a model: no key of the user may be used, and no other address. */
const harmless = ['PATH', 'LANG', 'LC_ALL', 'TERM', 'SHELL', 'USER', 'LOGNAME', 'TZ', 'SystemRoot', 'ComSpec', 'PATHEXT']

function turnIn(place: TrialPlace, pointed: Pointed, choice: AgentChoice, world: ProofWorld): Promise<TurnEnd> {
  const { timeoutMs = 120_000 } = world
  const env = Object.fromEntries(harmless.flatMap((name) => (world.env[name] === undefined ? [] : [[name, world.env[name]]])))
  const { model: _own, ...rest } = choice
  return agentOf({ ...rest, silenceMs: timeoutMs, ...(pointed.model === undefined ? {} : { model: pointed.model }) }).turn(
    {
      brief: `Write the file ${wanted.path}.\n`,
      briefFile: place.briefFile,
      folder: place.folder,
      env: { ...env, TMPDIR: place.temporary, ...pointed.env },
      timeoutMs,
      budget: {},
      access: 'edit',
      tag: world.tag,
      cancellation: world.cancellation ?? newCancellation(),
      news: () => undefined,
      output: () => undefined,
    },
    world.processes,
  )
}
