/** What a stand-in for the server of a model answers, whatever dialect it is asked in. */

export type Call = { readonly tool: string; readonly input: Readonly<Record<string, unknown>> }

/** One answer to one request that offers tools. */
export type Step =
  | { readonly say: string }
  | { readonly calls: readonly Call[] }
  /** Writes a file, by the tool that the program has for it, or by its shell. */
  | { readonly write: { readonly path: string; readonly content: string } }
  /** Runs a command of sh by the program's shell; one that has none is told of a tool that is not there. */
  | { readonly run: string }
  /** An error of HTTP; `times` answers in a row are the same. `retryAfter` in seconds. */
  | { readonly status: number; readonly type: string; readonly times?: number; readonly retryAfter?: number }
  /** The connection stays open and nothing is said. */
  | { readonly hang: true }

/** What one answer says: words, then calls. */
export type Answer = { readonly text?: string; readonly calls: readonly Call[] }

/** Of each answer, in tokens; as OpenAI and Google count, the input holds what came from a cache. */
export const usage = { input: 1100, cached: 100, output: 20 } as const

type WayOfWriting = readonly [tool: string, input: (path: string, content: string) => Call['input']]
type WayOfRunning = readonly [tool: string, input: (command: string) => Call['input']]

const waysOfWriting: readonly WayOfWriting[] = [
  ['Write', (path, content) => ({ file_path: path, content })],
  ['write_file', (path, content) => ({ file_path: path, content })],
  ['write', (path, content) => ({ filePath: path, content })],
  ['create', (path, content) => ({ path, file_text: content })],
]
const waysOfRunning: readonly WayOfRunning[] = [
  ['Bash', (command) => ({ command, description: 'a command' })],
  ['run_shell_command', (command) => ({ command, description: 'a command', is_background: false })],
  ['bash', (command) => ({ command, description: 'a command' })],
  ['exec_command', (cmd) => ({ cmd })],
  ['shell_command', (command) => ({ command })],
]

/** `offered`: names of the tools of the request. */
export function answerTo(step: Exclude<Step, { readonly status: number } | { readonly hang: true }>, offered: readonly string[]): Answer {
  if ('say' in step) return { text: step.say, calls: [] }
  if ('calls' in step) return { calls: step.calls }
  if ('run' in step) return { calls: [running(step.run, offered)] }
  const { path, content } = step.write
  const way = waysOfWriting.find(([tool]) => offered.includes(tool))
  const call = way === undefined ? running(`printf '%s' ${quoted(content)} > ${quoted(path)}`, offered) : { tool: way[0], input: way[1](path, content) }
  return { calls: [call] }
}

function running(command: string, offered: readonly string[]): Call {
  const [tool, input] = waysOfRunning.find(([name]) => offered.includes(name)) ?? (['Bash', (words: string) => ({ command: words })] satisfies WayOfRunning)
  return { tool, input: input(command) }
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
