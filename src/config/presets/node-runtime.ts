/** Recognises which JavaScript runtime, in which version, a repository wants. */
import { nothingDetected, type Preset } from '../preset.ts'
import { ages } from './ages.ts'
import { newGathering, type Gathering } from './gathering.ts'
import { contradictions, runtimePins, type Pin, type Runtime } from './node-pins.ts'
import { nodeProject } from './node-project.ts'

export const nodeRuntime: Preset = {
  name: 'node-runtime',
  async detect(files, before) {
    const gathering = newGathering(before)
    const project = await nodeProject(files, gathering)
    const deno = (await files.glob(['deno.json', 'deno.jsonc']))[0]
    if (project === undefined && deno === undefined) return { ...nothingDetected, failures: gathering.detected().failures }
    const pins = await runtimePins(files, project?.root, gathering)
    for (const [binding, other] of contradictions(pins))
      gathering.remark(
        `${binding.from} asks for ${binding.runtime} ${binding.range}, ${other.from} for ${other.range}; the first counts`,
        other.from.split(' ')[0],
      )
    const pinned = (runtime: Runtime): readonly Pin[] => pins.filter((pin) => pin.runtime === runtime)
    // A Bun or Deno project that says nothing about Node may live without it.
    if (pinned('node').length > 0 || (project !== undefined && project.manager !== 'bun')) plan('node', pinned('node'), true, gathering)
    if (pinned('bun').length > 0) plan('bun', pinned('bun'), project?.manager === 'bun', gathering)
    if (pinned('deno').length > 0 || deno !== undefined) plan('deno', pinned('deno'), deno !== undefined, gathering)
    if (deno !== undefined) {
      gathering.found('deno', deno)
      gathering.remark('pawl checks only the version of Deno; write deno lint, deno fmt --check and deno test into pawl.yaml', deno)
    }
    return gathering.detected()
  },
}

const places = ['package.json', '.nvmrc', '.node-version', '.bun-version', '.dvmrc', 'mise.toml', '.mise.toml', '.config/mise.toml', '.tool-versions']
const homes: Readonly<Record<Runtime, string>> = {
  node: 'https://nodejs.org/en/download',
  bun: 'https://bun.sh/docs/installation',
  deno: 'https://docs.deno.com/runtime/getting_started/installation',
}

/** A runtime that only some tests run on is worth having, but nothing else waits for it. */
function plan(runtime: Runtime, pins: readonly Pin[], required: boolean, gathering: Gathering): void {
  const why = pins[0]?.from ?? 'package.json'
  gathering.found(runtime, why)
  gathering.check(`${runtime}:version`, {
    builtin: 'node-version',
    with: { program: runtime, pins: pins.map(({ range, from, strict }) => ({ range, from, strict })) },
    stage: 'environment',
    needs: [],
    ttl: ages.runtime,
    inputs: places,
    tools: [runtime],
    ...(!required && { severity: 'advisory' as const }),
    install: homes[runtime],
    reason: pins[0] === undefined ? why : `${why}: ${pins[0].range}`,
  })
}
