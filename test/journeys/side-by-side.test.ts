/** What runs beside what, judged by the intervals that real processes recorded, and what becomes of a check that takes too long. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Event } from '../../src/model/event.ts'
import { fact, signalled, wordsOf } from '../soak/watching.ts'
import type { Call } from './held-tool.ts'
import { newRepo, once, type Repo } from './rig.ts'

type Interval = { readonly name: string; readonly from: bigint; readonly to: bigint }

/** A script that notes the moments of its start and its end around what it does, in one line. */
const noted = (repo: Repo, name: string, does: string): string =>
  repo.script(name, `from=$(date +%s%N)\n(${does})\ncode=$?\necho "${name} $from $(date +%s%N)" >> '${join(repo.root, '../intervals')}'\nexit $code`)

function intervalsOf(repo: Repo): readonly Interval[] {
  const lines = repo.read('../intervals').trim().split('\n')
  return lines.map((line) => {
    const [name = '', from = '', to = ''] = line.split(' ')
    return { name, from: BigInt(from), to: BigInt(to) }
  })
}

const overlaps = (a: Interval, b: Interval): boolean => a.from < b.to && b.from < a.to

const work = (turns: number): string => `i=0; while [ $i -lt ${turns} ]; do i=$((i + 1)); done`

/** Two formatters that mend what two linters complain of, in two rounds: the second complaint only shows when the first is mended. */
async function mending(): Promise<{ readonly repo: Repo; readonly config: (more: string) => string }> {
  const repo = await newRepo({ 'a.txt': '\tone \n', 'b.txt': '\ttwo \n' })
  const lint = (name: string, pattern: string): string => noted(repo, name, `${work(3000)}; ! grep -n '${pattern}' *.txt`)
  const format = (name: string, edit: string): string => noted(repo, name, `${work(3000)}; sed -i '${edit}' *.txt`)
  const tab = '\t'
  const checks = [
    `  tabs: { command: [${lint('tabs', tab)}], fix: { command: [${format('mend-tabs', `s/${tab}/  /g`)}] } }`,
    `  spaces: { command: [${lint('spaces', ' $')}], fix: { command: [${format('mend-spaces', 's/ $//')}] } }`,
    `  double: { command: [${lint('double', '^  ')}], needs: [tabs], fix: { command: [${format('mend-double', 's/^  //')}] } }`,
    ...['one', 'two', 'three'].map((name) => `  ${name}: { command: [${noted(repo, name, work(3000))}], inputs: unknown }`),
  ]
  return {
    repo,
    config: (more) => `detect: false\npools: { wide: 8 }\nchecks:\n${checks.map((line) => line.replace(/ }$/, ', pool: wide }')).join('\n')}\n${more}`,
  }
}

/** Attempts that were live together with a fix, as the events tell it. */
function besideFixes(stdout: string): readonly string[] {
  const events = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event)
  const live = new Set<string>()
  return events.flatMap((event) => {
    if (event.type === 'attempt.finished') live.delete(event.task)
    if (event.type !== 'attempt.started') return []
    const wrong = [...live].filter((other) => other.endsWith(':fix') || event.task.endsWith(':fix')).map((other) => `${event.task} beside ${other}`)
    live.add(event.task)
    return wrong
  })
}

const isWriter = ({ name }: Interval): boolean => name.startsWith('mend-')

once('over rounds of mending no two formatters overlap, and no linter runs beside one', async () => {
  const { repo, config } = await mending()
  await using _ = repo
  const reader = await repo.tool('reader')
  const slow = noted(repo, 'slow-reader', `[ -e ../seen ] && exit 0; touch ../seen; "${reader.path}"; ${work(60_000)}`)
  repo.write({ 'pawl.yaml': config(`  reader: { command: ["${slow}"], pool: wide, priority: 10, inputs: unknown }\n`) })
  const run = repo.start(['--json'])
  // The reader is still at work when both complaints are there, and no formatter may have begun before it ends.
  const call = await reader.started()
  for (const name of ['tabs', 'spaces']) await run.shows(`"attempt.finished","attempt":"${name}@1.1"`)
  expect(repo.read('a.txt')).toBe('\tone \n')
  call.exit(0)
  const ended = await run.ended
  const intervals = intervalsOf(repo)
  const writers = intervals.filter(isWriter)
  expect([ended.code, repo.read('a.txt'), repo.read('b.txt')]).toEqual([0, 'one\n', 'two\n'])
  expect(writers.map(({ name }) => name).toSorted()).toEqual(['mend-double', 'mend-spaces', 'mend-tabs'])
  expect(intervals.filter(({ name }) => name === 'tabs').length).toBeGreaterThan(1)
  const broken = writers.flatMap((writer) =>
    intervals.filter((other) => other !== writer && overlaps(writer, other)).map(({ name }) => `${writer.name} beside ${name}`),
  )
  expect(broken).toEqual([])
  expect(besideFixes(ended.stdout)).toEqual([])
})

once('N checks really run at the same time: all of them are at work before the first one ends; with fewer slots never more', async () => {
  for (const slots of [6, 3]) {
    await using repo = await newRepo({ 'pawl.yaml': 'detect: false\n' })
    const tool = await repo.tool('held')
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    // A pool of its own, because the one of the machine gives way when the machine is busy.
    repo.write({
      'pawl.yaml': `detect: false\npools: { wide: ${slots} }\nchecks:\n${names.map((name) => `  ${name}: { command: ["${tool.path}", ${name}], pool: wide }\n`).join('')}`,
    })
    const run = repo.start(['--json'])
    const live: Call[] = []
    let most = 0
    for (let started = 0; started < names.length; started++) {
      if (live.length === slots) {
        expect(tool.calls()).toBe(started)
        const first = live.shift()
        first?.exit(0)
        await first?.gone
      }
      live.push(await tool.started())
      most = Math.max(most, live.length)
    }
    for (const call of live) call.exit(0)
    expect([(await run.ended).code, most]).toEqual([0, slots])
  }
})

test('a check that takes too long is ended with all its processes, what it printed is kept, and it counts as timed out', async () => {
  await using repo = await newRepo({})
  const pids = join(repo.root, '../pids')
  const child = (how: string): string =>
    `${how} sh -c 'trap "" TERM; echo $$ >> "${pids}"; echo child of ${how === '' ? 'the group' : how}; while :; do sleep 0.2; done' &`
  const tool = repo.script('tool', `trap '' TERM\necho $$ >> "${pids}"\necho first words\necho last words >&2\n${child('')}\n${child('setsid')}\nwait`)
  repo.write({
    'pawl.yaml': `detect: false\nchecks:\n  slow: { command: [${tool}], timeout: 2s }\n  behind: { command: ["true", behind], needs: [slow], inputs: unknown }\n  other: { command: "true" }\n`,
  })
  const run = await repo.pawl()
  expect(run.code).toBe(2)
  expect(run.shown).toContain('⧗ slow  timed out after')
  expect(run.shown).toContain('3 checks: 1 passed, 1 timed out, 1 blocked')
  const started = repo.read('../pids').trim().split('\n')
  expect(started.length).toBe(3)
  const left = (): string[] => started.filter((pid) => wordsOf(pid).length > 1)
  const isOver = await fact(() => left().length === 0, 10_000)
  for (const pid of left()) signalled(Number(pid), 'SIGKILL')
  expect(isOver).toBe(true)
  const log = (await repo.pawl('logs', 'slow')).stdout
  for (const words of ['first words', 'last words', 'child of the group']) expect(log).toContain(words)
  // What timed out is no pass: it runs again.
  repo.script('tool', 'exit 0')
  expect((await repo.pawl()).shown).toContain('3 checks: 1 reused, 2 passed')
})
