/** Starts one child process, or says why the system would not. */
import { closeSync, openSync, statSync } from 'node:fs'
import type { Failure } from '../model/failure.ts'
import type { ProcessSpec } from '../model/processes.ts'
import { childOnBun } from './child-on-bun.ts'
import { childOnNode } from './child-on-node.ts'
import type { Child, Listener, StartChild } from './child-process.ts'
import { fewDescriptorsLeft, isPassing, pauseBefore } from './exhaustion.ts'
import { kept } from './keeper.ts'
import { nativeCalls } from './native-calls.ts'
import { namespaces } from './pid-namespace.ts'
import { findProgram, namesPlace } from './program-search.ts'
import { shebangOf } from './shebang.ts'
import { systemClock } from './system-clock.ts'

/** `keeps`: the child is a keeper, and the program is below it. */
export type Started = { readonly ok: true; readonly child: Child; readonly keeps: boolean } | { readonly ok: false; readonly failure: Failure }

const clock = systemClock()

/** The fastest way that this runtime has. */
export function fastestStart(): StartChild {
  const native = 'bun' in process.versions ? nativeCalls() : undefined
  return native === undefined ? childOnNode : childOnBun(Bun, native)
}

export type Attempt = {
  readonly spec: ProcessSpec
  /** The whole environment of the child. */
  readonly env: Readonly<Record<string, string>>
  readonly listener: Listener
  readonly start: StartChild
  /** In a process namespace of its own. */
  readonly isolated: boolean
  readonly othersLive: () => boolean
}

/**
 * The child leads a session of its own, and no shell is involved.
 * While `othersLive`, one of them may give back what the machine is short of; so it is tried for as long as the child may run.
 */
export async function startChild({ spec, env, listener, start, isolated, othersLive }: Attempt): Promise<Started> {
  const until = performance.now() + spec.timeoutMs
  const name = spec.argv[0] ?? ''
  const trouble = folderTrouble(spec.cwd)
  if (trouble !== undefined)
    return { ok: false, failure: { type: 'process.spawn', what: `${name} could not be started`, why: trouble, hint: 'Check "cwd" of the task.' } }
  const program = findProgram(name, env, spec.cwd)
  if (program === undefined) return { ok: false, failure: missingProgram(name, spec.cwd) }
  const plain = { program, args: spec.argv.slice(1) }
  const keeper = spec.kept === true && !isolated ? kept(plain, env) : undefined
  const command = isolated ? inNamespace(program, spec, env) : (keeper ?? plain)
  if (command === undefined) return { ok: false, failure: noNamespace(name) }
  for (let tries = 0; ; tries++) {
    // A child that takes the last descriptors leaves pawl none to judge the others with; alone it is started in any case.
    const call = { ...command, cwd: spec.cwd, env, ...(spec.talk === undefined ? {} : { reads: true }) }
    const child = othersLive() && fewDescriptorsLeft() ? outOfFiles() : await started(start, call, spec.inputFile, listener)
    if (!(child instanceof Error)) return { ok: true, child, keeps: keeper !== undefined }
    // Children that were started in this very turn count as live too.
    await new Promise((resolve) => setImmediate(resolve))
    const pauseMs = pauseBefore(tries, othersLive() && performance.now() < until)
    const again = pauseMs !== undefined && isPassing(codeOf(child)) && !spec.cancellation.requested
    if (!again) return { ok: false, failure: refused(name, program, child) }
    await clock.sleep(pauseMs, spec.cancellation)
  }
}

/** The child has its own handle of the file once it is started. */
async function started(start: StartChild, call: Parameters<StartChild>[0], inputFile: string | undefined, listener: Listener): Promise<Child | Error> {
  if (inputFile === undefined) return start(call, listener)
  let inputFd: number
  try {
    inputFd = openSync(inputFile, 'r')
  } catch (error) {
    if (error instanceof Error) return error
    throw error
  }
  try {
    return await start({ ...call, inputFd }, listener)
  } finally {
    closeSync(inputFd)
  }
}

function inNamespace(program: string, spec: ProcessSpec, env: Readonly<Record<string, string>>) {
  const [maker, ...words] = namespaces()?.by ?? []
  const found = maker === undefined ? undefined : findProgram(maker, env, spec.cwd)
  return found === undefined ? undefined : { program: found, args: [...words, program, ...spec.argv.slice(1)] }
}

function noNamespace(name: string): Failure {
  return {
    type: 'process.spawn',
    what: `${name} could not be started`,
    why: 'a process namespace of its own is wanted (isolation: namespace), and this machine gives none',
    hint: 'Install bubblewrap (bwrap), or set isolation: group in pawl.yaml.',
  }
}

const outOfFiles = (): Error => Object.assign(new Error('too few files can still be opened'), { code: 'EMFILE' })

const codeOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? ''

/** The system reports a missing folder in the same words as a missing program, so it is looked at first. */
export function folderTrouble(cwd: string): string | undefined {
  try {
    const found = statSync(cwd, { throwIfNoEntry: false })
    if (found?.isDirectory() === true) return undefined
    return found === undefined ? `the folder ${cwd} to start it in does not exist` : `${cwd}, to start it in, is not a folder`
  } catch (error) {
    if (error instanceof Error && 'code' in error) return `the folder to start it in cannot be used: ${error.message}`
    throw error
  }
}

export function missingProgram(name: string, cwd: string): Failure {
  if (name === '') return { type: 'process.spawn', what: 'nothing could be started', why: 'the command is empty', hint: 'Check "run" of the task.' }
  const why = namesPlace(name) ? `there is no executable file ${name} in ${cwd}` : 'no folder of PATH holds an executable file of this name'
  return { type: 'tool.missing', what: `${name} was not found`, why, hint: `Install ${name}, or correct its name.` }
}

function refused(name: string, program: string, error: Error): Failure {
  const what = `${name} could not be started`
  const code = codeOf(error)
  if (code === 'ENOENT') {
    const why = missingInterpreter(program)
    return { type: 'tool.missing', what: `${name} cannot run`, why, hint: `Install what is missing, or install ${name} again.` }
  }
  if (isPassing(code)) {
    const why = `the machine is out of processes, memory or open files (${code})`
    return { type: 'process.spawn', what, why, hint: 'Run fewer tasks at once, or raise the limits (ulimit -u, ulimit -n).' }
  }
  if (code === 'ENOEXEC') {
    const why = `${program} is neither a program nor a script with a "#!" line`
    return { type: 'process.spawn', what, why, hint: 'Give it a "#!" line, or name its interpreter in front of it.' }
  }
  return { type: 'process.spawn', what, why: error.message, hint: `Try to start ${program} by hand.` }
}

/** The program exists, for it was found; so the system misses what must run it. */
function missingInterpreter(program: string): string {
  try {
    const interpreter = shebangOf(program)?.[0]
    return interpreter === undefined
      ? `the loader or a library that ${program} needs does not exist`
      : `${program} is a script for ${interpreter}, which does not exist`
  } catch (error) {
    if (error instanceof Error && 'code' in error) return `${program} cannot be read: ${error.message}`
    throw error
  }
}
