/** Says which command lines an action needs: with the selected files in the place of "{files}", each short enough for the system. */
import { commandLine } from '../model/shell-words.ts'
import type { CommandAction } from '../model/task.ts'
import { isWindowsPath, pathFromFolder } from './paths-in-root.ts'

const placeholder = '{files}'
/** Linux allows more, but counts the environment too. */
const longestBytes = 100 * 1024
/** What is left of the 8,191 characters of cmd.exe, through which the .cmd files of npm are started. */
const longestOnWindows = 7000

/** One call as a rule. None when files were selected but none is left. */
export function commandCalls(action: CommandAction, files: readonly string[] | undefined, root: string): readonly (readonly string[])[] {
  if (!action.argv.includes(placeholder)) return [action.argv]
  if (files === undefined) return [withFiles(action.argv, action.whole)]
  const limit = isWindowsPath(root) ? longestOnWindows : longestBytes
  const names = files.map((file) => asArgument(pathFromFolder(file, action.cwd)))
  return batches(names, action.argv, limit).map((batch) => withFiles(action.argv, batch))
}

/** The command line, with the first of many words and the number of the others. */
export function shortened(argv: readonly string[], action: CommandAction, most: number, others = 0): string {
  const shown = argv.slice(0, Math.max(most, action.argv.length))
  const left = argv.length - shown.length + others
  return `${commandLine(shown, action.cwd, action.env)}${left > 0 ? ` … and ${left} more` : ''}`
}

const withFiles = (argv: readonly string[], files: readonly string[]): readonly string[] => argv.flatMap((word) => (word === placeholder ? files : [word]))

/** "-x" would be read as an option, "@x" as a file of arguments, "+x" and "!x" as what some tools make of them. */
const asArgument = (path: string): string => (/^[-@+!]/.test(path) ? `./${path}` : path)

function batches(names: readonly string[], argv: readonly string[], limit: number): readonly (readonly string[])[] {
  const places = argv.filter((word) => word === placeholder).length
  const fixed = argv.reduce((sum, word) => sum + (word === placeholder ? 0 : sizeOf(word)), 0)
  const all: string[][] = []
  let size = 0
  for (const name of names) {
    const more = sizeOf(name) * places
    const last = all.at(-1)
    if (last === undefined || size + more > limit) {
      all.push([name])
      size = fixed + more
    } else {
      last.push(name)
      size += more
    }
  }
  return all
}

const encoder = new TextEncoder()
/** With the NUL at its end and the pointer to it, as the kernel counts. */
const sizeOf = (word: string): number => encoder.encode(word).length + 9
