/** A real terminal for journeys: pawl runs in a pane of tmux, and the test sees the screen and presses the keys. */
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { environment, pawlCommand, type Repo } from './rig.ts'

export type Terminal = {
  /** What a person sees now, without blank lines at the end. */
  screen(): Promise<string>
  /** The same with its colours. */
  styled(): Promise<string>
  /** The same with the lines that have scrolled away. */
  everything(): Promise<string>
  /** Resolves with the screen when it holds the text. */
  shows(text: string): Promise<string>
  /** Keys as tmux names them: "y", "Enter", "C-c". */
  press(...keys: string[]): void
  resize(columns: number, rows: number): void
  cursorIsVisible(): boolean
  /** Whether the terminal echoes keys and reads whole lines, as a shell expects it. */
  isCooked(): boolean
  /** The process of pawl. */
  readonly pid: number
  /** The exit code of pawl, when it has ended. */
  ended(): Promise<number>
  [Symbol.asyncDispose](): Promise<void>
}

/** Why journeys with a terminal cannot run here. */
export const noTerminal: string | undefined = spawnSync('tmux', ['-V']).status === 0 ? undefined : 'tmux is not installed'

type Wish = { readonly columns?: number; readonly rows?: number; readonly env?: Readonly<Record<string, string>> }

const configuration = 'set -g status off\nset -g default-terminal "screen-256color"\nset -g history-limit 5000\nset -s escape-time 0\n'

/** A shell that outlives pawl, as the one of a person does: it says which process pawl is and how it ended, and keeps the screen. */
const shell = `trap : INT
sh -c 'trap - INT; echo $$ > "$0/pid.new"; mv "$0/pid.new" "$0/pid"; exec "$@"' "$@"
echo $? > "$1/code.new"; mv "$1/code.new" "$1/code"
exec sleep 1000`

export async function openTerminal(repo: Repo, args: readonly string[], { columns = 80, rows = 24, env = {} }: Wish = {}): Promise<Terminal> {
  const base = dirname(repo.root)
  const folder = mkdtempSync(join(base, 'tmux-'))
  writeFileSync(join(folder, 'configuration'), configuration)
  const { TERM: _term, ...plain } = environment(base)
  // tmux itself needs a terminal type that exists; the pane gets the one of the configuration, or the one that was given.
  const options = { encoding: 'utf8', env: { ...plain, TERM: 'screen' } } as const
  const server = ['-S', join(folder, 'socket'), '-f', join(folder, 'configuration')]
  const tmux = (...words: string[]): string => execFileSync('tmux', [...server, ...words], options)
  const ask = (...words: string[]): Promise<string> =>
    new Promise((resolve, reject) => execFile('tmux', [...server, ...words], options, (error, text) => (error === null ? resolve(text) : reject(error))))
  const given = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  tmux(
    'new-session',
    '-d',
    '-x',
    String(columns),
    '-y',
    String(rows),
    '-c',
    repo.root,
    '--',
    '/usr/bin/env',
    ...given,
    'sh',
    '-c',
    shell,
    'sh',
    folder,
    ...pawlCommand(args),
  )
  const said = (name: string): number | undefined => (existsSync(join(folder, name)) ? Number(readFileSync(join(folder, name), 'utf8')) : undefined)
  const screen = async (): Promise<string> => (await ask('capture-pane', '-p')).trimEnd()
  const ended = async (): Promise<number> => {
    for (;;) {
      const code = said('code')
      if (code !== undefined) return code
      await ask('list-panes')
    }
  }
  const pid = await (async () => {
    for (;;) {
      const found = said('pid')
      if (found !== undefined) return found
      await ask('list-panes')
    }
  })()
  return {
    screen,
    pid,
    ended,
    styled: () => ask('capture-pane', '-p', '-e'),
    everything: async () => (await ask('capture-pane', '-p', '-S', '-', '-J')).trimEnd(),
    shows: async (text) => {
      for (;;) {
        // Asked before the screen is read: what it shows after the end is final.
        const code = said('code')
        const now = await screen()
        if (now.includes(text)) return now
        if (code !== undefined) throw new Error(`pawl ended with ${code} without showing '${text}':\n${now}`)
      }
    },
    press: (...keys) => void tmux('send-keys', ...keys),
    resize: (newColumns, newRows) => void tmux('resize-window', '-x', String(newColumns), '-y', String(newRows)),
    isCooked: () => {
      const said = execFileSync('stty', ['-a', '-F', tmux('display-message', '-p', '#{pane_tty}').trim()], { encoding: 'utf8' })
      return / icanon/.test(said) && / echo /.test(said)
    },
    cursorIsVisible: () => tmux('display-message', '-p', '#{cursor_flag}').trim() === '1',
    [Symbol.asyncDispose]: async () => {
      spawnSync('tmux', [...server, 'kill-server'], options)
    },
  }
}
