/** The shell profile of the user: which file it is, and blocks of lines between marks that pawl puts there and takes out again. */
import { isUtf8 } from 'node:buffer'
import { existsSync, readFileSync } from 'node:fs'
import type { Failure } from '../model/failure.ts'

export type Environment = Readonly<Record<string, string | undefined>>
export type ShellName = 'bash' | 'zsh' | 'fish'
export type Profile = { readonly shell: ShellName; readonly path: string }
export type Marks = { readonly opening: string; readonly closing: string }

function profilesIn(home: string): readonly Profile[] {
  return [
    { shell: 'bash', path: `${home}/.bashrc` },
    { shell: 'zsh', path: `${home}/.zshrc` },
    { shell: 'fish', path: `${home}/.config/fish/config.fish` },
  ]
}

/** The shell that the user logs in with, not the one that happened to start pawl. */
export function profileOf(env: Environment): Profile | undefined {
  const home = env['HOME']
  const shell = (env['SHELL'] ?? '').split('/').at(-1)
  return home === undefined || home === '' ? undefined : profilesIn(home).find((profile) => profile.shell === shell)
}

export const noProfile = (env: Environment): Failure => ({
  type: 'persist.unsupported',
  what: `the shell profile to write to is not known`,
  why: (env['HOME'] ?? '') === '' ? 'HOME is not set' : `SHELL is '${env['SHELL'] ?? ''}'; pawl knows bash, zsh and fish`,
  kept: 'nothing was written',
})

/** Rejects what would come back as other bytes. */
export function readProfile(path: string): string {
  if (!existsSync(path)) return ''
  const bytes = readFileSync(path)
  if (isUtf8(bytes)) return bytes.toString('utf8')
  const hint = 'Bring it to UTF-8, then try again.'
  const failure: Failure = { type: 'persist.unsupported', what: 'the profile is not UTF-8 text', kept: 'it was not changed', hint, place: { file: path } }
  throw new Error(failure.what, { cause: failure })
}

/** The profiles in which something was written between these marks, or was begun to be. */
export const markedProfiles = (home: string, { opening }: Marks): readonly string[] =>
  profilesIn(home).flatMap(({ path }) => (existsSync(path) && readFileSync(path).includes(opening) ? [path] : []))

/** The last opening mark counts: behind one whose end is gone stands what the user wrote. */
export function withoutBlock(text: string, { opening, closing }: Marks): string {
  const from = text.lastIndexOf(opening)
  const to = text.indexOf(closing, from)
  return from === -1 || to === -1 ? text : text.slice(0, from) + text.slice(to + closing.length).replace(/^\r?\n/, '')
}

export const hasBlock = (text: string, marks: Marks): boolean => withoutBlock(text, marks) !== text

/** The block stands at the end, once. */
export function withBlock(text: string, marks: Marks, lines: readonly string[]): string {
  const rest = withoutBlock(text, marks)
  const end = rest === '' || rest.endsWith('\n') ? '' : '\n'
  return `${rest}${end}${[marks.opening, ...lines, marks.closing].join('\n')}\n`
}
