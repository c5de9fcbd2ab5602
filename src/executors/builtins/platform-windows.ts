/** Looks at the settings of git that decide whether a repository works on Windows. */
import type { Finding } from '../../model/finding.ts'
import type { Builtin, BuiltinWorld } from '../builtin.ts'
import { ask } from './asking.ts'
import { advice } from './platform-linux.ts'

export const platformWindows: Builtin = async (_args, world) => {
  const longPaths = await setting('core.longpaths', world)
  const endings = await setting('core.autocrlf', world)
  const links = await setting('core.symlinks', world)
  const findings: Finding[] = []
  if (longPaths !== 'true') findings.push(advice('long-paths', 'git refuses paths longer than 260 characters', 'git config --global core.longpaths true'))
  const attributes = (await world.files.read('.gitattributes')) ?? ''
  if (endings === 'true' && !/^\*\s+.*(text|eol=)/m.test(attributes))
    findings.push(
      advice(
        'line-endings',
        'core.autocrlf rewrites line endings and .gitattributes does not say which ones are right',
        'add "* text=auto eol=lf" to .gitattributes',
      ),
    )
  if (links === 'false' && (await hasLinks(world)))
    findings.push(
      advice('symlinks', 'the repository holds symbolic links, which are plain text files here', 'turn on Developer Mode, then: git config core.symlinks true'),
    )
  return { findings, summary: `longpaths ${longPaths ?? 'unset'}, autocrlf ${endings ?? 'unset'}, symlinks ${links ?? 'unset'}` }
}

async function setting(key: string, world: BuiltinWorld): Promise<string | undefined> {
  const answer = await ask(['git', 'config', '--get', key], world, { timeoutMs: 10_000 })
  return answer.ok && answer.exit.code === 0 ? answer.exit.stdout.trim() : undefined
}

async function hasLinks(world: BuiltinWorld): Promise<boolean> {
  const answer = await ask(['git', 'ls-files', '-s'], world, { timeoutMs: 30_000 })
  return answer.ok && answer.exit.stdout.split('\n').some((line) => line.startsWith('120000 '))
}
