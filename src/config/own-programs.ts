/** Finds the programs of a check that lie in the repository itself: whoever changes them changes what is checked. */
import type { CommandAction } from '../model/task.ts'

const passedOver = /^(?:exec|env|time|command|npx|bunx|uvx?|poetry|pdm|hatch|pipenv|p?npm|yarn|dlx|run|--|[A-Za-z_]\w*=.*)$/
const interpreter = /(?:^|\/)(?:node|bun|deno|tsx|ts-node|python[\d.]*|pypy3?|sh|bash|dash|zsh|ksh|ruby|perl|php|lua|pwsh|source|\.)$/
/** What follows is loaded before anything else. */
const loads = /^(?:-r|--require|--import|--loader|--experimental-loader|--preload|--test-reporter)$/

/** Globs relative to the root: of each call in a command its own program, the script that an interpreter is given, and the module after `-m`. */
export function ownPrograms({ argv, cwd, script }: CommandAction): readonly string[] {
  const shellText = argv.findIndex((word) => /^-\w*c$/.test(word)) + 1
  const texts = [shellText > 0 ? argv[shellText] : undefined, script === undefined ? undefined : argv.at(-1), script?.before, script?.after]
  const calls = [...(shellText > 0 || script !== undefined ? [] : [argv]), ...texts.flatMap((text) => (text ?? '').split(/[;&|()\n]+/)).map(wordsOf)]
  const globs = calls.flatMap(programsOf).flatMap((path) => inRoot(cwd, path))
  return [...new Set(globs)]
}

const wordsOf = (call: string): readonly string[] => (call.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll(/^["']|["']$/g, ''))

function programsOf(words: readonly string[]): readonly string[] {
  const start = words.findIndex((word) => !passedOver.test(word))
  const program = words[start]
  if (program === undefined) return []
  if (!interpreter.test(program)) return program.includes('/') ? [program] : []
  const rest = words.slice(start + 1)
  const loaded = rest.flatMap((word, i) => (loads.test(word) ? [rest[i + 1] ?? ''] : (/^--(?:import|require|loader|preload)=(.+)/.exec(word)?.[1] ?? [])))
  const module = rest.indexOf('-m')
  const ofModule = module < 0 ? undefined : rest[module + 1]?.replaceAll('.', '/')
  if (ofModule !== undefined) return [...loaded, `${ofModule}.py`, `${ofModule}/**`]
  const file = rest.find((word, i) => !word.startsWith('-') && word !== 'run' && !loads.test(rest[i - 1] ?? ''))
  return file === undefined ? loaded : [...loaded, ...scriptsNamed(file)]
}

/** Interpreters find it by its name without the ending, too. */
const scriptsNamed = (word: string): readonly string[] => [word, ...(/\.\w+$/.test(word) ? [] : [`${word}.*`, `${word}/index.*`])]

/** None for what lies elsewhere, or is no plain path. */
function inRoot(cwd: string, path: string): readonly string[] {
  if (path === '' || path.startsWith('/') || /[\s$`~"'\\:!{}[\]]/.test(path)) return []
  const parts: string[] = []
  for (const part of `${cwd}/${path}`.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return []
  }
  return parts.length === 0 || parts[0] === 'node_modules' ? [] : [parts.join('/')]
}
