/** Judges whether every module that the packages and their tests import is on this machine, without fetching any. */
import type { Builtin } from '../builtin.ts'
import { ask, crashed, lastLine, textsOf } from './asking.ts'

export const goDownloaded: Builtin = async (args, world) => {
  const argv = ['go', 'list', '-deps', '-test', '-f', '{{if .Error}}{{.ImportPath}}{{end}}', ...textsOf(args['patterns'])]
  const answer = await ask(argv, world, { env: { GOPROXY: 'off' }, install: 'https://go.dev/dl/', timeoutMs: 240_000 })
  if (!answer.ok) return answer
  const { exit } = answer
  if (exit.code === 0) return { findings: [], summary: 'all modules are here' }
  world.output(exit.stderr)
  if (exit.code !== 1) return { failure: crashed(argv.slice(0, 2), exit) }
  const lines = exit.stderr.split('\n').filter((line) => line.trim() !== '')
  return {
    findings: [{ severity: 'error', rule: 'go-downloaded', message: lines[0] ?? lastLine(exit.stdout), suggestion: 'go mod download' }],
    summary: `${lines.length} lines of trouble`,
  }
}
