/** Tells which planned checks already do what a command of a hook does. */
import type { Files } from '../../model/files.ts'
import type { Gathering } from '../presets/gathering.ts'
import { linesOf, makeTargets } from '../presets/makefile.ts'
import { at } from '../presets/manifests.ts'
import { isCovered, purposeOf } from '../presets/purposes.ts'

/** Names of the checks that make the command needless; undefined when something in it is not planned. */
export async function plannedFor(command: string, files: Files, gathering: Gathering, depth = 0): Promise<readonly string[] | undefined> {
  const names: string[] = []
  for (const part of command
    .split(/&&|\|\||;|\n/)
    .map((text) => text.trim())
    .filter((text) => text !== '')) {
    const planned = await plannedForOne(part, files, gathering, depth)
    if (planned === undefined) return undefined
    names.push(...planned)
  }
  return [...new Set(names)]
}

async function plannedForOne(command: string, files: Files, gathering: Gathering, depth: number): Promise<readonly string[] | undefined> {
  const words = withoutRunner(command)
  const [program = '', first = ''] = words
  const script = scriptName(words)
  if (script !== undefined) return plannedScript(script, files, gathering, depth)
  if (['make', 'just', 'task', 'mise'].includes(program)) {
    const target = program === 'mise' ? (words[2] ?? '') : first
    if (gathering.has(`${program}-${target}`)) return [`${program}-${target}`]
    const lines = program === 'make' && depth < 4 ? linesOf(await makeTargets(files), target) : []
    if (lines.length > 0) return plannedFor(lines.join('\n'), files, gathering, depth + 1)
    const purpose = purposeOf(target)
    return purpose !== undefined && isCovered(purpose, gathering.names()) ? [target] : undefined
  }
  if (/^(lint-staged|nano-staged|true|echo|exit)$/.test(program)) return []
  const ids = (checksOf[`${program} ${first}`] ?? checksOf[program] ?? [program]).filter((id) => gathering.has(id))
  return ids.length > 0 ? ids : undefined
}

/** Checks by the command that does the same; a program that is not here may be the name of its check. */
const checksOf: Readonly<Record<string, readonly string[]>> = {
  'ruff check': ['ruff'],
  'ruff format': ['ruff-format'],
  'ruff-check': ['ruff'],
  'cargo fmt': ['cargo-fmt'],
  'cargo clippy': ['clippy'],
  'cargo test': ['cargo-test'],
  'cargo check': ['cargo-check', 'clippy'],
  'cargo nextest': ['cargo-test'],
  'go vet': ['go-vet'],
  'go test': ['go-test'],
  'go fmt': ['gofmt'],
  'go build': ['go-build', 'go-vet'],
  'go mod': ['go:tidy', 'go:modules'],
  goimports: ['golangci-lint'],
  'biome check': ['biome'],
  'biome lint': ['biome'],
  'biome format': ['biome'],
  'biome ci': ['biome'],
  'uv lock': ['uv:lockfile'],
  'uv sync': ['uv:installed'],
  'poetry check': ['poetry:lockfile'],
  'deno lint': ['deno-lint'],
  'deno fmt': ['deno-fmt'],
  'deno test': ['deno-test'],
  'mix format': ['mix-format'],
  'mix test': ['mix-test'],
  'terraform fmt': ['terraform-fmt'],
  'dart format': ['dart-format'],
  'dart analyze': ['dart-analyze'],
  'bundle check': ['bundle:installed'],
  tsc: ['tsc', 'typecheck', 'types'],
  'vue-tsc': ['vue-tsc', 'typecheck'],
  './gradlew check': ['gradle-check'],
  './gradlew test': ['gradle-check'],
  rake: ['rake-test'],
}

/** "npx --no -- eslint ." → eslint . */
function withoutRunner(command: string): readonly string[] {
  const text = command
    .replace(/^(?:[A-Za-z_]\w*=\S*\s+)+/, '')
    .replace(
      /^(?:npx|bunx|pnpx|npm exec|pnpm exec|pnpm dlx|yarn exec|yarn dlx|uvx|poetry run|pdm run|pipenv run|hatch run|bundle exec|rye run)\s+(?:--?[\w-]+\s+)*(?:--\s+)?/,
      '',
    )
    .replace(/^uv run\s+(?:(?:--(?:group|extra|with|project|python|package)[ =]\S+|--?[\w-]+)\s+)*/, '')
    .replace(/^(?:\S*\/)?python[\d.]*\s+-m\s+/, '')
    .replace(/^(?:\.\/)?(?:node_modules\/\.bin|\.?venv\/bin|vendor\/bin)\//, '')
  return text.trim().split(/\s+/)
}

/** Name of the script of package.json that the words start. */
function scriptName(words: readonly string[]): string | undefined {
  const [program = '', ...rest] = words
  if (!/^(npm|pnpm|yarn|bun)$/.test(program)) return undefined
  const args = rest.filter((word) => !word.startsWith('-'))
  if (args[0] === 'run' || args[0] === 'run-script') return args[1]
  if (program === 'npm') return args[0] === 'test' || args[0] === 't' ? 'test' : undefined
  return args[0]
}

async function plannedScript(script: string, files: Files, gathering: Gathering, depth: number): Promise<readonly string[] | undefined> {
  for (const id of [script, `npm:${script}`, `script:${script}`, script.replaceAll(':', '-')]) if (gathering.has(id)) return [id]
  const { parse } = await import('jsonc-parser')
  const manifest: unknown = parse((await files.read('package.json')) ?? '{}')
  const text = at(manifest, 'scripts', script)
  if (typeof text === 'string' && depth < 4) {
    const planned = await plannedFor(text, files, gathering, depth + 1)
    if (planned !== undefined && planned.length > 0) return planned
  }
  const purpose = purposeOf(script)
  return purpose !== undefined && isCovered(purpose, gathering.names()) ? [script] : undefined
}
