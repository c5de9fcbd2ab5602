/** Puts a program into a process namespace of its own: when the program ends, the kernel ends all that it started, however well hidden. */
import { spawnSync } from 'node:child_process'

export type Namespaces = {
  /** The program that makes the namespace, and its words before the command. */
  readonly by: readonly [program: string, ...words: string[]]
}

/** bwrap also ends everything when pawl itself is killed; unshare leaves that to the guardian. */
const ways: readonly (readonly [string, ...string[]])[] = [
  ['bwrap', '--dev-bind', '/', '/', '--proc', '/proc', '--unshare-pid', '--die-with-parent', '--'],
  ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--'],
  ['unshare', '--user', '--map-current-user', '--pid', '--fork', '--kill-child', '--mount-proc', '--'],
]
const patienceMs = 5000
let found: Namespaces | undefined | null = null

/** Tried once, with a real command, when it is first asked for. Undefined: there are none here. */
export function namespaces(): Namespaces | undefined {
  if (found === null) {
    const by = process.platform === 'linux' ? ways.find(works) : undefined
    found = by === undefined ? undefined : { by }
  }
  return found
}

function works([program, ...words]: readonly [string, ...string[]]): boolean {
  // Outside of the namespace the number would be another one.
  const { stdout, status } = spawnSync(program, [...words, 'sh', '-c', 'echo $$'], {
    encoding: 'utf8',
    timeout: patienceMs,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return status === 0 && Number(stdout) > 0 && Number(stdout) < 10
}
