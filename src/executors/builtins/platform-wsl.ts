/** Warns about a repository on a Windows drive, which WSL reaches slowly and without regard to case. */
import type { Builtin } from '../builtin.ts'
import { advice } from './platform-linux.ts'

export const platformWsl: Builtin = async (_args, world) => {
  const drive = /^\/mnt\/([a-z])(\/|$)/.exec(world.files.root)?.[1]
  if (drive === undefined) return { findings: [], summary: 'the repository lies on the Linux file system' }
  const message = `the repository lies on drive ${drive.toUpperCase()}: of Windows: slow, and names that differ only in case are the same file`
  return { findings: [advice('windows-drive', message, 'clone it below your Linux home folder')], summary: message }
}
