/** Says which command lines a warm worker can do: those whose every word is known to mean the same when a process has done others before. */
import type { WarmTool } from '../model/warm.ts'
import type { CommandAction, Task } from '../model/task.ts'

type Form = {
  readonly bare: ReadonlySet<string>
  /** Followed by a value, or with one behind "=". */
  readonly valued: ReadonlySet<string>
  /** One of them has to be there. */
  readonly needed: readonly string[]
}

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

const forms: Readonly<Record<WarmTool, Form>> = {
  eslint: {
    bare: words(`--quiet --no-error-on-unmatched-pattern --no-warn-ignored --pass-on-no-patterns --exit-on-fatal-error --no-inline-config --no-ignore
      --report-unused-disable-directives --no-color`),
    valued: words('--format --max-warnings --ignore-pattern --ext --report-unused-disable-directives-severity'),
    needed: ['--format'],
  },
  prettier: {
    bare: words(
      '--list-different -l --check -c --ignore-unknown -u --no-error-on-unmatched-pattern --with-node-modules --no-editorconfig --single-quote --no-semi',
    ),
    valued: words('--log-level --ignore-path --print-width --tab-width --trailing-comma --end-of-line'),
    needed: ['--list-different', '-l', '--check', '-c'],
  },
}

/** `why`: the tool has workers, but not for this call. Undefined: it has none. `argv`: with the files. */
export function warmForm(
  task: Task & { readonly action: CommandAction },
  argv: readonly string[],
): { readonly tool: WarmTool } | { readonly why: string } | undefined {
  const tool = toolOf(argv[0] ?? '')
  if (tool === undefined || task.role === 'fix' || task.action.script !== undefined) return undefined
  if (task.perFile === undefined) return { why: 'it does not judge each file by itself (perFile), so nobody knows what its answers stand on' }
  if (tool === 'eslint' && task.perFile.told !== 'eslint') return { why: 'nothing tells what its rules remember of other files (perFile.told)' }
  const form = forms[tool]
  const seen = new Set<string>()
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] ?? ''
    if (!word.startsWith('-')) continue
    const [name = ''] = word.split('=', 1)
    seen.add(name)
    if (form.valued.has(name)) at += name === word ? 1 : 0
    else if (!form.bare.has(word)) return { why: `no worker knows what ${name} means to later calls` }
  }
  return form.needed.some((name) => seen.has(name)) ? { tool } : { why: `no worker does calls without ${form.needed[0] ?? ''}` }
}

function toolOf(program: string): WarmTool | undefined {
  const name = program.split(/[\\/]/).at(-1)
  return name === 'eslint' || name === 'prettier' ? name : undefined
}
