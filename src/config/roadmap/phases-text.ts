/** What `phases.yaml` says in keys of its own, as text and as files for those who work on it. */
import { isEndlessGlob } from '../../model/endless-glob.ts'
import type { Json } from '../../model/json.ts'
import { valueAt } from '../keys.ts'
import { lineYaml } from '../yaml-text.ts'
import { isOutside, oneLine } from './yaml-source.ts'

type Mapping = Readonly<Record<string, unknown>>

/** A list with a line for each key, as Markdown; nothing is lost that somebody wrote. */
export function restText(rest: Mapping): string {
  return Object.entries(rest)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => `- ${key}: ${shown(value)}`)
    .join('\n')
}

const shown = (value: unknown): string => (typeof value === 'string' ? oneLine(value) : lineYaml(value as Json))

/** What the checkpoint after a phase looks at. */
export function checkpointText(file: Mapping, phaseKey: string): string {
  const checkpoint = valueAt(file, ['checkpoints', `after_${phaseKey}`])
  const validations = valueAt(checkpoint, ['validations'])
  if (!Array.isArray(validations) || validations.length === 0) return ''
  const lines = validations.map((one: unknown) => {
    const { description, ...rest } = typeof one === 'object' && one !== null && !Array.isArray(one) ? (one as Mapping) : { description: String(one) }
    const facts = Object.entries(rest).map(([key, value]) => `${key} ${shown(value)}`)
    return `- ${[...(typeof description === 'string' ? [description] : []), ...(facts.length === 0 ? [] : [`(${facts.join(', ')})`])].join(' ')}`
  })
  return ['What must hold after it:', '', ...lines].join('\n')
}

/** The files that a task will change, as globs. A test that is to be written changes its own file, and reads its target. */
export function filesOf(task: { readonly type?: string | undefined; readonly target?: string | undefined; readonly test_file?: string | undefined }): {
  readonly globs: readonly string[]
  readonly outside?: string
} {
  const { type, target, test_file } = task
  const named = type === 'test_generation' && test_file !== undefined ? [test_file] : [target, test_file]
  const paths = named.flatMap((path) => (path === undefined || path.trim() === '' ? [] : [path.trim()]))
  const outside = paths.find((path) => isOutside(path) || isEndlessGlob(path))
  const globs = paths.filter((path) => path !== outside).map((path) => path.replace(/^\.\//, '').replace(/\/$/, '/**'))
  return { globs: [...new Set(globs)], ...(outside === undefined ? {} : { outside }) }
}
