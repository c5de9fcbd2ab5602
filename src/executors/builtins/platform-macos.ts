/** Looks for the developer tools of macOS, and for volumes on which it leaves "._" files beside everything. */
import type { Finding } from '../../model/finding.ts'
import type { Builtin } from '../builtin.ts'
import { ask } from './asking.ts'
import { advice } from './platform-linux.ts'

export const platformMacos: Builtin = async (_args, world) => {
  const findings: Finding[] = []
  const tools = await ask(['xcode-select', '-p'], world, { timeoutMs: 10_000 })
  if (!tools.ok && tools.failure.type !== 'tool.missing') return tools
  if (!tools.ok || tools.exit.code !== 0)
    findings.push(advice('developer-tools', 'the command line developer tools are not installed', 'xcode-select --install'))
  const mounts = await ask(['mount'], world, { timeoutMs: 10_000 })
  const kind = mounts.ok ? volumeKind(mounts.exit.stdout, world.files.root) : undefined
  if (kind === 'exfat' || kind === 'msdos') {
    if (world.env['COPYFILE_DISABLE'] === undefined)
      findings.push(advice('copyfile', `the repository lies on an ${kind} volume, where macOS adds "._" files`, 'export COPYFILE_DISABLE=1'))
  }
  return { findings, summary: `developer tools ${tools.ok && tools.exit.code === 0 ? tools.exit.stdout.trim() : 'missing'}, volume ${kind ?? 'unknown'}` }
}

/** From lines like "/dev/disk2s1 on /Volumes/USB (exfat, local, nodev)": the longest mount point above the folder. */
export function volumeKind(mounts: string, folder: string): string | undefined {
  const points = mounts.split('\n').flatMap((line) => {
    const match = /^.+? on (.+?) \((\w+)[,)]/.exec(line)
    return match?.[1] === undefined || match[2] === undefined ? [] : [{ point: match[1], kind: match[2] }]
  })
  const above = points.filter(({ point }) => folder === point || folder.startsWith(point === '/' ? '/' : `${point}/`))
  return above.toSorted((a, b) => b.point.length - a.point.length)[0]?.kind
}
