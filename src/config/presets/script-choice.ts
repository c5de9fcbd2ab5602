/** Chooses by name which scripts of package.json are checks. */
import { isAggregate, isOutward, isPlaceholder } from './script-expansion.ts'

const acting =
  /(^|[:_.-])(fix|write|watch|dev|start|serve|server|update|release|publish|deploy|debug|ui|open|bench|benchmark|preview|staged|changed|affected|report|e2e|coverage|profile|clean|setup|init|install|prepare|generate)([:_.-]|$)/
const wanted = [
  /^(lint|eslint|oxlint|biome|stylelint|markdownlint|xo|standard|lints)([:_.-].+)?$/,
  /^(format|fmt|prettier|style|oxfmt|dprint)([:_.-].+)?$/,
  /^(check[:_-])(lint|format|fmt|formatting|style|prettier|biome|spelling|types?|ts|tsc|exports|deps|knip|unused|circular|workspace|license)s?$/,
  /^(type-?check|typescheck|types?|tsc|check-types|typings?|tsgo|vue-tsc|test[:_-](types?|type-?check|tsc|lint|format|style))(:.+)?$/,
  /^(knip|unused|depcheck|syncpack|sherif|manypkg|editorconfig|editorconfig-checker|ls-lint|spell|spelling|spell-?check|cspell|typos|check-spelling)(:check)?$/,
] as const
const buildNames = ['build'] as const
const testNames = ['test', 'tests', 'test:run', 'test:ci', 'ci:test', 'test:unit', 'unit', 'test:all'] as const

/** Scripts to look into, those that people use for everything last. */
export function candidateScripts(scripts: Readonly<Record<string, string>>): readonly string[] {
  const names = Object.keys(scripts)
  const usable = (name: string): boolean => !isPlaceholder(scripts[name] ?? '') && !isOutward(scripts[name] ?? '')
  const named = wanted.flatMap((pattern) => names.filter((name) => pattern.test(name) && !acting.test(name)))
  const tests = testNames.filter((name) => Object.hasOwn(scripts, name) && usable(name)).slice(0, 1)
  const builds = buildNames.filter((name) => Object.hasOwn(scripts, name))
  const everything = names.filter((name) => isAggregate(name) && name !== 'test:all')
  return [...new Set([...named, ...builds, ...tests, ...everything])]
}

/** Scripts that format when they are called, unless their name says that they only look. */
export const mayWrite = (name: string): boolean => /^(format|fmt|prettier|style|oxfmt|dprint)/.test(name) && !/check|verify|lint|test|ci|diff/.test(name)

/** `lint:check` beside an opaque `lint`: the other one need not only look. */
export const lookingTwin = (script: string, scripts: Readonly<Record<string, string>>): string | undefined =>
  /^(lint|format|fmt|style|prettier)$/.test(script)
    ? [`${script}:check`, `${script}-check`, `check:${script}`, `check-${script}`].find((name) => Object.hasOwn(scripts, name))
    : undefined

/** The script that mends what another one complains of. */
export function mendingScript(script: string, scripts: Readonly<Record<string, string>>): string | undefined {
  const base = script.replace(/[:_.-](check|ci)$/, '').replace(/^check[:_-]/, '')
  const twins = [
    `${script}:fix`,
    `${script}-fix`,
    `${script}_fix`,
    `fix:${script}`,
    `fix-${script}`,
    `${script}:write`,
    `${base}:fix`,
    `${base}:write`,
    `${base}-fix`,
    `fix:${base}`,
  ]
  const formatter = base !== script && /^(format|fmt|prettier|style)$/.test(base) ? [base] : []
  return [...twins, ...formatter].find((name) => name !== script && Object.hasOwn(scripts, name) && !isOutward(scripts[name] ?? ''))
}
