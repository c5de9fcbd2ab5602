/** Makes a check of one command of a git hook: unless it is planned, writes files, or cannot be understood. */
import type { Files } from '../../model/files.ts'
import { ages } from '../presets/ages.ts'
import type { Gathering } from '../presets/gathering.ts'
import { linesOf, makeTargets } from '../presets/makefile.ts'
import { writes } from '../presets/purposes.ts'
import type { CheckConfig } from '../check-shape.ts'
import { plannedFor } from './known-command.ts'

export type HookCommand = {
  /** Of the check, such as "lefthook:lint". */
  readonly id: string
  /** "lefthook.yml:12". */
  readonly source: string
  readonly file: string
  readonly text: string
  /** The tool was given these arguments apart from files already; the text is for messages. */
  readonly argv?: readonly string[]
  /** File names are put behind the arguments. */
  readonly passesFiles: boolean
  /** Which files; undefined: all. */
  readonly globs?: readonly string[]
  /** Patterns on paths, as JavaScript understands them. */
  readonly match?: string
  readonly except?: string
  readonly fixes?: boolean
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

export async function importCommand(command: HookCommand, files: Files, gathering: Gathering): Promise<void> {
  if (/^(?:npx |bunx |yarn |pnpm (?:exec )?)?(?:\S*\/)?pawl(?:\s|$)/.test(command.text)) return gathering.found(command.id, `${command.source}: is pawl itself`)
  const planned = await plannedFor(command.text.replaceAll(/\{[a-z_]+\}/g, ' '), files, gathering)
  if (planned !== undefined)
    return gathering.found(command.id, `${command.source}: ${planned.length === 0 ? 'nothing to check' : `already checked by ${planned.join(', ')}`}`)
  if (command.fixes === true || writes(command.text) || (await makes(command.text, files)).some(writes))
    return gathering.remark(`${command.source}: '${short(command.text)}' writes files, so it is no check`, command.file)
  const argv = command.argv ?? wordsOf(command.text)
  const common: CheckConfig = {
    inputs: ['**/*'],
    ttl: ages.opaque,
    reason: command.source,
    ...(command.globs === undefined ? {} : { files: [...command.globs] }),
    ...(command.env === undefined ? {} : { env: { ...command.env } }),
  }
  if (!command.passesFiles) {
    gathering.found(command.id, command.source)
    return gathering.check(command.id, {
      ...common,
      command: argv === undefined ? command.text : [...argv],
      parser: 'gnu',
      ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    })
  }
  if (argv === undefined)
    return gathering.remark(`${command.source}: '${short(command.text)}' puts file names into a shell, so it is not imported`, command.file)
  if (command.cwd !== undefined || command.env !== undefined)
    return gathering.remark(`${command.source}: '${short(command.text)}' gets files in a folder or environment of its own, so it is not imported`, command.file)
  gathering.found(command.id, command.source)
  gathering.check(command.id, {
    ...common,
    builtin: 'over-files',
    tools: [argv[0] ?? ''],
    with: {
      argv: [...argv],
      files: [...(command.globs ?? ['**/*'])],
      ...(command.match === undefined ? {} : { match: command.match }),
      ...(command.except === undefined ? {} : { except: command.except }),
    },
  })
}

/** What `make lint` runs; nothing for another command. */
async function makes(text: string, files: Files): Promise<readonly string[]> {
  const target = /^make\s+([\w.-]+)$/.exec(text.trim())?.[1]
  return target === undefined ? [] : linesOf(await makeTargets(files), target)
}

export const short = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}...` : text).replaceAll(/\s+/g, ' ')

/** As part of the name of a check. */
export const slug = (text: string): string =>
  text
    .replaceAll(/[^\w.-]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^[-.]+|[-.]+$/g, '')

/** Words of a command as a shell splits them; undefined when only a shell understands it. */
export function wordsOf(text: string): readonly string[] | undefined {
  if (/[|&;<>()$`\\\n*?[\]~#]/.test(text.trim()) || /^\s*[A-Za-z_]\w*=/.test(text)) return undefined
  const words = [...text.matchAll(/(?:"([^"]*)"|'([^']*)'|([^\s"']+))+/g)].map((match) => match[0].replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'))
  return words.length === 0 || /["']/.test(text.replaceAll(/"[^"]*"|'[^']*'/g, '')) ? undefined : words
}
