/** Does the checks that adapters of plugins judge: gives each its world, and lets nothing pass that is no clear answer. */
import type { Failure } from '../model/failure.ts'
import type { Json } from '../model/json.ts'
import type { Adapter, AdapterCall, AdapterExit, AdapterWorld } from './adapter.ts'
import type { Builtin, BuiltinWorld, Judgement } from './builtin.ts'
import { gatheredFindings } from './gathered-findings.ts'
import { guestFindings } from './guest-findings.ts'
import { at, textAt } from './parsers/json-output.ts'
import { folderIn } from './paths-in-root.ts'

/** `filesOf`: the files that the check judges. */
export function adapterCheck(name: string, adapter: Adapter, filesOf: () => Promise<readonly string[]>): Builtin {
  return async (args, world) => judgementOf(name, await adapter.judge(await adapterWorld(args, world, filesOf)), world.files.root)
}

async function adapterWorld(args: Readonly<Record<string, Json>>, world: BuiltinWorld, filesOf: () => Promise<readonly string[]>): Promise<AdapterWorld> {
  const { cancellation, output, env, files } = world
  return { files: await filesOf(), with: args, root: files.root, env, cancellation, output, run: (call) => run(call, world) }
}

/** Longer than any limit of a check: that one ends it. */
const longestMs = 24 * 3_600_000

async function run(
  call: AdapterCall,
  world: Pick<BuiltinWorld, 'processes' | 'env' | 'cancellation' | 'output' | 'tag'> & { files: { root: string } },
): Promise<AdapterExit> {
  const env = { ...world.env, ...call.env }
  const cwd = folderIn({ root: world.files.root, cwd: call.cwd ?? '.' })
  const nothing = { stdout: '', stderr: '', cut: false }
  const program = call.argv[0] ?? ''
  if (world.processes.find(program, env, cwd) === undefined) return { ...nothing, trouble: `${program} is not installed` }
  const decoder = new TextDecoder()
  const ended = await world.processes.run({
    argv: call.argv,
    cwd,
    env,
    timeoutMs: call.timeoutMs ?? longestMs,
    tag: world.tag ?? 'adapter',
    cancellation: world.cancellation,
    onOutput: (chunk) => world.output(decoder.decode(chunk, { stream: true })),
  })
  if (!ended.ok) return { ...nothing, trouble: ended.failure.what }
  const { kind, code, signal, stdout, stderr, cut } = ended.exit
  if (kind === 'exited' && code !== undefined) return { code, stdout, stderr, cut }
  return { stdout, stderr, cut, trouble: `${program} ended as ${kind}${signal === undefined ? '' : ` (${signal})`}` }
}

function judgementOf(name: string, answer: unknown, root: string): Judgement {
  const error = textAt(answer, 'error')
  if (error !== undefined) {
    const [why, hint] = [textAt(answer, 'why'), textAt(answer, 'hint')]
    return { failure: { type: 'tool.crashed', what: error, ...(why === undefined ? {} : { why }), ...(hint === undefined ? {} : { hint }) } }
  }
  const passed = at(answer, 'passed')
  if (typeof passed !== 'boolean') return { failure: broken(name, 'it says neither `passed` nor `error`') }
  const found = guestFindings(at(answer, 'findings') ?? [])
  if ('wrong' in found) return { failure: broken(name, found.wrong) }
  const { findings, summary } = gatheredFindings(found.findings, { root, cwd: '.' })
  // What has errors is no pass, whatever it calls itself.
  const isPass = passed && findings.every(({ severity }) => severity !== 'error')
  const told = textAt(answer, 'summary') ?? summary
  return { passed: isPass, findings, summary: told === '' && !isPass ? 'it did not pass, and said nothing more' : told }
}

const broken = (name: string, why: string): Failure => ({
  type: 'plugin.broken',
  what: `the adapter ${name} answered with nothing that can be used`,
  why,
  hint: 'It must answer { passed: true }, { passed: false, findings: […] } or { error: "…" }.',
})

/** How long a question about a version may take. */
const versionMs = 30_000

/** Undefined: there is none, or it could not be told. */
export async function adapterVersion(
  adapter: Adapter,
  args: Readonly<Record<string, Json>>,
  world: Pick<BuiltinWorld, 'processes' | 'env' | 'cancellation' | 'tag'> & { readonly root: string },
): Promise<string | undefined> {
  const silent = { ...world, output: () => undefined, files: { root: world.root } }
  try {
    const version: unknown = await adapter.version({
      with: args,
      root: world.root,
      env: world.env,
      run: (call) => run({ ...call, timeoutMs: Math.min(call.timeoutMs ?? versionMs, versionMs) }, silent),
    })
    return typeof version === 'string' && version !== '' ? version : undefined
  } catch {
    // Who cannot say what he is is asked each time, which is seen as "its inputs are unknown".
    return undefined
  }
}
