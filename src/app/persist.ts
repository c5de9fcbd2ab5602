/** Writes settings that this machine needs into the shell profile of the user, between marks, and takes them out again. */
import { existsSync, readFileSync } from 'node:fs'
import { saveFile } from '../host/save-atomic.ts'
import { failed, ok, type Result } from '../model/failure.ts'
import type { Site } from './site.ts'

type Environment = Readonly<Record<string, string | undefined>>

const opening = '# >>> pawl: written by pawl --persist; pawl undo --remove takes it out again >>>'
const closing = '# <<< pawl <<<'

/** Lines that tell what was done. Writes nothing when this machine needs nothing. */
export async function persist(site: Site): Promise<Result<readonly string[]>> {
  const wanted = neededSettings(site)
  if (wanted.length === 0) return ok(['This machine needs no settings in a shell profile; nothing was written.'])
  const profile = profileOf(site.env)
  if (profile === undefined) return failed(noProfile(site.env))
  const before = existsSync(profile.path) ? readFileSync(profile.path, 'utf8') : ''
  const foreign = wanted.filter(({ name, value }) => definesOtherwise(withoutBlock(before), name, value))
  if (foreign.length > 0)
    return failed({
      type: 'persist.unsupported',
      what: `${profile.path} already sets ${foreign.map(({ name }) => name).join(', ')} to something else`,
      kept: 'the profile was not changed',
      hint: 'Decide which value is right and edit the profile by hand.',
    })
  const block = [opening, ...wanted.map(profile.line), closing].join('\n')
  const after = `${withoutBlock(before).replace(/\n*$/, (end) => (before === '' ? '' : end || '\n'))}${block}\n`
  if (after === before) return ok([`${profile.path} already has these settings.`])
  const saved = await saveFile(profile.path, after)
  if (!saved.ok) return saved
  return ok([`Wrote into ${profile.path}: ${wanted.map(({ name, value }) => `${name}=${value}`).join(', ')}`])
}

/** The profiles that were (or would be) cleaned. */
export async function removePersisted(env: Environment, dryRun: boolean): Promise<Result<readonly string[]>> {
  const home = env['HOME']
  if (home === undefined || home === '') return failed(noProfile(env))
  const touched = Object.values(profilesIn(home))
    .map(({ path }) => path)
    .filter((path) => existsSync(path) && readFileSync(path, 'utf8').includes(opening))
  for (const path of dryRun ? [] : touched) {
    const saved = await saveFile(path, withoutBlock(readFileSync(path, 'utf8')))
    if (!saved.ok) return saved
  }
  return ok(touched)
}

/** macOS writes ._ files next to everything on file systems without extended attributes, and links fail there: known to break archives and uv. */
function neededSettings(site: Site): { name: string; value: string }[] {
  return site.platform === 'macos'
    ? [
        { name: 'COPYFILE_DISABLE', value: '1' },
        { name: 'UV_LINK_MODE', value: 'copy' },
      ]
    : []
}

type Profile = { readonly path: string; readonly line: (setting: { name: string; value: string }) => string }

const exported = ({ name, value }: { name: string; value: string }): string => `export ${name}=${value}`

function profilesIn(home: string): Record<'bash' | 'zsh' | 'fish', Profile> {
  return {
    bash: { path: `${home}/.bashrc`, line: exported },
    zsh: { path: `${home}/.zshrc`, line: exported },
    fish: { path: `${home}/.config/fish/config.fish`, line: ({ name, value }) => `set -gx ${name} ${value}` },
  }
}

/** The shell that the user logs in with, not the one that happened to start pawl. */
function profileOf(env: Environment): Profile | undefined {
  const home = env['HOME']
  const shell = (env['SHELL'] ?? '').split('/').at(-1)
  return home === undefined || home === '' || (shell !== 'bash' && shell !== 'zsh' && shell !== 'fish') ? undefined : profilesIn(home)[shell]
}

const noProfile = (env: Environment) =>
  ({
    type: 'persist.unsupported',
    what: `the shell profile to write to is not known`,
    why: `SHELL is '${env['SHELL'] ?? ''}'; pawl knows bash, zsh and fish`,
    kept: 'nothing was written',
  }) as const

const withoutBlock = (text: string): string => {
  const from = text.indexOf(opening)
  const to = text.indexOf(closing, from)
  return from === -1 || to === -1 ? text : text.slice(0, from) + text.slice(to + closing.length).replace(/^\n/, '')
}

function definesOtherwise(text: string, name: string, value: string): boolean {
  const found = text.match(new RegExp(`^\\s*(?:export|set -gx)\\s+${name}[= ](\\S*)`, 'm'))
  return found !== null && found[1] !== value
}
