/**
 * Shuts programs in: they run inside of bubblewrap, where they see the system, what they were lent and nothing else, or they do not run at all.
 *
 * What is kept from them: the home of the user, every other checkout, the refs, settings and hooks of the user's repository, the state of pawl,
 * sockets of the machine that have a file (Docker, D-Bus, agents for keys), other processes and their environments, capabilities. What they leave
 * running ends with them, also when pawl is killed.
 *
 * What is NOT kept from them:
 * - With `network: 'host'`, which an agent needs to reach its model, all that this machine reaches: servers on loopback and on the local network,
 *   abstract sockets (some desktops), and the internet. What they can read, they can send away. So give them nothing that must not be told.
 * - Every object of the repository, through the lent object folder: also those of branches that are not theirs, of stashes and of commits that were undone.
 * - What stands in their environment: the key for the model is theirs.
 * - Processor, memory, disk space and number of processes: they can slow the machine down. The kernel keyring of the session.
 * - Holes of the kernel: there is no filter of system calls. User namespaces of their own they get none, so a sandbox of a browser or of another agent
 *   program does not work inside and has to be turned off there.
 */
import { realpathSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import type { Failure, Result } from '../model/failure.ts'
import type { Exit, Processes, ProcessSpec } from '../model/processes.ts'
import { folderTrouble, missingProgram } from './child-start.ts'
import { isSeen, missingIn, viewOf } from './sandbox-view.ts'
import type { SandboxBox } from './sandbox-view.ts'
import { noSandbox, triedMaker } from './sandbox-maker.ts'
import type { SandboxMaker } from './sandbox-maker.ts'

let tried: Promise<Result<SandboxMaker>> | undefined
const makerHere = (): Promise<Result<SandboxMaker>> => (tried ??= triedMaker())

/** Why no program can be shut in here; undefined when it can. Tried once, with a real program, when it is first asked for. */
export async function sandboxTrouble(): Promise<Failure | undefined> {
  const maker = await makerHere()
  return maker.ok ? undefined : maker.failures[0]
}

/**
 * The same processes, each shut in. Where there is no sandbox every start is a Failure; none ever runs outside of it.
 * A program that dies of its own fault is told as a signal; another signal that it dies of comes as exit code 128 + number, as from a shell.
 */
export function sandboxed(processes: Processes, box: SandboxBox, maker: () => Promise<Result<SandboxMaker>> = makerHere): Processes {
  const find: Processes['find'] = (program, env, cwd) => {
    const path = processes.find(program, env, cwd)
    return path !== undefined && isSeen(box, path) && isSeen(box, realpathSync(path)) ? path : undefined
  }
  return {
    find,
    async run(spec) {
      const made = await maker()
      if (!made.ok) return { ok: false, failure: made.failures[0] ?? noSandbox('nobody knows why') }
      const missing = missingIn(box)
      if (missing !== undefined) return { ok: false, failure: noSandbox(`${missing}, which it is to hold, is not there, or is a link`) }
      const program = find(spec.argv[0] ?? '', spec.env, spec.cwd)
      const failure = placeTrouble(box, spec) ?? (program === undefined ? unseenProgram(processes, spec) : undefined)
      if (program === undefined || failure !== undefined) return { ok: false, failure: failure ?? missingProgram(spec.argv[0] ?? '', spec.cwd) }
      const ended = await processes.run(shutIn(spec, program, box, made.value))
      if (!ended.ok) return ended
      const refused = refusalOf(ended.exit)
      return refused === undefined ? { ok: true, exit: asInside(ended.exit) } : { ok: false, failure: refused }
    },
  }
}

/** What the loader of programs, which is at work outside first, would obey: it is set inside only. */
const loaders = /^(?:LD_|GLIBC_|GCONV_PATH$|LOCPATH$|NLSPATH$|MALLOC_)/
/** They name places outside. */
const outside = /^(?:HOME|TMPDIR|TEMP|TMP|SSH_AUTH_SOCK|DBUS_SESSION_BUS_ADDRESS|XDG_.*)$/

function shutIn(spec: ProcessSpec, program: string, box: SandboxBox, { bwrap, env: envProgram }: SandboxMaker): ProcessSpec {
  const given = Object.entries(spec.env).filter(([name, value]) => !outside.test(name) || reaches(box, value))
  const set = given.filter(([name]) => loaders.test(name)).flatMap(([name, value]) => ['--setenv', name, value])
  const own = { HOME: box.home, TMPDIR: '/tmp' }
  // It is for the program to end when it is asked to. bwrap would end at once, and everything with it.
  const polite = envProgram !== undefined && !program.includes('=')
  const [deaf, hearing] = polite
    ? [
        [envProgram, '--ignore-signal=TERM'],
        [envProgram, '--default-signal=TERM'],
      ]
    : [[], []]
  // bwrap ends everything when it ends, and ends with pawl.
  const { kept: _, ...rest } = spec
  return {
    ...rest,
    argv: [...deaf, bwrap, ...viewOf(box), ...set, '--chdir', spec.cwd, '--', ...hearing, program, ...spec.argv.slice(1)],
    cwd: '/',
    env: { ...Object.fromEntries(given.filter(([name]) => !loaders.test(name))), ...own },
  }
}

/** A folder for settings below its own home, say. */
const reaches = (box: SandboxBox, value: string): boolean => isAbsolute(value) && isSeen(box, value)

function placeTrouble(box: SandboxBox, spec: ProcessSpec): Failure | undefined {
  const name = spec.argv[0] ?? ''
  const why = folderTrouble(spec.cwd) ?? (isSeen(box, spec.cwd) ? undefined : `the folder ${spec.cwd} to start it in lies outside of the sandbox`)
  return why === undefined ? undefined : { type: 'process.spawn', what: `${name} could not be started`, why, hint: 'Check "cwd" of the task.' }
}

/** Undefined when it is missing outside, too. */
function unseenProgram(processes: Processes, spec: ProcessSpec): Failure | undefined {
  const name = spec.argv[0] ?? ''
  const path = processes.find(name, spec.env, spec.cwd)
  if (path === undefined) return undefined
  return {
    type: 'tool.missing',
    what: `${name} cannot be seen in the sandbox`,
    why: `it lies at ${path}, which is no folder of the system`,
    hint: 'Let its folder be read in the sandbox.',
  }
}

/** The program did not begin: only bwrap has spoken. */
function refusalOf(exit: Exit): Failure | undefined {
  const said = exit.stderr.trim()
  return exit.kind === 'exited' && exit.code === 1 && exit.stdout === '' && /^bwrap: [^\n]+$/.test(said) ? noSandbox(said) : undefined
}

/** Signals by which the kernel ends a program, in the numbers of shells. Other such codes are also those of programs that end in order. */
const fatal: Readonly<Record<number, string>> = { 132: 'SIGILL', 134: 'SIGABRT', 135: 'SIGBUS', 136: 'SIGFPE', 137: 'SIGKILL', 139: 'SIGSEGV' }

function asInside(exit: Exit): Exit {
  const { code, ...rest } = exit
  const signal = code === undefined ? undefined : (fatal[code] ?? (code === 143 && exit.kind !== 'exited' ? 'SIGTERM' : undefined))
  if (signal === undefined) return exit
  return { ...rest, kind: exit.kind === 'exited' ? 'signalled' : exit.kind, signal }
}
