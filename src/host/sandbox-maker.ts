/** Finds the program that makes sandboxes and sees for itself whether it really shuts in. */
import { execFile } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { delimiter, isAbsolute } from 'node:path'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { findProgram } from './program-search.ts'
import { fencedOff } from './sandbox-view.ts'

export type SandboxMaker = {
  /** Absolute. */
  readonly bwrap: string
  /** The env of GNU, which can keep a signal from bwrap. Absent: a program cannot tidy up when it is asked to end. */
  readonly env?: string
}

/** Before all others: the PATH may hold folders that an agent can write to. */
const places = ['/usr/bin', '/bin', '/usr/local/bin', '/run/current-system/sw/bin']
const patienceMs = 10_000
const parts = ['user', 'pid', 'net', 'mnt', 'ipc', 'uts'] as const

/** `folders`: where bwrap is looked for. */
export async function triedMaker(folders: readonly string[] = usualFolders()): Promise<Result<SandboxMaker>> {
  if (process.platform !== 'linux')
    return failed({ ...noSandbox('it is made by bubblewrap, which needs Linux'), hint: 'Run it on Linux, or in a container or virtual machine.' })
  const bwrap = findProgram('bwrap', { PATH: folders.join(delimiter) }, '/')
  if (bwrap === undefined || folders.length === 0)
    return failed({ ...noSandbox('bubblewrap (bwrap) is not installed'), hint: 'Install bubblewrap, and try again.' })
  const env = findProgram('env', { PATH: '/usr/bin:/bin' }, '/')
  const why = env === undefined ? 'no env' : await trouble([env, '--ignore-signal=TERM', bwrap], [env, '--default-signal=TERM'])
  if (env !== undefined && why === undefined) return ok({ bwrap, env })
  const without = await trouble([bwrap], [])
  return without === undefined ? ok({ bwrap }) : failed(noSandbox(without))
}

export const noSandbox = (why: string): Failure => ({
  type: 'agent.no-sandbox',
  what: 'no sandbox can be made here',
  why,
  kept: 'nothing was started outside of a sandbox',
  hint: 'Let users make namespaces (sysctl kernel.unprivileged_userns_clone=1, an AppArmor profile for bwrap; in a container: its seccomp profile).',
})

function usualFolders(): readonly string[] {
  const path = (process.env['PATH'] ?? '').split(delimiter)
  return [...places, ...path.filter((folder) => isAbsolute(folder) && !folder.split('/').includes('node_modules'))]
}

/** Undefined when a program that was started so is in namespaces of its own, all of them. */
async function trouble([program, ...before]: readonly [string, ...string[]], after: readonly string[]): Promise<string | undefined> {
  const look = `for part in ${parts.join(' ')}; do readlink /proc/self/ns/$part; done; if (true >> /proc/sys/kernel/core_pattern); then echo open; fi`
  const words = [...before, '--ro-bind', '/', '/', ...fencedOff(), '--unshare-net', '--', ...after, '/bin/sh', '-c', `(${look}) 2>/dev/null`]
  const { stdout, why } = await new Promise<{ readonly stdout: string; readonly why: string | undefined }>((resolve) => {
    execFile(program, words, { timeout: patienceMs, killSignal: 'SIGKILL', env: { PATH: '/usr/bin:/bin' }, cwd: '/' }, (error, out, said) =>
      resolve({ stdout: out, why: error === null ? undefined : said.trim() || error.message }),
    )
  })
  if (why !== undefined) return /unknown option/i.test(why) ? `${why} (bubblewrap 0.8 or newer is needed)` : why
  const inside = stdout.trim().split('\n')
  const shared = parts.filter((part, index) => inside[index] === undefined || inside[index] === '' || inside[index] === readlinkSync(`/proc/self/ns/${part}`))
  if (inside[parts.length] === 'open') return 'bwrap does not shut in: the settings of the kernel can be written inside'
  return shared.length === 0 ? undefined : `bwrap does not shut in: what is inside shares ${shared.join(', ')} with the rest of the machine`
}
