/** Writes settings that this machine needs into the shell profile of the user, between marks, and takes them out again. */
import { saveSharedFile } from '../host/save-atomic.ts'
import { failed, ok, type Result } from '../model/failure.ts'
import {
  hasBlock,
  markedProfiles,
  noProfile,
  profileOf,
  readProfile,
  withBlock,
  withoutBlock,
  type Environment,
  type Marks,
  type ShellName,
} from './shell-profile.ts'
import type { Site } from './site.ts'

const marks: Marks = {
  opening: '# >>> pawl: written by pawl --persist; pawl undo --remove takes it out again >>>',
  closing: '# <<< pawl <<<',
}

/** Lines that tell what was done. Writes nothing when this machine needs nothing. */
export async function persist(site: Site): Promise<Result<readonly string[]>> {
  const wanted = neededSettings(site)
  if (wanted.length === 0) return ok(['This machine needs no settings in a shell profile; nothing was written.'])
  const profile = profileOf(site.env)
  if (profile === undefined) return failed(noProfile(site.env))
  const before = readProfile(profile.path)
  const foreign = wanted.filter(({ name, value }) => definesOtherwise(withoutBlock(before, marks), name, value))
  if (foreign.length > 0)
    return failed({
      type: 'persist.unsupported',
      what: `${profile.path} already sets ${foreign.map(({ name }) => name).join(', ')} to something else`,
      kept: 'the profile was not changed',
      hint: 'Decide which value is right and edit the profile by hand.',
    })
  const after = withBlock(
    before,
    marks,
    wanted.map((setting) => settingLine(profile.shell, setting)),
  )
  if (after === before) return ok([`${profile.path} already has these settings.`])
  const saved = await saveSharedFile(profile.path, after)
  if (!saved.ok) return saved
  return ok([`Wrote into ${profile.path}: ${wanted.map(({ name, value }) => `${name}=${value}`).join(', ')}`])
}

/** The profiles that were (or would be) cleaned. */
export async function removePersisted(env: Environment, dryRun: boolean): Promise<Result<readonly string[]>> {
  const home = env['HOME']
  if (home === undefined || home === '') return failed(noProfile(env))
  const touched = markedProfiles(home, marks).filter((path) => hasBlock(readProfile(path), marks))
  for (const path of dryRun ? [] : touched) {
    const saved = await saveSharedFile(path, withoutBlock(readProfile(path), marks))
    if (!saved.ok) return saved
  }
  return ok(touched)
}

type Setting = { readonly name: string; readonly value: string }

/** macOS writes ._ files next to everything on file systems without extended attributes, and links fail there: known to break archives and uv. */
function neededSettings(site: Site): readonly Setting[] {
  return site.platform === 'macos'
    ? [
        { name: 'COPYFILE_DISABLE', value: '1' },
        { name: 'UV_LINK_MODE', value: 'copy' },
      ]
    : []
}

const settingLine = (shell: ShellName, { name, value }: Setting): string => (shell === 'fish' ? `set -gx ${name} ${value}` : `export ${name}=${value}`)

function definesOtherwise(text: string, name: string, value: string): boolean {
  const found = text.match(new RegExp(`^\\s*(?:export|set -gx)\\s+${name}[= ](\\S*)`, 'm'))
  return found !== null && found[1] !== value
}
