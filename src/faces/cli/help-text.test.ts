import { expect, test } from 'bun:test'
import { readArguments } from './arguments.ts'
import { commands } from './commands.ts'
import { globalFlags } from './flags.ts'
import { helpText } from './help-text.ts'
import { requestOf } from './request.ts'

test('every example in help is a command line that pawl understands', () => {
  const examples = commands.flatMap((command) => command.examples.map(([line]) => ({ command, line })))
  expect(examples.length).toBeGreaterThan(20)
  for (const { command, line } of examples) {
    // What a shell does with the rest is not for pawl to read.
    const words = /pawl[^<>()|]*/.exec(line)?.[0].trim().split(' ').slice(1) ?? []
    const read = readArguments(words, commands)
    expect({ line, failures: read.ok ? [] : read.failures }).toEqual({ line, failures: [] })
    if (!read.ok) continue
    expect(read.value.command.name).toBe(command.name)
    expect(requestOf(read.value).ok).toBe(true)
  }
})

test('help names every command, every flag with its help, every example and every exit code', () => {
  const all = helpText(undefined)
  for (const command of commands) {
    expect(all).toContain(command.summary)
    const own = helpText(command)
    for (const flag of [...command.flags, ...globalFlags]) expect(own).toContain(`--${flag.name}`)
    for (const [line, why] of command.examples) expect(own).toMatch(new RegExp(`${escaped(line)} +${escaped(why)}`))
  }
  for (const code of ['0 passed', '1 findings', '2 pawl', '70 a bug', '75 another run', '130 cancelled', '129 hang-up', '143 terminated'])
    expect(all).toContain(code)
})

test('help fits a terminal of 120 columns', () => {
  for (const command of [undefined, ...commands]) for (const line of helpText(command).split('\n')) expect(line.length).toBeLessThanOrEqual(120)
})

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
