import { expect, test } from 'bun:test'
import type { JobAction } from '../../model/task.ts'
import { noChangeWord, workBrief } from './job-brief.ts'

const prompt = { id: 'one', title: 'One', text: '# One\n', path: 'one.md' } as JobAction['prompt']

test('a brief names tools only where there are some; else it says how to declare that nothing has to change', () => {
  for (const hasTools of [true, false]) {
    const brief = workBrief({ prompt, checks: [], hasTools })
    expect([brief.includes('MCP'), brief.includes(noChangeWord)]).toEqual([hasTools, !hasTools])
  }
})
