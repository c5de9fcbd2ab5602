/** Finds file names that another system cannot hold: equal but for case or Unicode form, or reserved by Windows. */
import type { Finding } from '../../model/finding.ts'
import type { Builtin } from '../builtin.ts'

const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i
const forbidden = /[<>:"|?*\\\u0000-\u001f]/

export const paths: Builtin = async (_args, world) => {
  const names = await world.files.glob(['**/*'])
  const findings = [...colliding(names), ...names.flatMap(unholdable)]
  return { findings, summary: `${names.length} paths` }
}

/** Folders collide as well: src/A.ts and Src/B.ts end up in one folder. */
function colliding(names: readonly string[]): readonly Finding[] {
  const seen = new Map<string, string>()
  const findings: Finding[] = []
  for (const name of names) {
    for (const part of prefixes(name)) {
      const folded = part.normalize('NFC').toLowerCase()
      const other = seen.get(folded)
      if (other === undefined) seen.set(folded, part)
      else if (other !== part) {
        findings.push({
          file: name,
          severity: 'error',
          rule: 'path-collision',
          message: `'${part}' and '${other}' are the same ${part === name ? 'file' : 'folder'} on Windows and macOS`,
        })
        seen.set(folded, part)
      }
    }
  }
  return findings
}

function prefixes(name: string): readonly string[] {
  const parts = name.split('/')
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
}

function unholdable(name: string): readonly Finding[] {
  const part = name.split('/').find((piece) => reserved.test(piece) || forbidden.test(piece) || /[. ]$/.test(piece))
  if (part === undefined) return []
  const why = reserved.test(part)
    ? 'is reserved by Windows'
    : forbidden.test(part)
      ? 'has a character that Windows does not allow'
      : 'ends with a dot or blank, which Windows drops'
  return [{ file: name, severity: 'error', rule: 'windows-name', message: `'${part}' ${why}` }]
}
