/** Pools, weights, mutexes and priorities, as the events of a real run tell them. */
import { expect } from 'bun:test'
import type { Event } from '../../src/model/event.ts'
import type { Call } from './held-tool.ts'
import { newRepo, once } from './rig.ts'

once('a mutex has one holder, a pool counts its own slots, a heavy check has its pool for itself, priority goes first', async () => {
  await using repo = await newRepo({ 'pawl.yaml': 'detect: false\n' })
  const tool = await repo.tool('held')
  const check = (name: string, more: string): string => `  ${name}: { command: ["${tool.path}", ${name}], ${more} }\n`
  repo.write({
    'pawl.yaml':
      'detect: false\npools: { database: 1 }\nchecks:\n' +
      check('heavy', 'weight: 3, priority: -1') +
      check('port1', 'mutex: port') +
      check('port2', 'mutex: port') +
      check('data1', 'pool: database') +
      check('data2', 'pool: database') +
      check('urgent', 'priority: 10'),
  })
  const run = repo.start(['--json', '--jobs', '3'])
  const calls = new Map<string, Call>()
  const arrived = async (count: number): Promise<string[]> => {
    for (let i = 0; i < count; i++) {
      const call = await tool.started()
      calls.set(call.args[0] ?? '', call)
    }
    return [...calls.keys()].sort()
  }
  expect(await arrived(3)).toEqual(['data1', 'port1', 'urgent'])
  const end = (name: string): void => {
    calls.get(name)?.exit(0)
    calls.delete(name)
  }
  end('data1')
  expect(await arrived(1)).toEqual(['data2', 'port1', 'urgent'])
  end('port1')
  expect(await arrived(1)).toEqual(['data2', 'port2', 'urgent'])
  end('urgent')
  end('port2')
  expect(await arrived(1)).toEqual(['data2', 'heavy'])
  end('heavy')
  end('data2')
  const ended = await run.ended
  expect(ended.code).toBe(0)
  const events = ended.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event)
  expect(events.flatMap((event) => (event.type === 'attempt.started' ? [event.task] : [])).toSorted()).toEqual(
    ['data1', 'data2', 'heavy', 'port1', 'port2', 'urgent'].map((name) => name as never),
  )
})
