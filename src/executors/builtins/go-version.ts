/** Compares the go line of go.mod or go.work with the Go that is installed. */
import type { Builtin } from '../builtin.ts'
import { ask, crashed } from './asking.ts'

/** GOTOOLCHAIN=local: without it the question itself could download another Go. */
export const goVersion: Builtin = async (_args, world) => {
  const answer = await ask(['go', 'env', 'GOVERSION'], world, { env: { GOTOOLCHAIN: 'local' }, install: 'https://go.dev/dl/' })
  if (!answer.ok) return answer
  const found = /go(\d+)\.(\d+)(?:\.(\d+))?/.exec(answer.exit.stdout)
  const refused = /requires go >= (\S+).*running go (\d+)\.(\d+)/.exec(answer.exit.stderr)
  const version = found?.slice(1, 3).map(Number) ?? refused?.slice(2, 4).map(Number)
  if (version === undefined) return { failure: crashed(['go', 'env', 'GOVERSION'], answer.exit) }
  for (const file of ['go.work', 'go.mod']) {
    const lines = ((await world.files.read(file)) ?? '').split('\n')
    const index = lines.findIndex((line) => /^go\s+\d/.test(line))
    const wanted = /^go\s+(\d+)\.(\d+)/
      .exec(lines[index] ?? '')
      ?.slice(1)
      .map(Number)
    if (wanted === undefined || !less(version, wanted)) continue
    // From 1.21 on Go fetches the toolchain that go.mod asks for, unless it is told not to.
    if (!less(version, [1, 21]) && world.env['GOTOOLCHAIN'] !== 'local')
      return { findings: [], summary: `Go ${version.join('.')}, which fetches the ${wanted.join('.')} of ${file} by itself` }
    return {
      findings: [
        {
          file,
          line: index + 1,
          severity: 'error',
          rule: 'go-version',
          message: `wants Go ${wanted.join('.')}, found ${version.join('.')}`,
          suggestion: 'https://go.dev/dl/',
        },
      ],
      summary: 'Go is too old',
    }
  }
  return { findings: [], summary: `Go ${version.join('.')}` }
}

const less = (left: readonly number[], right: readonly number[]): boolean =>
  (left[0] ?? 0) < (right[0] ?? 0) || (left[0] === right[0] && (left[1] ?? 0) < (right[1] ?? 0))
