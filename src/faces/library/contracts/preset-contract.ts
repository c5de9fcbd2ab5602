/** What every preset promises: it detects the same in the same files, nothing where there is nothing, and tells what it cannot read. */
import type { Preset } from '../../../app/plugin.ts'
import { rawPreset, tryPreset } from '../../../app/trials.ts'
import { holds, sameAnswer, type ContractCase } from './contract.ts'
import { messageOf } from '../../../model/thrown.ts'

export type PresetTree = {
  readonly name: string
  /** Contents by path. */
  readonly files: Readonly<Record<string, string>>
  /** Names of all checks that it detects there, in any order. Default: at least one. */
  readonly checks?: readonly string[]
}

export function presetContract(preset: Preset, trees: readonly PresetTree[]): readonly ContractCase[] {
  return [
    { name: 'there is a tree', run: async () => holds(trees.length > 0, 'a preset cannot be judged without a tree that it recognises') },
    { name: 'nothing is detected where there is nothing', run: () => nothing(preset, {}) },
    { name: 'nothing is detected among strange files', run: () => nothing(preset, { 'NOTES.text': 'words', 'deep/down/below.bin': '\0\u0001' }) },
    ...trees.flatMap((tree) => ofTree(preset, tree)),
  ]
}

async function nothing(preset: Preset, files: PresetTree['files']): Promise<void> {
  const { checks, failures } = await tryPreset(preset, files)
  holds(failures.length === 0, `it fails: ${failures.map(({ what, why = '' }) => `${what}: ${why}`).join('; ')}`)
  holds(Object.keys(checks).length === 0, `it detects ${Object.keys(checks).join(', ')}`)
}

function ofTree(preset: Preset, { name, files, checks: wanted }: PresetTree): readonly ContractCase[] {
  const named = (what: string, run: () => Promise<void>): ContractCase => ({ name: `${name}: ${what}`, run })
  return [
    named('its checks are detected, and each of them could stand in pawl.yaml', async () => {
      const { checks, failures } = await tryPreset(preset, files)
      holds(failures.length === 0, `it fails: ${failures.map(({ what, why = '' }) => `${what}: ${why}`).join('; ')}`)
      const found = Object.keys(checks).sort()
      holds(wanted === undefined ? found.length > 0 : sameAnswer(found, [...wanted].sort()), `it detects ${found.join(', ') || 'nothing'}`)
      const silent = Object.entries(checks).find(([, check]) => check.reason === undefined || check.reason === '')
      holds(silent === undefined, `'${silent?.[0]}' has no reason: nobody will know why it is there`)
    }),
    named('the same files mean the same', async () => {
      holds(sameAnswer(await tryPreset(preset, files), await tryPreset(preset, files)), 'it answers in two ways')
    }),
    named('files that are torn are told, or survived', async () => {
      for (const [path, text] of Object.entries(files)) {
        for (const other of ['', text.slice(0, Math.floor(text.length / 2)), `${text}\n}]`, '\0\u0001', '[1, 2]', 'null']) {
          try {
            await rawPreset(preset, { ...files, [path]: other })
          } catch (error) {
            throw new Error(`it throws when ${path} is ${JSON.stringify(other.slice(0, 40))}: ${messageOf(error)}`, {
              cause: error,
            })
          }
        }
      }
    }),
  ]
}
