/** What a check is for, by its name: so that a task file or a hook does not run again what is already planned. */

export type Purpose = 'lint' | 'format' | 'test' | 'typecheck' | 'check'

const families: Readonly<Record<Exclude<Purpose, 'check'>, RegExp>> = {
  lint: /(^|[:-])(lint|eslint|biome|oxlint|ruff|flake8|clippy|go-vet|golangci-lint|rubocop|phpstan|credo|deno-lint|dart-analyze|stylelint)($|[:-])/,
  format: /(^|[:-])(format|fmt|prettier|biome|oxfmt|dprint|black|gofmt|php-cs-fixer)($|[:-])/,
  test: /(^|[:-])(tests?|pytest|vitest|jest|mocha|ava|rspec|phpunit|gradle-check|maven-verify|tox|nox|node-test|bun-test)($|[:-])/,
  typecheck: /(^|[:-])(typecheck|types|tsc|tsgo|mypy|pyright|basedpyright|ty|cargo-check|clippy|go-build|go-vet|swift-build)($|[:-])/,
}

/** "check" stands for everything at once: any lint, type check or test covers it. */
export function isCovered(purpose: Purpose, names: readonly string[]): boolean {
  if (purpose === 'check') return (['lint', 'test', 'typecheck'] as const).some((other) => isCovered(other, names))
  return names.some((name) => families[purpose].test(name))
}

/** What a target or script of this name is for; undefined: nothing that pawl runs by itself (build, deploy, clean, fmt). */
export function purposeOf(target: string): Purpose | undefined {
  if (/^(lint|lints|vet|linters?)$/.test(target)) return 'lint'
  if (/^((fmt|format|style)[-_:]check|check[-_:](fmt|format|style))$/.test(target)) return 'format'
  if (/^(tests?|unit[-_]?tests?|test[-_:]unit)$/.test(target)) return 'test'
  if (/^(typecheck|type-check|types|check[-_:]types)$/.test(target)) return 'typecheck'
  return target === 'check' ? 'check' : undefined
}

/** Arguments by which tools are told to write. */
export const writes = (command: string): boolean =>
  /(^|\s)(--fix(=\w+)?|--write(-changes)?|--autofix|--auto-correct|--autocorrect(-all)?|--in-place|--apply(-unsafe)?|-w|-i)(\s|$)|\bgit\s+add\b|\bfmt\s*$|(^|\s)(black|isort|ruff format|cargo fmt|go fmt|pyupgrade|oxfmt)\s+(?!.*--(check|diff))/.test(
    command,
  )
