/** Compares requirement files with the packages whose metadata lies in a virtual environment. */
import type { Files } from '../../model/files.ts'
import type { Finding } from '../../model/finding.ts'
import type { Builtin } from '../builtin.ts'
import { textOr, textsOf } from './asking.ts'
import { inSpecifier } from './python-specifier.ts'

export const pipInstalled: Builtin = async (args, world) => {
  const venv = textOr(args['venv'], '.venv')
  const names = textsOf(args['requirements'])
  const installed = await installedPackages(venv, world.files)
  if (installed === undefined)
    return { findings: [{ severity: 'error', rule: 'pip-installed', message: `${venv} has no site-packages` }], summary: `${venv} has no site-packages` }
  const lines: Line[] = []
  for (const name of names) await readLines(name, world.files, lines, new Set())
  const judged = lines.map((line) => judge(line, installed))
  const own = textOr(args['own'], '')
  const absent: Finding[] =
    own === '' || installed.has(normal(own))
      ? []
      : [{ severity: 'error', rule: 'pip-installed', message: `${own}, the package of this folder, is not installed` }]
  const findings = [...judged.flatMap((answer) => (typeof answer === 'object' ? [answer] : [])), ...absent]
  const skipped = judged.filter((answer) => answer === 'not judged').length
  return { findings, summary: `${judged.length - skipped} requirements compared${skipped === 0 ? '' : `, ${skipped} with markers, links or paths not judged`}` }
}

type Line = { readonly text: string; readonly file: string; readonly line: number }

/** By normalised name. The name of a metadata folder is "name-version.dist-info". */
async function installedPackages(venv: string, files: Files): Promise<ReadonlyMap<string, string> | undefined> {
  const versions = (await files.list(`${venv}/lib`))
    .filter((name) => /^python\d/.test(name))
    .map((name) => `${venv}/lib/${name.replace(/\/$/, '')}/site-packages`)
  const folders = [...versions, `${venv}/Lib/site-packages`]
  const entries = (await Promise.all(folders.map((folder) => files.list(folder)))).flat()
  if (entries.length === 0) return undefined
  const packages = entries.flatMap((entry): (readonly [string, string])[] => {
    const linked = /^(.+)\.egg-link$/.exec(entry)?.[1]
    if (linked !== undefined) return [[normal(linked), '']]
    const match = /^(.+?)-(\d[^-]*?)(?:-py[\d.]+)?\.(?:dist-info|egg-info)\/?$/.exec(entry)
    return match?.[1] === undefined || match[2] === undefined ? [] : [[normal(match[1]), match[2]]]
  })
  return new Map(packages)
}

async function readLines(file: string, files: Files, lines: Line[], seen: Set<string>): Promise<void> {
  if (seen.has(file)) return
  seen.add(file)
  const folder = file.includes('/') ? `${file.slice(0, file.lastIndexOf('/'))}/` : ''
  const rows = ((await files.read(file)) ?? '').split('\n')
  for (const [index, row] of rows.entries()) {
    const continued = rows[index - 1]?.trimEnd().endsWith('\\') === true
    const text = row
      .replace(/(^|\s)#.*$/, '')
      .replace(/\\$/, '')
      .trim()
    const included = /^(?:-r|--requirement)[\s=]*(\S+)$/.exec(text)?.[1]
    if (included !== undefined) await readLines(`${folder}${included}`.replace(/^\.\//, ''), files, lines, seen)
    else if (text !== '' && !continued && !/^(-c|--(?!hash))/.test(text)) lines.push({ text: text.replace(/\s+--hash.*$/, ''), file, line: index + 1 })
  }
}

function judge({ text, file, line }: Line, installed: ReadonlyMap<string, string>): Finding | 'good' | 'not judged' {
  const match = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*(\(?[^;@]*\)?)$/.exec(text)
  if (match?.[1] === undefined || text.startsWith('-')) return 'not judged'
  const version = installed.get(normal(match[1]))
  const specifier = (match[2] ?? '').replace(/^\(|\)$/g, '').trim()
  const wrong = (message: string): Finding => ({ file, line, severity: 'error', rule: 'pip-installed', message })
  if (version === undefined) return wrong(`${match[1]} is not installed`)
  if (specifier === '') return 'good'
  const inside = inSpecifier(version, specifier)
  if (inside === undefined) return 'not judged'
  return inside ? 'good' : wrong(`${match[1]} ${version} is installed, ${specifier} is wanted`)
}

const normal = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, '-')
