import { expect, test } from 'bun:test'
import { assert, integer, property } from 'fast-check'
import { leasedRange, portBlocks, portsOf, portVariables } from './port-lease.ts'

test('blocks lie in the range, meet neither each other nor the ports that the system gives out', () => {
  assert(
    property(integer({ min: 1, max: 50 }), integer({ min: 15_000, max: 40_000 }), integer({ min: 0, max: 10_000 }), (count, first, more) => {
      const ephemeral = { first, last: first + more }
      const ports = portBlocks(count, ephemeral).flatMap(portsOf)
      expect(new Set(ports).size).toBe(ports.length)
      expect(ports.filter((port) => port < leasedRange.first || port > leasedRange.last)).toEqual([])
      expect(ports.filter((port) => port >= ephemeral.first && port <= ephemeral.last)).toEqual([])
    }),
  )
})

test('with the usual ports of Linux there are 700 blocks; where the system gives out all, there is none', () => {
  expect(portBlocks(10, { first: 32_768, last: 60_999 })).toHaveLength(700)
  expect(portBlocks(10, { first: 1024, last: 65_535 })).toEqual([])
})

test('a program is told the first port by its usual name, and all of them', () => {
  expect(portVariables({ first: 20_000, count: 3 })).toEqual({ PORT: '20000', PAWL_PORT: '20000', PAWL_PORTS: '20000,20001,20002' })
})
