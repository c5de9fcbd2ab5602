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

export default async function format(results, { cwd = process.cwd() } = {}) {
  let trouble
  const each = await eachAlone(results, cwd).catch((error) => {
    trouble = error instanceof Error ? error.message : String(error)
    return false
  })
  const short = results.map(({ filePath, messages }) => ({ filePath, messages }))
  return JSON.stringify({ results: short, eachAlone: each, ...(trouble === undefined ? {} : { trouble }) })
}

async function eachAlone(results, cwd) {
  if (process.argv.some((word) => unknownOptions.test(word))) return false
  const { ESLint } = createRequire(join(dirname(realpathSync(process.argv[1])), 'eslint.js'))('eslint')
  const eslint = new ESLint({ cwd })
  if (typeof eslint.findConfigFile !== 'function') return false
  const folders = new Map(results.map(({ filePath }) => [dirname(filePath), filePath]))
  const configs = new Set(await Promise.all([...folders.values()].map((file) => eslint.findConfigFile(file))))
  if ([...configs].some((config) => config === undefined || !isSelfContained(config))) return false
  const judged = new Map()
  for (const { filePath } of results) {
    const config = await eslint.calculateConfigForFile(filePath)
    // An ignored file has none.
    if (config === undefined) continue
    const known = judged.get(config) ?? isLone(config)
    judged.set(config, known)
    if (!known || asksForRules(filePath)) return false
  }
  return true
}

function isLone({ languageOptions = {}, rules = {}, language }) {
  if (language !== undefined && language !== '@/js' && typeof language === 'string') return false
  const { parser, parserOptions = {} } = languageOptions
  return isLoneParser(parser, parserOptions) && Object.entries(rules).every(([name, setting]) => isOff(setting) || isLoneRule(name))
}

function isLoneParser(parser, options) {
  const inner = options.parser
  const all = [
    parser,
    ...(typeof inner === 'object' && inner !== null && inner.meta === undefined && inner.name === undefined ? Object.values(inner) : [inner]),
  ]
  const typed = ['project', 'projectService', 'EXPERIMENTAL_useProjectService', 'programs', 'program'].some((key) => options[key])
  return !typed && all.every((one) => one === undefined || loneParsers.test(nameOf(one)))
}

const nameOf = (parser) => (typeof parser === 'string' ? parser : String(parser?.meta?.name ?? parser?.name ?? ''))
const isOff = (setting) => [0, 'off'].includes(Array.isArray(setting) ? setting[0] : setting)
const isLoneRule = (name) => !name.includes('/') || lonePlugins.has(name.slice(0, name.lastIndexOf('/')))

/** A comment may switch a rule on that the configuration does not. */
const asksForRules = (file) => /\/\*\s*eslint\s+[\w@]/.test(readFileSync(file, 'utf8'))

/** A configuration that imports nothing of this repository: what it stands on is installed, and counts by the lockfile. */
function isSelfContained(config) {
  const text = readFileSync(config, 'utf8')
  const names = [...text.matchAll(/(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*(['"`])([^'"`\n]*)\1/g)].map((match) => match[2])
  const computed = /\b(?:require|import)\s*\(\s*[^'"\s]/.test(text) || /\breadFile|\breaddir|\bglob/i.test(text)
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
