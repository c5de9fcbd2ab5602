/** Judges a virtual environment: it is there, the interpreter that it was made from still is, and it fits the pins. */
import type { Finding } from '../../model/finding.ts'
import type { Builtin } from '../builtin.ts'
import { textOr } from './asking.ts'
import { pythonPins } from './python-pins.ts'
import { inSpecifier } from './python-specifier.ts'

export const pythonVenv: Builtin = async (args, world) => {
  const folder = textOr(args['folder'], '.venv')
  const text = await world.files.read(`${folder}/pyvenv.cfg`)
  const bad = (message: string, suggestion?: string): { findings: readonly Finding[]; summary: string } => ({
    findings: [{ severity: 'error', rule: 'python-venv', message, ...(suggestion === undefined ? {} : { suggestion }) }],
    summary: message,
  })
  if (text === undefined)
    return bad(
      (await world.files.list(folder)).length > 0 ? `${folder} is a folder without pyvenv.cfg, so it is no virtual environment` : `${folder} does not exist`,
    )
  const { home, version } = readSettings(text)
  if (home === undefined) return bad(`${folder}/pyvenv.cfg names no home`)
  const bases = ['python3', 'python', 'python.exe', `python${version?.split('.').slice(0, 2).join('.') ?? '3'}`].map(
    (name) => `${home.replace(/[/\\]$/, '')}/${name}`,
  )
  const found = (program: string): boolean => world.processes.find(program, world.env, world.files.root) !== undefined
  if (!bases.some(found)) return bad(`the interpreter that ${folder} was made from is gone: ${home}`, `remove ${folder} and make it anew`)
  // Absolute: a path without a separator at its start would be looked up on PATH.
  const programs = [`${world.files.root}/${folder}/bin/python`, `${world.files.root}/${folder}/Scripts/python.exe`]
  if (!programs.some(found)) return bad(`${folder} has no working interpreter`)
  const pins = await pythonPins(world.files)
  const wrong = version === undefined ? undefined : pins.find((pin) => inSpecifier(version, pin.wanted) === false)
  if (wrong !== undefined) return bad(`${folder} has Python ${version}, ${wrong.file} wants ${wrong.wanted}`, `remove ${folder} and make it anew`)
  return { findings: [], summary: `${folder}: Python ${version ?? 'of unknown version'}` }
}

/** venv writes `version`, virtualenv and uv write `version_info`. */
function readSettings(text: string): { readonly home: string | undefined; readonly version: string | undefined } {
  const value = (key: string): string | undefined => new RegExp(`^${key}\\s*=\\s*(.+?)\\s*$`, 'm').exec(text)?.[1]
  const version = value('version') ?? value('version_info')
  return { home: value('home'), version: version === undefined ? undefined : /^\d+(\.\d+){0,2}/.exec(version)?.[0] }
}
