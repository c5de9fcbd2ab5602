/** The plan of a set of prompts, as people and programs read it. */
import { expect, test } from 'bun:test'
import type { Forecast, Prompt } from '../../model/prompt.ts'
import { promptsPlanJson, promptsPlanText } from './prompts-plan.ts'

const prompt = (id: string, more: Partial<Prompt> = {}): Prompt => ({
  id,
  title: `About ${id}`,
  text: 'secret text',
  dependsOn: [],
  priority: 0,
  place: { file: `${id}.md` },
  ...more,
})

const prompts = [
  prompt('style', { files: ['src/login.tsx'], budget: { timeMs: 600_000, usd: 2 }, timeoutMs: 900_000 }),
  prompt('docs', { dependsOn: ['errors'], agent: 'claude', model: 'm', checks: ['lint', 'test'] }),
  prompt('errors', { priority: 1, dependsOn: ['nobody'] }),
]
const forecast: Forecast = {
  touches: new Map([
    ['style', [{ path: 'src/login.tsx', probability: 1, why: 'declared' }]],
    ['errors', ['a', 'b', 'c', 'd', 'e'].map((path) => ({ path, probability: 0.001, why: 'w' }))],
    ['docs', [{ path: 'package.json', probability: 0.999, why: 'declared by *', hot: 'a manifest' }]],
  ]),
  clashes: [
    { between: ['style', 'errors'], probability: 0.45, paths: [{ path: 'src/login.tsx', probability: 0.45, why: 'style: declared; errors: named' }] },
    { between: ['style', 'docs'], probability: 0.2, paths: [] },
    { between: ['errors', 'docs'], probability: 0.1, paths: [] },
  ],
  lanes: [['errors', 'style'], ['docs']],
}

test('order, lanes, conflicts and limits', () => {
  expect(promptsPlanText(prompts, forecast, { atOnce: 4, timeoutMs: 3_600_000, budget: { turns: 1, tokens: 5 }, threshold: 0.25 }).join('\n'))
    .toBe(`3 prompts in 2 lanes, 2 at a time

lane 1, one after the other
  errors  About errors
          after nobody (lane ?) · priority 1
            1 %  a: w
            1 %  b: w
            1 %  c: w
          and 2 other files
  style   About style
          15 m 00 s a turn · 10 m 00 s in all · $2
          100 %  src/login.tsx: declared

lane 2
  docs    About docs
          after errors (lane 1) · agent claude · model m · checks lint, test
           99 %  package.json: declared by * · a manifest, which many change

Probable conflicts
   45 %  style and errors: one after the other
         45 %  src/login.tsx: style: declared; errors: named
   20 %  style and docs: side by side
   10 %  errors and docs: one after the other

Limits: at most 4 lanes at a time · 1 h 00 m a turn · 1 turn · 5 tokens · one lane from 25 % on`)
  expect(promptsPlanText([], { touches: new Map(), clashes: [], lanes: [] }, { atOnce: 1, threshold: 0.5 })).toEqual([
    '0 prompts in 0 lanes, 0 at a time',
    '',
    'No conflict is to be expected.',
    '',
    'Limits: at most 1 lane at a time · one lane from 50 % on',
  ])
})

test('texts of prompts can do nothing on a terminal', () => {
  const evil = '\x1b[2J\n::error::x\u202e'
  const odd = {
    ...forecast,
    touches: new Map([['a', [{ path: evil, probability: 0.5, why: evil, hot: evil }]]]),
    clashes: [{ between: [evil, 'a'] as const, probability: 1, paths: [{ path: evil, probability: 1, why: evil }] }],
    lanes: [['a']],
  }
  const limits = { atOnce: 1, threshold: 0.25 }
  const lines = promptsPlanText([prompt('a', { title: evil.repeat(50), agent: evil, model: evil, checks: [evil], dependsOn: [evil] })], odd, limits)
  for (const line of lines) expect(line).toMatch(/^[\x20-\x7e·…]*$/)
  expect(promptsPlanJson([prompt('a', { title: evil })], odd, limits)).toMatch(/^[\x20-\x7e\n]*$/)
})

test('the same for programs, without the texts', () => {
  const json = promptsPlanJson(prompts, forecast, { atOnce: 2, threshold: 0.25 })
  expect(json).not.toContain('secret text')
  expect(JSON.parse(json)).toMatchObject({
    v: 1,
    prompts: [
      { id: 'style', lane: 1, touches: [{ path: 'src/login.tsx', probability: 1 }] },
      { id: 'docs', lane: 2, dependsOn: ['errors'] },
      { id: 'errors', lane: 1 },
    ],
    lanes: [['errors', 'style'], ['docs']],
    clashes: [{ between: ['style', 'errors'], probability: 0.45 }, { between: ['style', 'docs'] }, { between: ['errors', 'docs'] }],
    limits: { atOnce: 2, threshold: 0.25 },
  })
})
