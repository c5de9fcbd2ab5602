import { expect, test } from 'bun:test'
import { agentKinds, type AgentKind } from '../../model/agent.ts'
import type { Lease } from '../../model/job.ts'
import type { JobAction } from '../../model/task.ts'
import { hasTools, noChangeWord, workBrief } from './job-brief.ts'

const prompt = { id: 'one', title: 'One', text: '# One\n', path: 'one.md' } as JobAction['prompt']
const action = (kind: AgentKind, isolation: JobAction['isolation']): JobAction => ({
  kind: 'job',
  prompt,
  agent: { name: kind, kind, argv: [kind], env: [], silenceMs: 1 },
  budget: {},
  mendTurns: 0,
  isolation,
  onto: 'main',
})
const lease = (isolation: Lease['isolation']): Lease => ({ branch: 'pawl/one-1-abcd', folder: '/lease', base: 'b', isolation })

test('a brief names tools only where there are some; else it says how to declare that nothing has to change', () => {
  for (const kind of agentKinds)
    for (const [isolation, leased] of [
      ['linked', undefined],
      ['clone', undefined],
      ['linked', lease('clone')],
      ['clone', lease('clone')],
      ['linked', lease('linked')],
    ] as const) {
      const has = hasTools(action(kind, isolation), leased)
      expect(has).toBe(kind !== 'command' && (leased?.isolation ?? isolation) === 'linked')
      const brief = workBrief({ prompt, checks: [], hasTools: has })
      expect([brief.includes('MCP'), brief.includes(noChangeWord)]).toEqual([has, !has])
    }
})
