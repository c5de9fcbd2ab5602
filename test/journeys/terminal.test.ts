/** What a person sees on a real terminal: a calm view while it runs, questions, Ctrl-C, and a terminal that works afterwards. */
import { expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import type { Call } from './held-tool.ts'
import { newRepo, type Repo } from './rig.ts'
import { noTerminal, openTerminal, type Terminal } from './tmux.ts'

if (noTerminal !== undefined) console.log(`terminal: left out, ${noTerminal}`)
const onTerminal = test.if(noTerminal === undefined)
/** The same on every runtime, as far as pawl itself goes. */
const onTerminalOnce = test.if(noTerminal === undefined && process.env['PAWL_RUNTIME'] === 'executable')

/** A quick check, one that the test holds, and one that waits for the only slot. */
async function held(options: { readonly ignoresTerm?: boolean } = {}): Promise<Repo & { started(): Promise<Call> }> {
  const repo = await newRepo({})
  const tool = await repo.tool('build')
  const program = options.ignoresTerm === true ? repo.script('stubborn', `trap '' TERM\n${tool.path} & wait; while :; do sleep 1; done`) : tool.path
  const echo = (name: string): string => `command: [/bin/echo, ${name}]`
  repo.write({
    'pawl.yaml': `detect: false\njobs: 1\nchecks:\n  quick: { ${echo('q')} }\n  build: { command: [${program}], needs: [quick] }\n  later: { ${echo('l')}, needs: [quick] }\n  last: { ${echo('z')}, needs: [build] }\n`,
  })
  repo.commit('config')
  return Object.assign(repo, { started: () => tool.started() })
}

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))

/** The code that pawl ended with, when the terminal is as it was and nothing is left alive. */
async function cleanEnd(terminal: Terminal, call: Call): Promise<number> {
  const code = await terminal.ended()
  await call.gone
  expect({ cursor: terminal.cursorIsVisible(), alive: isAlive(call.pid), block: (await terminal.screen()).includes('▸') }).toEqual({
    cursor: true,
    alive: false,
    block: false,
  })
  return code
}

onTerminal(
  'while a check runs, the screen shows what runs, its last words, and what comes next; then the summary takes that place',
  async () => {
    await using repo = await held()
    await using terminal = await openTerminal(repo, [], { columns: 80, rows: 24 })
    const call = await repo.started()
    call.prints('first line').prints(`compiling ${'x'.repeat(200)}`)
    const wide = (await terminal.shows('compiling')).split('\n')
    expect(wide.slice(0, 2)).toEqual(['config pawl.yaml', expect.stringMatching(/^✓ quick {2}\d+ ms$/)])
    expect(wide[2]).toMatch(/^▸ build {2}\d s$/)
    expect(wide[3]).toMatch(/^ {2}compiling x+…$/)
    expect(wide[4]).toBe('  1/4  2 waiting, next: later')
    expect(terminal.cursorIsVisible()).toBe(false)

    terminal.resize(40, 10)
    call.prints('narrow now')
    const narrow = await terminal.shows('narrow now')
    expect(narrow.split('\n').filter((line) => line.includes('▸'))).toHaveLength(1)
    call.exit(0)
    await terminal.shows('passed')
    expect(await cleanEnd(terminal, call)).toBe(0)
    const lines = (await terminal.everything())
      .replace(/\d+(\.\d+)? m?s/g, '<time>')
      .replace(/\d+(\.\d+)? MiB/, '<size>')
      .split('\n')
    expect(lines).toEqual([
      'config pawl.yaml',
      '✓ quick  <time>',
      '✓ build  <time>',
      '✓ later  <time>',
      '✓ last  <time>',
      '',
      'passed  4 checks: 4 passed; <time>',
      'slowest: build <time>; most memory: build <size>',
    ])
  },
  60_000,
)

onTerminal(
  'Ctrl-C, SIGTERM and SIGHUP end the run with their own exit code, no process and a whole terminal',
  async () => {
    const ways: readonly (readonly [code: number, text: string, act: (terminal: Terminal) => void])[] = [
      [130, 'Ctrl-C again ends it at once', (terminal) => terminal.press('C-c')],
      [143, 'cancelling (SIGTERM)', (terminal) => void process.kill(terminal.pid, 'SIGTERM')],
      [129, 'cancelling (SIGHUP)', (terminal) => void process.kill(terminal.pid, 'SIGHUP')],
    ]
    for (const [code, text, act] of ways) {
      await using repo = await held()
      await using terminal = await openTerminal(repo, [])
      const call = await repo.started()
      await terminal.shows('▸ build')
      act(terminal)
      expect(await cleanEnd(terminal, call)).toBe(code)
      const screen = await terminal.screen()
      expect(screen).toContain(text)
      expect(screen).toContain('cancelled  4 checks: 1 passed, 3 cancelled')
      expect(screen).toContain('next: pawl  goes on: what passed is reused')
    }
  },
  60_000,
)

onTerminalOnce(
  'a tool that ignores SIGTERM dies at the second Ctrl-C',
  async () => {
    await using repo = await held({ ignoresTerm: true })
    await using terminal = await openTerminal(repo, [])
    const call = await repo.started()
    await terminal.shows('▸ build')
    terminal.press('C-c')
    await terminal.shows('1/4  cancelling')
    expect(isAlive(call.pid)).toBe(true)
    const before = performance.now()
    terminal.press('C-c')
    expect(await cleanEnd(terminal, call)).toBe(130)
    // Without the second one it takes the 5 seconds that a tool is given to end by itself.
    expect(performance.now() - before).toBeLessThan(3000)
  },
  60_000,
)

onTerminalOnce(
  'NO_COLOR shows no colour, and a dumb terminal is never redrawn',
  async () => {
    await using repo = await held()
    await using plain = await openTerminal(repo, [], { env: { NO_COLOR: '1' } })
    const call = await repo.started()
    await plain.shows('▸ build')
    expect(await plain.styled()).not.toContain('\x1b[3')
    call.exit(0)
    expect(await cleanEnd(plain, call)).toBe(0)

    await using dumb = await openTerminal(repo, ['--force'], { env: { TERM: 'dumb' } })
    const again = await repo.started()
    await dumb.shows('✓ quick')
    expect(dumb.cursorIsVisible()).toBe(true)
    again.exit(0)
    expect(await cleanEnd(dumb, again)).toBe(0)
  },
  60_000,
)

test('a reader that goes away is no trouble: the run ends with its verdict', async () => {
  await using repo = await held()
  const run = repo.start([])
  const call = await repo.started()
  await run.shows('✓ quick')
  run.process.stdout?.destroy()
  call.exit(3)
  const { code, stderr } = await run.ended
  expect([code, stderr]).toEqual([1, ''])
  expect((await repo.pawl('status')).shown).toContain('Last run: 1, failed')
})

onTerminal(
  '--interactive asks before a fix, with the command and what it may change; only a yes runs it',
  async () => {
    const answers: readonly (readonly [keys: readonly string[], code: number, text: string])[] = [
      [['y', 'Enter'], 0, '~ lint:fix  mended 1 file: a.txt'],
      [['n', 'Enter'], 1, '- lint:fix  refused: you said no'],
      [['C-d'], 1, '- lint:fix  refused: you said no'],
      [['C-c'], 130, 'cancelled  1 check: 1 failed'],
    ]
    await using repo = await newRepo({})
    const format = repo.script('format', 'echo good > a.txt')
    for (const [keys, code, text] of answers) {
      repo.write({
        'a.txt': 'bad\n',
        'pawl.yaml': `detect: false\nchecks:\n  lint: { command: [/bin/grep, -q, good, a.txt], inputs: [a.txt], fix: { command: [${format}] } }\n`,
      })
      await using terminal = await openTerminal(repo, ['--interactive', '--force'])
      const question = await terminal.shows('[y/N]')
      expect(question).toContain(`lint:fix would run: ${format}\nIt changes files of the repository; pawl undo takes it back. Run it? [y/N]`)
      expect(repo.read('a.txt')).toBe('bad\n')
      terminal.press(...keys)
      expect({ keys, code: await terminal.ended() }).toEqual({ keys, code })
      expect(await terminal.everything()).toContain(`\n${text}`)
      expect(repo.read('a.txt')).toBe(code === 0 ? 'good\n' : 'bad\n')
    }
  },
  60_000,
)

onTerminalOnce(
  'pawl fix shows the edit of an agent and asks; only a yes applies it',
  async () => {
    for (const [key, code, text] of [
      ['y', 0, 'good\n'],
      ['n', 1, 'bad\n'],
    ] as const) {
      await using repo = await newRepo({ 'a.txt': 'bad\n' })
      const agent = repo.script('agent', 'echo good > a.txt')
      repo.write({
        'pawl.yaml': `detect: false\nchecks:\n  lint: { command: [/bin/grep, -q, good, a.txt], inputs: [a.txt] }\nagents: { mine: { command: [${agent}] } }\naiFix: { agent: mine }\n`,
      })
      repo.commit('config')
      await using terminal = await openTerminal(repo, ['fix'])
      const question = await terminal.shows('[y/N]')
      expect(question).toContain('-bad\n+good')
      expect(question).toContain('mine changed 1 file: 1 → 0 findings. Apply it? [y/N]')
      expect(repo.read('a.txt')).toBe('bad\n')
      terminal.press(key, 'Enter')
      expect([await terminal.ended(), repo.read('a.txt')]).toEqual([code, text])
      expect((await repo.pawl('logs', 'ai-fix')).stdout).toContain('+good')
    }
  },
  60_000,
)
