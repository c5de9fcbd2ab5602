/** A repository whose checks leave marks outside of it, so that what really ran is known without asking pawl. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { environment, newRepo, pawlCommand, type Repo } from '../journeys/rig.ts'
import { runProgram, type ProgramEnd, type ProgramOptions } from './program.ts'

export type FaultRepo = Repo & {
  readonly base: string
  readonly state: string
  /** Runs the command line; `through` stands before it: strace, unshare … */
  runs(args: readonly string[], options?: Partial<ProgramOptions> & { readonly through?: readonly string[] }): Promise<ProgramEnd>
  /** The names of the checks that ran to their end, in order, from their own marks. */
  ran(): readonly string[]
  /** A program that leaves its mark as the last thing that it does. */
  marking(name: string, text?: string): string
}

export async function faultRepo(files: Readonly<Record<string, string>>): Promise<FaultRepo> {
  const repo = await newRepo(files)
  const base = dirname(repo.root)
  const marks = join(base, 'ran')
  return {
    ...repo,
    base,
    state: join(repo.root, '.pawl'),
    runs: (args, { through = [], env, ...more } = {}) =>
      runProgram([...through, ...pawlCommand(args)], { cwd: repo.root, ...more, env: { ...environment(base), ...env } }),
    ran: () => (existsSync(marks) ? readFileSync(marks, 'utf8').trim().split('\n') : []),
    marking: (name, text = '') => repo.script(name, `${text}\necho ${name} >> '${marks}'`),
  }
}

/** Two checks that pass, one with outputs, and one that a fix mends: every way in which pawl saves something. `long`: what a fourth one does. */
export async function busyRepo(long?: string, lockWait = '30s'): Promise<FaultRepo> {
  const repo = await faultRepo({ 'a.txt': '0\n', 'b.txt': 'good\n', '.gitignore': 'out/\n' })
  const one = repo.marking('one', 'echo looked at one')
  const two = repo.marking('two', 'mkdir -p out; cp a.txt out/a.txt; echo looked at two')
  const mended = repo.marking('mended', 'grep -q good b.txt || exit 1')
  const fix = repo.script('fix', 'echo good > b.txt')
  repo.write({
    'pawl.yaml': [
      'detect: false',
      'diskFree: 1',
      `lockWait: ${lockWait}`,
      'checks:',
      `  one: { command: [${one}], inputs: [a.txt] }`,
      `  two: { command: [${two}], inputs: [a.txt], outputs: ['out/**'] }`,
      `  mended: { command: [${mended}], inputs: [b.txt], fix: { command: [${fix}] } }`,
      ...(long === undefined ? [] : [`  long: { command: [${repo.marking('long', long)}], inputs: [a.txt] }`]),
      '',
    ].join('\n'),
  })
  repo.commit('checks')
  return repo
}
