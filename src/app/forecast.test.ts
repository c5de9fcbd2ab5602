/** From prompts to lanes: what two prompts both change is worked on one after the other. */
import { expect, test } from 'bun:test'
import type { Prompt } from '../model/prompt.ts'
import { forecastOf } from './forecast.ts'

const prompt = (id: string, text: string, more: Partial<Prompt> = {}): Prompt => ({
  id,
  title: id,
  text,
  dependsOn: [],
  priority: 0,
  place: { file: `${id}.md` },
  ...more,
})
const facts = { paths: ['src/login.tsx', 'src/menu.tsx', 'README.md'], sources: new Map<string, string>(), commits: [] }

test('two prompts about one component share a lane; one that leaves a file alone does not', () => {
  const prompts = [
    prompt('style', '## Target Files\n- src/login.tsx'),
    prompt('menu', 'Change `src/menu.tsx`. Do not touch `README.md` or `src/login.tsx`.'),
    prompt('docs', 'Rewrite README.md', { dependsOn: ['menu'] }),
    prompt('errors', 'Show errors in `src/login.tsx`', { priority: 1 }),
  ]
  const { touches, clashes, lanes } = forecastOf(prompts, facts)
  expect(lanes).toEqual([['errors', 'style'], ['menu'], ['docs']])
  expect([...touches.keys()]).toEqual(['style', 'menu', 'docs', 'errors'])
  expect(clashes[0]).toEqual({
    between: ['style', 'errors'],
    probability: 0.45,
    paths: [{ path: 'src/login.tsx', probability: 0.45, why: 'style: a target (line 2); errors: named in the text (line 1)' }],
  })
  expect(forecastOf(prompts, facts, 0.5).lanes).toHaveLength(4)
})
