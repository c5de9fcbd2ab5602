/** The view for GitHub Actions, read as the runner reads it. */
import { expect, test } from 'bun:test'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Outcome } from '../../model/outcome.ts'
import { githubReporter, type GithubWorld } from './github.ts'
import { githubAnnotations, githubText } from './github-commands.ts'
import { githubSummary } from './github-summary.ts'
import { expectGolden, fakeScreen, found, passed, samplePlan, story, wholeStory } from './sample.test.ts'

/** The commands that the runner would carry out, in order: V2 at the start of a line, V1 anywhere, none in the bracket. */
function commandsIn(text: string): string[] {
  let closing: string | undefined
  return text.split('\n').flatMap((line) => {
    if (closing !== undefined) {
      if (line.trim() === closing) closing = undefined
      return []
    }
    const stop = /^::stop-commands::(.+)$/.exec(line.trim())
    if (stop !== null) closing = `::${stop[1]}::`
    else if (/^\s*::/.test(line) || /##\[/.test(line)) return [line]
    return []
  })
}

function shown(world: Partial<GithubWorld>, outcome: Outcome, output: string): string {
  const screen = fakeScreen()
  const reporter = githubReporter(screen, { token: 'f00', ...world })
  story(samplePlan({ a: {} }))
    .tell(reporter)
    .begins()
    .runs('a', outcome, (attempt) => reporter.output?.(attempt, new TextEncoder().encode(output)))
    .ends()
  return screen.text
}

test('a run with one of every ending looks like the golden text', () => {
  const screen = fakeScreen()
  wholeStory(githubReporter(screen, { token: 'f00' }))
  expectGolden('github.txt', screen.text)
})

test('output of tools is never taken for a command', () => {
  const hostile = '::set-env name=PATH::evil\n  ::error::x\n##[add-mask]a\n::f00\n::stop-commands::mine\n\r::warning::y\n'
  const loud: Outcome = { kind: 'failed', durationMs: 1, summary: '::error::from the summary', findings: [] }
  for (const outcome of [loud, found('::error::in a finding', '##[error]in another'), passed()]) {
    const commands = commandsIn(shown({ detail: 'verbose' }, outcome, hostile))
    expect(commands.filter((line) => !/^::(error|group|endgroup)\b/.test(line))).toEqual([])
    expect(commands.filter((line) => /set-env|add-mask|mine/.test(line))).toEqual([])
  }
})

test('findings of a failure stand in the open, its long output in a group, and no group is empty', () => {
  const text = shown({}, found('x is unused'), 'raw line\n')
  const [open = '', group = ''] = text.split('::group::')
  expect(open).toContain('src/a.ts:1:5  no-unused  x is unused')
  expect(group).toStartWith('all output of a\n::stop-commands::f00\n│ raw line\n::f00::\n::endgroup::\n')
  expect(shown({}, found('x is unused'), '')).not.toContain('::group::')
  expect(shown({}, passed(), 'chatter\n')).not.toContain('chatter')
  expect(shown({ detail: 'verbose' }, passed(), 'chatter\n')).toContain('::group::all output of a\n')
})

test('raw output and whatever looks like a command stand between the brackets', () => {
  expect(shown({}, { kind: 'failed', durationMs: 1, summary: 'exit code 2', findings: [] }, 'raw\n')).toMatch(
    /::stop-commands::f00\n✗ a  exit code 2  1 ms\n  │ raw\n  by hand: a \.\n::f00::\n/,
  )
  expect(shown({}, found('std::vec is odd'), '')).toMatch(/::stop-commands::f00\n✗ a[^]*std::vec is odd[^]*\n::f00::\n\n?failed/)
})

test('annotations escape what separates their parts', () => {
  const told = story(samplePlan({ 'a:b': {} })).begins()
  told
    .runs('a:b', {
      kind: 'failed',
      durationMs: 1,
      summary: '',
      findings: [{ severity: 'error', file: 'x,y:z%.ts', line: 2, column: 3, rule: 'r', message: 'one: 100%\r\ntwo\x1b[2J' }],
    })
    .ends()
  expect(githubAnnotations(told.plan, told.run, told.facts, 'packages/shop/')).toEqual([
    '::error file=packages/shop/x%2Cy%3Az%25.ts,line=2,col=3,title=a%3Ab%3A r::one: 100%25%0Atwo\\e[2J',
  ])
})

test('errors are not crowded out: at most ten of each level, errors first', () => {
  const told = story(samplePlan({ warns: {}, breaks: {} })).begins()
  told.runs('warns', { kind: 'passed', durationMs: 1, findings: Array.from({ length: 15 }, () => ({ severity: 'warning' as const, message: 'w' })) })
  const lines = githubText(told.plan, told.runs('breaks', found(...Array.from({ length: 12 }, () => 'e'))).ends().run, told.facts)
    .trim()
    .split('\n')
  expect(lines.map((line) => line.split(' ')[0])).toEqual([...Array<string>(10).fill('::error'), ...Array<string>(10).fill('::warning')])
})

test('the job summary is appended when the reporter closes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pawl-summary-'))
  const path = join(folder, 'summary.md')
  try {
    const reporter = githubReporter(fakeScreen(), { token: 'f00', summaryPath: path })
    wholeStory(reporter)
    await reporter.close?.()
    await reporter.close?.()
    expectGolden('github-summary.md', await readFile(path, 'utf8'))
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('the job summary shows text of tools as text', () => {
  const told = story(samplePlan({ a: {} }))
    .begins()
    .runs('a', found('<img src=x> | `b` [l](http://x) @somebody\n\n# Title **bold**'))
    .ends()
  const row =
    githubSummary(told.plan, told.run, told.facts)
      .split('\n')
      .find((line) => line.includes('somebody')) ?? ''
  expect(row).not.toMatch(/[<>`@*#](?!\d+;)|\]\(/)
  expect(row.split('|').length).toBe(6)
})
