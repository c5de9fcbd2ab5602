/** Says whether the package manager is there, in the version that package.json names. */
import type { Builtin } from '../builtin.ts'
import { textIn } from './package-manifests.ts'
import { judgeVersion } from './version-question.ts'

/** program; range and from: what asks for a version; strict: false when that is only a wish. */
export const nodeProgram: Builtin = async (args, world) => {
  const program = textIn(args, 'program') ?? 'npm'
  const range = textIn(args, 'range')
  const wishes = range === undefined ? [] : [{ range, from: textIn(args, 'from') ?? 'package.json', strict: args['strict'] !== false, plain: 'line' as const }]
  return judgeVersion(program, wishes, howToGet(program, range), world)
}

function howToGet(program: string, range: string | undefined): string {
  const version = range !== undefined && /^\d/.test(range) ? `@${range}` : ''
  if (program === 'npm' || program === 'bun') return `npm install --global ${program}${version}`
  return `corepack enable ${program}, or npm install --global ${program === 'yarn' && /^@[2-9]/.test(version) ? 'corepack' : program + version}`
}
