/** Two package managers' lockfiles cannot both be true: says so, and which one package.json means. */
import type { Finding } from '../../model/finding.ts'
import type { Builtin } from '../builtin.ts'
import { textIn } from './package-manifests.ts'

const owners: Readonly<Record<string, string>> = {
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
}

/** declared: the package manager that package.json names, and from: where. */
export const lockfiles: Builtin = async (args, world) => {
  const present = await world.files.glob(Object.keys(owners))
  const declared = textIn(args, 'declared')
  const foreign = present.filter((name) => owners[name] !== declared)
  const managers = new Set(present.map((name) => owners[name]))
  if (managers.size < 2 && (declared === undefined || foreign.length === 0)) return { findings: [], summary: present.join(', ') || 'no lockfile' }
  const findings =
    declared === undefined
      ? present.map((file): Finding => ambiguous(file, present))
      : foreign.map((file): Finding => wrong(file, declared, textIn(args, 'from') ?? 'package.json'))
  return { findings, summary: `lockfiles of ${[...managers].join(' and ')}` }
}

const ambiguous = (file: string, all: readonly string[]): Finding => ({
  file,
  severity: 'error',
  rule: 'lockfiles',
  message: `${file} belongs to ${owners[file] ?? ''}, but there is ${all.filter((other) => owners[other] !== owners[file]).join(' and ')}, too`,
  suggestion: 'delete those that are not used, and name the package manager in package.json: "packageManager": "npm@11.0.0"',
})

const wrong = (file: string, declared: string, from: string): Finding => ({
  file,
  severity: 'error',
  rule: 'lockfiles',
  message: `${file} belongs to ${owners[file] ?? ''}, but ${from} names ${declared}`,
  suggestion: `delete ${file}, or correct ${from}`,
})
