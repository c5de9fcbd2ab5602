/** T18, T19, T22: commands that print without end, crash, or run into a limit are judged rightly, within bounded memory and time. */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { newRepo } from '../journeys/rig.ts'
import { eachCase, skippedRow, together, type SoakRow } from './soak-row.ts'
import { fact, outcomesIn, peakMiB } from './watching.ts'

const mostMiB = 256
const mostLogBytes = 64 * 1024 * 1024 + 1024

export const rows: readonly SoakRow[] = [
  {
    id: 'T18',
    title: 'output without end is cut in the log, kept out of the memory, and the verdict is right',
    async run(size, report) {
      if (process.platform !== 'linux') return skippedRow('memory is measured on Linux only')
      const [stream, line] = size === 'ci' ? ['200M', '50M'] : ['10G', '500M']
      const texts = [`yes | head -c ${stream}`, `head -c ${line} /dev/zero | tr '\\0' x`, 'head -c 20M /dev/urandom', 'head -c 1M /dev/zero; printf end']
      return eachCase(texts.length, 1, (index) => printed(texts[index] ?? '', report))
    },
  },
  {
    id: 'T19',
    title: 'a killed or crashed program is told from one that found something, and only it is tried again',
    async run(size) {
      const ends: readonly (readonly [string, RegExp])[] = [
        ['kill -9 $$', /killed by signal 9, probably out of memory/],
        ['kill -SEGV $$', /killed by signal 11 \(SIGSEGV\)/],
        ['sh -c "kill -9 \\$\\$"; exit $?', /killed by signal 9, probably out of memory/],
      ]
      const crashes = await eachCase(size === 'ci' ? 3 : 48, 3, (index) => labelled(...(ends[index % ends.length] ?? ['', /$^/])))
      return together(crashes, await eachCase(2, 2, () => notTriedAgain()))
    },
  },
  {
    id: 'T22',
    title: 'limits of time and of silence are told apart, and time in which pawl was stopped ends nothing',
    async run(size) {
      const cases = [() => limited('timeout: 1s', false), () => limited('timeout: 60s, silence: 1s', true), stopped]
      return eachCase(size === 'ci' ? 3 : 20, 3, (index) => (cases[index % cases.length] ?? stopped)())
    },
  },
]

async function repoWith(task: string, more = '') {
  const repo = await newRepo({})
  repo.write({ 'pawl.yaml': `detect: false\ndiskFree: 1\nchecks:\n  task: { command: [${repo.script('task', task)}]${more === '' ? '' : `, ${more}`} }\n` })
  return repo
}

async function printed(text: string, report: (line: string) => void): Promise<readonly string[]> {
  await using repo = await repoWith(`${text}\nexit 0`, 'timeout: 30m')
  const run = repo.start(['--json'])
  let peak = 0
  const { pid } = run.process
  await fact(() => ((peak = Math.max(peak, peakMiB(pid ?? 0) ?? 0)), run.process.exitCode !== null), 1_800_000)
  const { stdout } = await run.ended
  report(`${text}: ${peak.toFixed(0)} MiB at most`)
  const logs = join(repo.root, '.pawl/logs')
  const largest = Math.max(0, ...readdirSync(logs, { recursive: true, encoding: 'utf8' }).map((name) => statSync(join(logs, name)).size))
  const kind = outcomesIn(stdout).get('task')?.kind
  return [
    ...(kind === 'passed' ? [] : [`${text}: ${kind ?? 'no outcome'}`]),
    ...(peak <= mostMiB ? [] : [`${text}: ${peak.toFixed(0)} MiB`]),
    ...(largest <= mostLogBytes ? [] : [`${text}: a log of ${largest} bytes`]),
  ]
}

async function labelled(text: string, wanted: RegExp): Promise<readonly string[]> {
  await using repo = await repoWith(`echo >> '../tried'\n${text}`, 'retries: { times: 1, delay: 10ms }')
  const outcome = outcomesIn((await repo.start(['--json']).ended).stdout).get('task')
  const said = outcome?.kind === 'errored' ? outcome.failure.what : (outcome?.kind ?? 'nothing')
  const tries = repo.read('../tried').length
  return [...(wanted.test(said) ? [] : [`${text}: ${said}`]), ...(tries === 2 ? [] : [`${text}: tried ${tries} times`])]
}

async function notTriedAgain(): Promise<readonly string[]> {
  await using repo = await repoWith(`echo >> '../tried'\nexit 1`, 'retries: { times: 1, delay: 10ms }')
  await repo.start(['--json']).ended
  const tries = repo.read('../tried').length
  return tries === 1 ? [] : [`what found something was tried ${tries} times`]
}

async function limited(limit: string, silent: boolean): Promise<readonly string[]> {
  await using repo = await repoWith('echo begun; sleep 30', limit)
  const outcome = outcomesIn((await repo.start(['--json']).ended).stdout).get('task')
  const right = outcome?.kind === 'timed-out' && (outcome.silent === true) === silent && outcome.limitMs === 1000
  return right ? [] : [`${limit}: ${JSON.stringify(outcome)}`]
}

/** Pawl stands still for longer than both limits; the command has only printed meanwhile what nobody could read. */
async function stopped(): Promise<readonly string[]> {
  await using repo = await repoWith(': > ../begun\nfor i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo $i; sleep 0.5; done', 'timeout: 5500ms, silence: 4s')
  const run = repo.start(['--json'])
  await fact(() => repo.exists('../begun'))
  run.process.kill('SIGSTOP')
  const at = performance.now()
  await fact(() => performance.now() - at > 5000)
  run.process.kill('SIGCONT')
  const outcome = outcomesIn((await run.ended).stdout).get('task')
  return outcome?.kind === 'passed' ? [] : [`stopped: ${JSON.stringify(outcome)}`]
}
