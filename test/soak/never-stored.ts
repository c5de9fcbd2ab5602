/** Only a complete pass is remembered: nothing that failed, was cut off, needed a second try or did not run (T40). */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newCancellation, type CancellationSource } from '../../src/model/cancellation.ts'
import { newRepo } from '../journeys/rig.ts'
import { checkedIn, outcomeOf } from './in-process.ts'
import type { SoakRow } from './soak-row.ts'

export const rows: readonly SoakRow[] = [{ id: 'T40', title: 'what is no complete pass is never remembered as one', run: neverStored }]

type Case = {
  readonly what: string
  /** Keys of its check. */
  readonly keys?: string
  /** What the tool does after it noted that it runs. */
  readonly does: string
  readonly ends: string
  /** In which of the runs below it takes part. */
  readonly run?: 'cancelled' | 'dry' | 'left out'
}

const failing: readonly Case[] = [1, 2, 3, 7, 64, 101, 125].map((code) => ({ what: `exit code ${code}`, does: `exit ${code}`, ends: 'failed' }))
const broken: readonly Case[] = [126, 127, 130, 137, 139, 143, 255].map((code) => ({
  what: `exit code ${code}`,
  keys: 'exits: { findings: [1] }',
  does: `exit ${code}`,
  ends: 'errored',
}))
const signals: readonly Case[] = ['TERM', 'KILL', 'SEGV', 'ABRT', 'INT'].map((signal) => ({
  what: `SIG${signal}`,
  does: `kill -${signal} $$`,
  ends: 'errored',
}))
const cases: readonly Case[] = [
  ...failing,
  ...broken,
  ...signals,
  { what: 'a time limit', keys: 'timeout: 400ms', does: 'exec sleep 30', ends: 'timed-out' },
  { what: 'a time limit, and exit code 0 when told to end', keys: 'timeout: 400ms', does: 'trap "exit 0" TERM; sleep 30 & wait', ends: 'timed-out' },
  { what: 'silence', keys: 'silence: 400ms', does: 'exec sleep 30', ends: 'timed-out' },
  { what: 'a cancelled run', does: 'exec sleep 30', ends: 'cancelled', run: 'cancelled' },
  { what: 'a cancelled run, and exit code 0 when told to end', does: 'trap "exit 0" TERM; sleep 30 & wait', ends: 'cancelled', run: 'cancelled' },
  {
    what: 'a pass at the second try',
    keys: 'retries: { times: 2, delay: 1ms, on: [failed, errored] }',
    does: 'if [ -e ../tried$1 ]; then rm ../tried$1; exit 0; fi; touch ../tried$1; exit 1',
    ends: 'passed',
  },
  {
    what: 'a pass at the second try, after a crash',
    keys: 'retries: { times: 2, delay: 1ms, on: [failed, errored] }',
    does: 'if [ -e ../tried$1 ]; then rm ../tried$1; exit 0; fi; touch ../tried$1; kill -KILL $$',
    ends: 'passed',
  },
  { what: 'a failed advisory check', keys: 'severity: advisory', does: 'exit 1', ends: 'failed' },
  { what: 'exit code 0 without the report that was promised', keys: 'parser: eslint-json', does: 'echo done', ends: 'errored' },
  {
    what: 'exit code 0 with errors in the report',
    keys: 'parser: eslint-json',
    does: `echo '[{"filePath":"a.js","messages":[{"ruleId":"x","severity":2,"message":"m","line":1,"column":1}]}]'`,
    ends: 'failed',
  },
  { what: 'output where none is allowed', keys: 'failsOnOutput: true', does: 'echo a.txt', ends: 'failed' },
  { what: 'inputs that are not known', keys: 'inputs: unknown', does: 'exit 0', ends: 'passed' },
  { what: 'a dry run', does: 'exit 0', ends: 'described', run: 'dry' },
  { what: 'a check that is left out', does: 'exit 0', ends: 'nothing', run: 'left out' },
  { what: 'a check that is blocked', keys: 'needs: [c0]', does: 'exit 1', ends: 'blocked' },
  { what: 'a file that is edited meanwhile', does: 'echo more >> content/$1.txt', ends: 'passed' },
]

const config = (tool: string): string =>
  `detect: false\ndiskFree: 1MB\nchecks:\n${cases.map(({ keys = '' }, at) => `  c${at}: { command: [${tool}, "${at}"]${/inputs/.test(keys) ? '' : `, inputs: [content/${at}.txt]`}${keys === '' ? '' : `, ${keys}`} }\n`).join('')}`

async function neverStored(size: 'ci' | 'full', report: (line: string) => void): ReturnType<SoakRow['run']> {
  await using repo = await newRepo({})
  const place = join(repo.root, '..')
  const tool = repo.script('judge', `echo "$1" >> "${place}/executions"; . "${place}/behaviour.$1"`)
  repo.write({ 'pawl.yaml': config(tool) })
  repo.commit('all')
  const wrong: string[] = []
  const times = size === 'full' ? 4 : 1
  for (let time = 0; time < times; time++) {
    repo.write(Object.fromEntries(cases.map((_, at) => [`content/${at}.txt`, `${time}\n`])))
    wrong.push(...(await allJudged(repo.root)))
    report(`${(time + 1) * cases.length} endings`)
  }
  return { cases: times * cases.length, broken: wrong.slice(0, 20) }
}

/** First each ends in its own bad way; then, on the same content, all of them quietly: every one must run for that. */
async function allJudged(root: string): Promise<readonly string[]> {
  const place = join(root, '..')
  const runsOf = (at: number): number =>
    existsSync(join(place, 'executions'))
      ? readFileSync(join(place, 'executions'), 'utf8')
          .split('\n')
          .filter((line) => line === String(at)).length
      : 0
  for (const [at, { does }] of cases.entries()) writeFileSync(join(place, `behaviour.${at}`), `${does}\n`)
  const named = (run?: Case['run']): string[] => cases.flatMap((one, at) => (one.run === run ? [`c${at}`] : []))
  const cancellation = newCancellation()
  const usual = await checkedIn(root, { request: { only: named(), jobs: 4 } })
  const before = cases.map((_, at) => runsOf(at))
  const cancelling = checkedIn(root, { request: { only: named('cancelled'), jobs: 4 }, cancellation })
  await cancelledOnceItRuns(cancellation, () => cases.every((one, at) => one.run !== 'cancelled' || runsOf(at) > (before[at] ?? 0)))
  const seen = {
    usual,
    cancelled: await cancelling,
    dry: await checkedIn(root, { request: { only: named('dry'), dryRun: true } }),
    'left out': await checkedIn(root, { request: { only: ['c0', ...named('left out')], skip: named('left out') } }),
  }
  const middle = cases.map((_, at) => runsOf(at))
  for (const [at, { keys = '' }] of cases.entries()) writeFileSync(join(place, `behaviour.${at}`), keys.includes('json') ? 'echo "[]"\n' : 'exit 0\n')
  const quiet = await checkedIn(root, { request: { jobs: 4 } })
  return cases.flatMap(({ what, ends, run }, at) => {
    const bad = outcomeOf(seen[run ?? 'usual'], `c${at}`)?.kind ?? 'nothing'
    const good = outcomeOf(quiet, `c${at}`)?.kind
    return [
      ...(bad === ends ? [] : [`${what}: it ended as '${bad}', not as '${ends}'`]),
      ...(runsOf(at) > (middle[at] ?? 0) && good === 'passed' ? [] : [`${what}: it was reused: '${good}'`]),
    ]
  })
}

/** Asks for the fact over and over. */
async function cancelledOnceItRuns(cancellation: CancellationSource, runs: () => boolean): Promise<void> {
  while (!runs()) await new Promise((resolve) => setImmediate(resolve))
  cancellation.request('the test asked for it')
}
