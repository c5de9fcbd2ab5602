/**
 * Runs inside of the user's ESLint (9 and later) in the place of its formatter "json": prints the same results, and whether each answer depended on
 * nothing but the file itself and the configuration. Whatever it does not know is a no.
 */
import { readFileSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'

/** Plugins whose rules look at one file at a time, as long as no type program is asked for. */
const lonePlugins = new Set(
  `@angular-eslint @eslint-community/eslint-comments @stylistic @typescript-eslint cypress eslint-comments jest jest-dom jsdoc jsx-a11y lit no-only-tests
  perfectionist playwright promise react react-hooks react-refresh regexp security simple-import-sort solid sonarjs testing-library unicorn unused-imports vitest vue wc`.split(
    /\s+/,
  ),
)
const loneParsers = /^(?:espree|typescript-eslint\/parser|@typescript-eslint\/parser|vue-eslint-parser)(?:@|$)/
/** Options of the command line that bring in what the files of configuration do not tell. */
const unknownOptions = /^(?:-c|--config|--no-config-lookup|--rule|--rulesdir|--plugin|--parser|--parser-options|--flag)(?:=|$)/

/** What is said of all answers: whether each stands for itself, and what the process may remember of other files ("": nothing, "types", or a reason). */
export default async function format(results, { cwd = process.cwd() } = {}) {
  let trouble
  const { each, remembers } = await judged(results, cwd).catch((error) => {
    trouble = error instanceof Error ? error.message : String(error)
    return { each: false, remembers: trouble }
  })
  const short = results.map(({ filePath, messages }) => ({ filePath, messages }))
  return JSON.stringify({ results: short, eachAlone: each, remembers, ...(trouble === undefined ? {} : { trouble }) })
}

const unknown = (remembers) => ({ each: false, remembers })

async function judged(results, cwd) {
  const option = process.argv.find((word) => unknownOptions.test(word))
  if (option !== undefined) return unknown(`the option ${option} brings in what is not known`)
  const { ESLint } = createRequire(join(dirname(realpathSync(process.argv[1])), 'eslint.js'))('eslint')
  const eslint = new ESLint({ cwd })
  if (typeof eslint.findConfigFile !== 'function') return unknown('this version of ESLint does not tell its configuration')
  const folders = new Map(results.map(({ filePath }) => [dirname(filePath), filePath]))
  const configs = new Set(await Promise.all([...folders.values()].map((file) => eslint.findConfigFile(file))))
  const contained = [...configs].every((config) => config !== undefined && isSelfContained(config))
  const known = new Map()
  let asks = false
  for (const { filePath } of results) {
    const config = await eslint.calculateConfigForFile(filePath)
    // An ignored file has none.
    if (config === undefined) continue
    const remembers = known.get(config) ?? memoryOf(config)
    known.set(config, remembers)
    if (remembers !== '' && remembers !== 'types') return unknown(remembers)
    const own = asksForRules(filePath)
    const other = own ? Object.keys(config.plugins ?? {}).find((name) => name !== '@' && !lonePlugins.has(name)) : undefined
    if (other !== undefined) return unknown(`${filePath} may switch on rules of the plugin ${other}, which may remember other files`)
    asks ||= own
  }
  const types = [...known.values()].includes('types')
  return { each: contained && !types && !asks, remembers: types ? 'types' : '' }
}

/** What rules and parser may remember of other files. */
function memoryOf({ languageOptions = {}, rules = {}, language }) {
  if (language !== undefined && language !== '@/js' && typeof language === 'string') return `the language ${language} may remember other files`
  const { parser, parserOptions = {} } = languageOptions
  const other = Object.keys(rules).find((name) => !isOff(rules[name]) && !isLoneRule(name))
  if (other !== undefined) return `the rule ${other} may remember other files`
  if (!isLoneParser(parser, parserOptions)) return 'the parser may remember other files'
  // The parser cannot forget what it was handed.
  if (parserOptions.programs || parserOptions.program) return 'the parser is handed a type program that is made once'
  return isTyped(parserOptions) ? 'types' : ''
}

function isLoneParser(parser, options) {
  const inner = options.parser
  const all = [
    parser,
    ...(typeof inner === 'object' && inner !== null && inner.meta === undefined && inner.name === undefined ? Object.values(inner) : [inner]),
  ]
  return all.every((one) => one === undefined || loneParsers.test(nameOf(one)))
}

const isTyped = (options) => ['project', 'projectService', 'EXPERIMENTAL_useProjectService'].some((key) => options[key])
const nameOf = (parser) => (typeof parser === 'string' ? parser : String(parser?.meta?.name ?? parser?.name ?? ''))
const isOff = (setting) => [0, 'off'].includes(Array.isArray(setting) ? setting[0] : setting)
const isLoneRule = (name) => !name.includes('/') || lonePlugins.has(name.slice(0, name.lastIndexOf('/')))

/** A comment may switch a rule on that the configuration does not. */
const asksForRules = (file) => /\/\*\s*eslint\s+[\w@]/.test(readFileSync(file, 'utf8'))

/** A configuration that imports nothing of this repository: what it stands on is installed, and counts by the lockfile. */
function isSelfContained(config) {
  const text = readFileSync(config, 'utf8')
  const names = [...text.matchAll(/(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*(['"`])([^'"`\n]*)\1/g)].map((match) => match[2])
  const computed = /\b(?:require|import)\s*\(\s*[^'"\s]/.test(text) || /\breadFile|\breaddir|\bglob(?!al)/i.test(text)
  const require = createRequire(config)
  return !computed && basename(config) !== 'package.json' && names.every((name) => name.startsWith('node:') || isInstalled(name, require))
}

function isInstalled(name, require) {
  if (name.startsWith('.') || name.startsWith('/') || name.startsWith('#')) return false
  const paths = require.resolve.paths(name) ?? []
  const [scope, rest] = name.split('/')
  const folder = name.startsWith('@') ? `${scope}/${rest}` : scope
  for (const path of paths) {
    const real = realPathOf(join(path, folder))
    // A package of the workspace is linked, and its files are the repository's own.
    if (real !== undefined) return /[\\/]node_modules[\\/]/.test(real)
  }
  return false
}

function realPathOf(path) {
  try {
    return realpathSync(path)
  } catch (error) {
    if (error?.code === 'ENOENT' || error?.code === 'ENOTDIR') return undefined
    throw error
  }
}
