/** Every command of pawl: what it is for, its flags and examples; its code is loaded only when it is called. */
import type { Failure } from '../../model/failure.ts'
import type { Arguments } from './arguments.ts'
import { ageFlags, dryFlag, initFlags, limitFlag, planFlags, removeFlag, runFlags, type Flag } from './flags.ts'

export type CommandContext = { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>>; readonly args: Arguments }

/** An exit code, or failures that the caller shows. */
export type CommandEnd = { readonly code: number } | { readonly failures: readonly Failure[] }

export type Command = {
  readonly name: string
  readonly usage: string
  readonly summary: string
  readonly flags: readonly Flag[]
  /** Words after the command. */
  readonly words: { readonly least: number; readonly most: number; readonly choices?: readonly string[]; readonly called?: string }
  readonly examples: readonly (readonly [string, string])[]
  readonly load: () => Promise<(context: CommandContext) => Promise<CommandEnd>>
}

const none = { least: 0, most: 0 }

export const commands: readonly Command[] = [
  {
    name: 'run',
    usage: 'pawl [run] [flags] [-- FILE…]',
    summary: 'Set up and validate the repository, mend what is safe to mend',
    flags: runFlags,
    words: none,
    examples: [
      ['pawl', 'everything: environment, dependencies, quality, platform'],
      ['pawl --fast', 'before a commit: linters and formatters only'],
      ['pawl --only eslint --no-fix', 'one check and what it needs; change nothing'],
      ['pawl --since main', 'only what concerns files changed since main'],
      ['pawl --dry-run', 'what would run, and why; nothing is touched'],
      ['pawl --format sarif -o pawl.sarif', 'findings for other tools'],
    ],
    load: async () => (await import('./commands/run.ts')).run,
  },
  {
    name: 'plan',
    usage: 'pawl plan [flags]',
    summary: 'Show what would run and why',
    flags: planFlags,
    words: none,
    examples: [
      ['pawl plan', 'as text'],
      ['pawl plan --format mermaid', 'as a diagram for Markdown'],
    ],
    load: async () => (await import('./commands/plan.ts')).plan,
  },
  {
    name: 'why',
    usage: 'pawl why CHECK',
    summary: 'Why a check would run, be reused, or is left out',
    flags: planFlags.filter((flag) => flag.name !== 'format'),
    words: { least: 1, most: 1, called: 'the name of a check' },
    examples: [['pawl why eslint', 'which inputs changed since it was proven']],
    load: async () => (await import('./commands/why.ts')).why,
  },
  {
    name: 'init',
    usage: 'pawl init [flags]',
    summary: 'Write what is detected into a commented pawl.yaml',
    flags: initFlags,
    words: none,
    examples: [
      ['pawl init --dry-run', 'show the file'],
      ['pawl init --yes', 'write it'],
    ],
    load: async () => (await import('./commands/init.ts')).init,
  },
  {
    name: 'status',
    usage: 'pawl status',
    summary: 'What is proven for the files as they are now',
    flags: [],
    words: none,
    examples: [['pawl status', 'the last run and what is proven']],
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    name: 'history',
    usage: 'pawl history [flags]',
    summary: 'The last runs',
    flags: [limitFlag],
    words: none,
    examples: [['pawl history --limit 50', 'more of them']],
    load: async () => (await import('./commands/history.ts')).history,
  },
  {
    name: 'logs',
    usage: 'pawl logs [RUN] [CHECK]',
    summary: 'The log of a run, or the output of a check',
    flags: [],
    words: { least: 0, most: 2 },
    examples: [
      ['pawl logs', 'the log of the last run'],
      ['pawl logs eslint', 'what eslint printed last'],
      ['pawl logs 41 tsc', 'what tsc printed in run 41'],
    ],
    load: async () => (await import('./commands/logs.ts')).logs,
  },
  {
    name: 'cache',
    usage: 'pawl cache stats|clear [CHECK]|prune|verify',
    summary: 'Look at, clear, shrink or prove the stored results',
    flags: ageFlags,
    words: { least: 1, most: 2, choices: ['stats', 'clear', 'prune', 'verify'] },
    examples: [
      ['pawl cache stats', 'how much is stored'],
      ['pawl cache clear eslint', 'forget what is proven of one check'],
      ['pawl cache prune --older-than 30d', 'remove old results'],
      ['pawl cache verify', 'read everything against its digest'],
    ],
    load: async () => (await import('./commands/cache.ts')).cache,
  },
  {
    name: 'config',
    usage: 'pawl config',
    summary: 'Each setting, its value and where it came from',
    flags: runFlags,
    words: none,
    examples: [['pawl config', 'as a table']],
    load: async () => (await import('./commands/config.ts')).config,
  },
  {
    name: 'doctor',
    usage: 'pawl doctor',
    summary: 'Whether pawl itself can work here',
    flags: [],
    words: none,
    examples: [['pawl doctor', 'git, state, disk, tools']],
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    name: 'undo',
    usage: 'pawl undo [RUN]',
    summary: 'Take back what the fixes of a run changed',
    flags: [dryFlag, removeFlag],
    words: { least: 0, most: 1 },
    examples: [
      ['pawl undo', 'of the last run that mended something'],
      ['pawl undo 41 --dry-run', 'which files would go back'],
    ],
    load: async () => (await import('./commands/undo.ts')).undo,
  },
  {
    name: 'completion',
    usage: 'pawl completion bash|zsh|fish',
    summary: 'Print the completion script of a shell',
    flags: [],
    words: { least: 1, most: 1, choices: ['bash', 'zsh', 'fish'] },
    examples: [
      ['source <(pawl completion bash)', 'for this shell'],
      ['pawl completion fish > ~/.config/fish/completions/pawl.fish', 'for good'],
    ],
    load: async () => (await import('./commands/completion.ts')).completion,
  },
  {
    name: 'help',
    usage: 'pawl help [COMMAND]',
    summary: 'Show help',
    flags: [],
    words: { least: 0, most: 1 },
    examples: [],
    load: async () => (await import('./commands/help.ts')).help,
  },
]
