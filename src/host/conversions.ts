/** Tells for which files the bytes on disk differ from the bytes that git stores: filters, line ends, encodings. */
import { Buffer } from 'node:buffer'
import type { OddNames } from './git-listing.ts'
import { gitError, gitFailure } from './git.ts'
import { gitIn } from './repository.ts'
import type { Repository } from './repository.ts'

/**
 * always: nobody can tell without running a program. Otherwise line ends only: `bytes` are those that git would change;
 * `auto`: git leaves binary content alone.
 */
export type Conversion = 'none' | 'always' | { readonly auto: boolean; readonly bytes: 'cr' | 'cr or lf' }

export type Conversions = {
  of(path: string): Conversion
  /** False where the exec bit on disk means nothing (core.fileMode). */
  readonly execBit: boolean
  readonly sha256: boolean
}

/** Two short questions to git, asked only when there is something to hash. */
export async function conversionsOf(repository: Repository, paths: readonly string[], odd: OddNames): Promise<Conversions> {
  const [config, attributes] = await Promise.all([configOf(repository), attributesOf(repository, paths, odd)])
  return {
    of: (path) => conversion(attributes.get(path) ?? none, config),
    execBit: !/^(false|no|off|0)$/i.test(config.get('core.filemode') ?? 'true'),
    sha256: config.get('extensions.objectformat') === 'sha256',
  }
}

/** Whether these bytes would come back as they are after being stored and checked out. */
export function survives(content: Uint8Array, conversion: Conversion): boolean {
  if (conversion === 'none') return true
  if (conversion === 'always') return false
  if (conversion.auto && content.includes(0)) return true
  return !content.includes(13) && (conversion.bytes === 'cr' || !content.includes(10))
}

type Names = ReadonlyMap<string, string>

function conversion(attributes: Names, config: Names): Conversion {
  if (['filter', 'ident', 'working-tree-encoding'].some((name) => isGiven(attributes.get(name)))) return 'always'
  const autocrlf = config.get('core.autocrlf')?.toLowerCase() ?? 'false'
  const converts = !/^(false|no|off|0|)$/.test(autocrlf)
  // `crlf` is the old name of `text`.
  const text = attributes.get('text') ?? attributes.get('crlf') ?? (attributes.has('eol') ? 'set' : converts ? 'auto' : 'unset')
  if (text === 'unset') return 'none'
  const eol =
    attributes.get('eol') ?? (text === 'input' || autocrlf === 'input' ? 'lf' : converts ? 'crlf' : (config.get('core.eol') ?? 'native').toLowerCase())
  const checksOutCrlf = eol === 'crlf' || (eol === 'native' && process.platform === 'win32')
  return { auto: text === 'auto', bytes: checksOutCrlf ? 'cr or lf' : 'cr' }
}

const isGiven = (value: string | undefined): boolean => value !== undefined && value !== 'unset'

async function configOf(repository: Repository): Promise<Names> {
  const answer = await gitIn(repository, ['config', '-z', '--get-regexp', '^(core\\.(autocrlf|eol|filemode)|extensions\\.objectformat)$'])
  // Exit code 1: none of them is set.
  if (!answer.ok && answer.code !== 1) throw gitError(gitFailure('git could not read its configuration', answer))
  const lines = answer.ok
    ? Buffer.from(answer.stdout)
        .toString('utf8')
        .split('\0')
        .filter((line) => line !== '')
    : []
  return new Map(lines.map((line) => (line.includes('\n') ? [line.slice(0, line.indexOf('\n')), line.slice(line.indexOf('\n') + 1)] : [line, 'true'])))
}

/** Path → the attributes that are specified for it. */
async function attributesOf(repository: Repository, paths: readonly string[], odd: OddNames): Promise<ReadonlyMap<string, Names>> {
  const input = Buffer.concat(paths.flatMap((path) => [odd.get(path) ?? Buffer.from(path), zero]))
  const answer = await gitIn(repository, ['check-attr', '-z', '--stdin', '--all'], { input })
  if (!answer.ok) throw gitError(gitFailure('git could not tell the attributes of the changed files', answer))
  const fields = Buffer.from(answer.stdout).toString('latin1').split('\0')
  const found = new Map<string, Map<string, string>>()
  for (let i = 0; i + 2 < fields.length; i += 3) {
    const [bytes = '', name = '', value = ''] = fields.slice(i, i + 3)
    const known = found.get(bytes)
    if (known === undefined) found.set(bytes, new Map([[name, value]]))
    else known.set(name, value)
  }
  // git answers by bytes, and only for paths that have any attribute.
  return found.size === 0 ? found : new Map(paths.map((path) => [path, found.get((odd.get(path) ?? Buffer.from(path)).toString('latin1')) ?? none]))
}

const zero = Buffer.from([0])
const none: Names = new Map()
