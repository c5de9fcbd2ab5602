/** How bad it is when a well-known security tool does not pass: by the words of the command that starts it. */
import type { SecurityLevel } from '../model/task.ts'
import type { CheckConfig } from './check-shape.ts'

/** Secrets that are in the repository and holes that are known are worse than what might be one. */
const levels: Readonly<Record<string, SecurityLevel>> = {
  gitleaks: 'critical',
  betterleaks: 'critical',
  trufflehog: 'critical',
  'detect-secrets': 'critical',
  'detect-secrets-hook': 'critical',
  'detect-private-key': 'critical',
  'detect-aws-credentials': 'critical',
  secretlint: 'critical',
  ggshield: 'critical',
  semgrep: 'critical',
  opengrep: 'critical',
  'pip-audit': 'critical',
  'osv-scanner': 'critical',
  govulncheck: 'critical',
  'cargo-audit': 'critical',
  'bundler-audit': 'critical',
  'npm audit': 'critical',
  'pnpm audit': 'critical',
  'yarn audit': 'critical',
  'bun audit': 'critical',
  'cargo audit': 'critical',
  'composer audit': 'critical',
  'bundle audit': 'critical',
  // It judges licences and sources, too.
  'cargo deny': 'high',
  bandit: 'high',
  gosec: 'high',
  brakeman: 'high',
  trivy: 'high',
  checkov: 'high',
  tfsec: 'high',
  zizmor: 'high',
}

/** Of the words that a command begins with: runners and their flags come before the tool. */
const searchedWords = 8

/** Undefined: none of the tools that are known here. */
export function securityOf({ command, builtin, with: args }: CheckConfig): SecurityLevel | undefined {
  if (builtin === 'pre-commit') return undefined
  const argv: unknown = command ?? args?.['argv']
  const words = typeof argv === 'string' ? argv.trim().split(/\s+/) : Array.isArray(argv) ? argv.map(String) : []
  const names = words.slice(0, searchedWords).map((word) => word.replace(/^.*[\\/]/, '').replace(/\.exe$/i, ''))
  for (const [i, name] of names.entries()) {
    const level = levelOf(name) ?? levelOf(`${name} ${names[i + 1] ?? ''}`)
    if (level !== undefined) return level
  }
  return undefined
}

const levelOf = (name: string): SecurityLevel | undefined => (Object.hasOwn(levels, name) ? levels[name] : undefined)

/** The level of a check that runs several hooks at once: never critical, because those that only format would stop everything, too. */
export function securityOfHooks(hooks: readonly string[]): SecurityLevel | undefined {
  return hooks.some((hook) => levelOf(hook.replace(/-(docker|py|system|src)$/, '')) !== undefined) ? 'high' : undefined
}
