/** A folder with the real ESLint and Prettier in it, its command lines, and warm workers for it. */
import { execFile } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { systemProcesses } from '../../src/host/system-processes.ts'
import { warmWorkers, type WarmSetting } from '../../src/host/warm-workers.ts'
import { newCancellation } from '../../src/model/cancellation.ts'
import type { WarmAnswer, WarmCall, WarmTool } from '../../src/model/warm.ts'

const home = join(import.meta.dirname, '../..')
const node = dirname(realpathSync(join(home, 'node_modules/.bin/node')))

export type Printed = { readonly code: number | undefined; readonly stdout: string; readonly stderr: string }

export type WarmLaboratory = {
  readonly root: string
  readonly env: Readonly<Record<string, string>>
  write(files: Readonly<Record<string, string>>): void
  remove(path: string): void
  /** The command line of the tool, as anybody would start it. */
  cli(tool: WarmTool, ...words: readonly string[]): Promise<Printed>
  ask(tool: WarmTool, words: readonly string[], more?: Partial<WarmCall>): Promise<WarmAnswer>
  /** The same as one line: what was printed with its exit code, or why not. */
  warm(tool: WarmTool, ...words: readonly string[]): Promise<Printed | { readonly why: string }>
  /** How many workers have been started. */
  started(): number
  end(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export function warmLaboratory(files: Readonly<Record<string, string>>, setting: Partial<WarmSetting> = {}): WarmLaboratory {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-warm-')))
  const own = join(root, '.pawl/node_modules/pawl')
  mkdirSync(own, { recursive: true })
  copyFileSync(join(home, 'src/executors/warm/worker.mjs'), join(own, 'worker.mjs'))
  copyFileSync(join(home, 'src/executors/formatters/eslint-formatter.mjs'), join(own, 'formatter.mjs'))
  mkdirSync(join(root, 'node_modules/.bin'), { recursive: true })
  for (const name of ['eslint', 'prettier', 'espree']) symlinkSync(join(home, 'node_modules', name), join(root, 'node_modules', name))
  symlinkSync('../eslint/bin/eslint.js', join(root, 'node_modules/.bin/eslint'))
  symlinkSync('../prettier/bin/prettier.cjs', join(root, 'node_modules/.bin/prettier'))
  const env = { PATH: [join(root, 'node_modules/.bin'), node, '/usr/bin', '/bin'].join(delimiter), HOME: root }
  let started = 0
  const workers = warmWorkers({
    processes: systemProcesses(),
    program: async () => join(own, 'worker.mjs'),
    tagOf: () => `warm laboratory ${root} ${(started += 1)}`,
    ...setting,
  })
  const full = (tool: WarmTool, words: readonly string[]): readonly string[] =>
    tool === 'eslint' ? [tool, '--format', join(own, 'formatter.mjs'), ...words] : [tool, ...words]
  const ask: WarmLaboratory['ask'] = (tool, words, more) =>
    workers.call({ tool, argv: full(tool, words), cwd: root, env, timeoutMs: 60_000, cancellation: newCancellation(), task: tool, basis: 'same', ...more })
  const lab: WarmLaboratory = {
    root,
    env,
    write: (contents) => {
      for (const [path, text] of Object.entries(contents)) {
        mkdirSync(dirname(join(root, path)), { recursive: true })
        writeFileSync(join(root, path), text)
      }
    },
    remove: (path) => rmSync(join(root, path), { recursive: true }),
    cli: (tool, ...words) => {
      const [, ...rest] = full(tool, words)
      return new Promise((resolve) => {
        const child = execFile(join(root, 'node_modules/.bin', tool), rest, { cwd: root, env }, (_, stdout, stderr) =>
          resolve({ code: child.exitCode ?? undefined, stdout, stderr }),
        )
      })
    },
    ask,
    warm: async (tool, ...words) => {
      const answer = await ask(tool, words)
      return answer.ok ? { code: answer.exit.code, stdout: answer.exit.stdout, stderr: answer.exit.stderr } : { why: answer.why }
    },
    started: () => started,
    end: () => workers.end(),
    [Symbol.asyncDispose]: async () => {
      await workers.end()
      rmSync(root, { recursive: true, force: true })
    },
  }
  lab.write({ 'package.json': '{ "type": "module" }\n', ...files })
  return lab
}
