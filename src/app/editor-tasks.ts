/** The tasks that pawl has in VS Code, and the patterns by which the editor finds problems in what they print. */
import type { Json } from '../model/json.ts'

export type EditorTask = { readonly label: string; readonly [key: string]: Json }

export const editorLabels: readonly string[] = ['pawl', 'pawl: watch', 'pawl: fix off']

/** `start`: the words that start pawl in the folder of the workspace. `isDefault`: no other task is what "Run Build Task" runs. */
export function editorTasks(start: readonly string[], isDefault: boolean): readonly EditorTask[] {
  const task = (label: string, args: readonly string[], more: Readonly<Record<string, Json>>): EditorTask => ({
    label,
    type: 'shell',
    ...plainly([...start, ...args]),
    group: 'build',
    ...more,
  })
  return [
    task('pawl', [], { ...(isDefault && { group: { kind: 'build', isDefault } }), problemMatcher: [inLines, inFiles] }),
    task('pawl: watch', ['watch'], { isBackground: true, problemMatcher: [{ ...inLines, background: turns }, inFiles] }),
    task('pawl: fix off', ['--no-fix'], { problemMatcher: [inLines, inFiles] }),
  ]
}

/**
 * The terminal of a task gives each row to the matchers once, so what is drawn over a row is lost to them; a dumb terminal gets plain lines.
 * VS Code sets TERM by itself after `options.env`, but not on Windows, which has no `env`.
 */
function plainly([command = '', ...args]: readonly string[]): Readonly<Record<string, Json>> {
  return { command: 'env', args: ['TERM=dumb', command, ...args], windows: { command, args, options: { env: { TERM: 'dumb' } } } }
}

/** What stands where a finding would and is none: marks of other lines, and the words that pawl says about a check. */
const notFound = '(?!by hand: |to mend: |[│✓✗!⧗~·-] )'
const message = '(?:(\\S+)  )?(\\S.*?)(?: \\((warning|info)\\))?$'

const matcher = {
  owner: 'pawl',
  source: 'pawl',
  severity: 'error',
  fileLocation: ['relative', '${workspaceFolder}'],
} as const

/** "  src/a.ts:3:5  rule  message (warning)", and "pawl: pawl.yaml:3:5  message". */
const inLines = {
  ...matcher,
  pattern: {
    regexp: `^(?:  |pawl: )${notFound}(\\S.*?):(\\d+)(?::(\\d+))?  ${message}`,
    file: 1,
    line: 2,
    column: 3,
    code: 4,
    message: 5,
    severity: 6,
  },
}

/** "  src/a.ts  format  not formatted": without a line, only what looks like a file is taken for one. */
const inFiles = {
  ...matcher,
  pattern: { kind: 'file', regexp: `^  ${notFound}((?:\\S+/)?[^\\s:/]+\\.\\w+)  ${message}`, file: 1, code: 2, message: 3, severity: 4 },
}

/** A run of `pawl watch` begins with what made it due, but for the first, and ends when pawl waits again. */
const turns = {
  activeOnStart: true,
  beginsPattern: '^(?![✓✗!⧗~·-] |pawl: )(?:\\S.* changed|starting anew|asked to run (?:again|all again|with fixes)|other files are selected now)$',
  endsPattern: '^watching(?: \\d|;|$)',
}
