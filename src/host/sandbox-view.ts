/** Says what a program in the sandbox sees of this machine: the folders of the system, what it was lent, and nothing else. */
import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { homedir } from 'node:os'
import { sep } from 'node:path'
import { Bug } from '../model/failure.ts'

/** A file of outside that is seen elsewhere inside. */
export type ShownFile = { readonly from: string; readonly to: string }

/** All paths are absolute, symbolic links resolved, and the same inside as outside. */
export type SandboxBox = {
  /** The checkout that is worked on. Writable. */
  readonly folder: string
  /** A folder of its own that stands for the home of the user. Writable. */
  readonly home: string
  /** Files and folders that can be read: lent objects and packages, the install folders of programs, the folder that holds the brief. */
  readonly readable: readonly string[]
  /** Files and folders that can be written, too: git's folder of the clone, a folder for exchange. */
  readonly writable: readonly string[]
  /** Single files that can be read at another place, which is a plain file below `home`; see `lent-logins`. */
  readonly shown?: readonly ShownFile[]
  /** host: all that the machine reaches. loopback: 127.0.0.1 of its own, shared with nobody. none: nothing is wanted; bubblewrap brings up the same as for loopback. */
  readonly network: 'none' | 'loopback' | 'host'
}

/** Programs, libraries and settings of the machine. A folder that is not here and was not lent does not exist inside. */
const system = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/etc', '/opt', '/nix', '/gnu', '/home/linuxbrew/.linuxbrew', '/sys']
/** Of these, what holds secrets (they are open to a user who is root) or leads out. */
const emptied = ['/etc/ssh', '/etc/ssl/private', '/etc/pki/tls/private', '/nix/var/nix/daemon-socket']
const shut = ['/etc/shadow', '/etc/shadow-', '/etc/gshadow', '/etc/gshadow-']
/** Settings that some distributions keep elsewhere, behind a link. */
const linked = ['/etc/resolv.conf', '/etc/hosts', '/etc/localtime', '/etc/ssl/certs/ca-certificates.crt', '/etc/ssl/ca-bundle.pem']

/** No capabilities, and no user namespace in which there are some again: a user who is root could make a new view of the kernel's settings there. */
const bounds = [
  '--die-with-parent',
  '--new-session',
  '--cap-drop',
  'ALL',
  '--disable-userns',
  '--unshare-user',
  '--unshare-pid',
  '--unshare-ipc',
  '--unshare-uts',
]
/** Settings of the kernel that a user who is root may write without any capability; bwrap leaves them open then. */
const kernel = ['sys', 'sysrq-trigger', 'irq', 'bus', 'fs', 'acpi', 'scsi', 'mtrr'].map((name) => `/proc/${name}`)

/** What every sandbox begins with; the first thing that is tried. */
export const fencedOff = (): readonly string[] => [
  ...bounds,
  '--unshare-cgroup-try',
  '--proc',
  '/proc',
  '--dev',
  '/dev',
  ...kernel.filter((path) => existsSync(path)).flatMap((path) => ['--ro-bind', path, path]),
]

/** Arguments of bwrap. */
export const viewOf = (box: SandboxBox): readonly string[] => [
  ...fencedOff(),
  ...(box.network === 'host' ? [] : ['--unshare-net']),
  ...system.filter((path) => existsSync(path)).flatMap(shown),
  ...emptied.filter((path) => existsSync(path)).flatMap((path) => ['--tmpfs', path]),
  ...shut.filter((path) => existsSync(path)).flatMap((path) => ['--ro-bind', '/dev/null', path]),
  ...linked.flatMap(behindLink),
  ...['/tmp', '/var/tmp', '/run'].flatMap((path) => ['--tmpfs', path]),
  ...lent(box),
  ...(box.shown ?? []).flatMap(({ from, to }) => ['--ro-bind', from, to]),
  '--remount-ro',
  '/',
]

const shown = (path: string): readonly string[] => (lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path])

function behindLink(path: string): readonly string[] {
  if (!existsSync(path)) return []
  const real = realpathSync(path)
  return system.some((folder) => isWithin(real, folder)) ? [] : ['--ro-bind', real, real]
}

/** The outer ones first, so that the inner ones lie upon them. */
const lent = (box: SandboxBox): readonly string[] =>
  [...box.readable.map((path) => ['--ro-bind', path] as const), ...written(box).map((path) => ['--bind', path] as const)]
    .toSorted(([, a], [, b]) => a.length - b.length)
    .flatMap(([how, path]) => [how, path, path])

const written = (box: SandboxBox): readonly string[] => [box.folder, box.home, ...box.writable]

/** Whether a program inside finds it there. */
export const isSeen = (box: SandboxBox, path: string): boolean => [...system, ...box.readable, ...written(box)].some((folder) => isWithin(path, folder))

/** Why the sandbox cannot be made as it is wanted. A box that would show or give away too much is a Bug. */
export function missingIn(box: SandboxBox): string | undefined {
  const all = [...box.readable, ...written(box)]
  const home = homedir()
  for (const path of all) {
    if (path === '/' || isWithin(home, path)) throw new Bug(`a sandbox would hold ${path}, and with it the home of the user`)
    // The program inside could put a link there, and the next start would follow it.
    const around = written(box).find((folder) => folder !== path && isWithin(path, folder))
    if (around !== undefined) throw new Bug(`a sandbox would mount ${path}, which lies in ${around}, where anything can be put in its place`)
  }
  const shown = (box.shown ?? []).flatMap(({ from, to }) => {
    if (!isWithin(to, box.home) || to === box.home) throw new Bug(`a sandbox would show ${to}, which is not in its home`)
    return [from, to]
  })
  const isFile = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false })?.isFile() === true
  return all.find((path) => !existsSync(path) || realpathSync(path) !== path) ?? shown.find((path) => !isFile(path) || realpathSync(path) !== path)
}

export const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep)
