/** Reads yarn.lock of both generations: which wishes lead to which package. */

export type YarnEntry = {
  /** "ms@^2.1.0" (classic) or "ms@npm:^2.1.0" (berry). */
  readonly wishes: readonly string[]
  /** Berry: "ms@npm:2.1.3", "a@workspace:packages/a". */
  readonly resolution?: string
  /** Classic: the address, with a digest behind "#". */
  readonly resolved?: string
  /** Only installed where this holds: "os=linux & cpu=x64". */
  readonly conditions?: string
  readonly dependencies: Readonly<Record<string, string>>
  readonly peers: Readonly<Record<string, string>>
  /** Berry: names of dependencies that may be missing. */
  readonly optional: readonly string[]
}

export type YarnLock = { readonly berry: boolean; readonly entries: readonly YarnEntry[] }

/** Entries that only packages with conditions lead to: where those are left out, these are, too. */
export function conditional(lock: YarnLock): ReadonlySet<YarnEntry> {
  const byWish = new Map(lock.entries.flatMap((entry) => entry.wishes.map((wish) => [wish, entry] as const)))
  const reached = (start: readonly YarnEntry[], passes: (entry: YarnEntry) => boolean): Set<YarnEntry> => {
    const seen = new Set(start)
    for (const entry of seen)
      for (const [name, range] of Object.entries(entry.dependencies)) {
        const next = byWish.get(`${name}@${range}`)
        if (next !== undefined && passes(next)) seen.add(next)
      }
    return seen
  }
  const limited = lock.entries.filter((entry) => entry.conditions !== undefined)
  const everywhere = reached(
    lock.entries.filter((entry) => entry.resolution?.includes('@workspace:') === true),
    (entry) => entry.conditions === undefined,
  )
  return new Set([...reached(limited, () => true)].filter((entry) => !everywhere.has(entry)))
}

/** Both formats are indented by two; only what pawl compares is read. */
export function readYarnLock(text: string): YarnLock {
  const entries: { wishes: string[]; fields: Map<string, string>; dependencies: Record<string, string>; peers: Record<string, string>; optional: string[] }[] =
    []
  let section = ''
  let described = ''
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const indent = line.length - line.trimStart().length
    const last = entries.at(-1)
    if (indent === 0)
      entries.push({ wishes: line.replace(/:\s*$/, '').replaceAll('"', '').split(/,\s+/), fields: new Map(), dependencies: {}, peers: {}, optional: [] })
    else if (indent === 2) {
      const [name, value] = pair(line)
      section = value === undefined ? name : ''
      if (value !== undefined) last?.fields.set(name, value)
    } else if (indent === 4 && last !== undefined) {
      const [name, value] = pair(line)
      described = name
      if (value !== undefined && (section === 'dependencies' || section === 'optionalDependencies')) last.dependencies[name] = value
      if (value !== undefined && section === 'peerDependencies') last.peers[name] = value
    } else if (section === 'dependenciesMeta' && line.trim() === 'optional: true') last?.optional.push(described)
  }
  const real = entries.filter((entry) => entry.wishes[0] !== '__metadata')
  return {
    berry: real.length < entries.length,
    entries: real.map(({ wishes, fields, dependencies, peers, optional }) => ({ wishes, dependencies, peers, optional, ...picked(fields) })),
  }
}

/** `name: "value"`, `name "value"`, `"@a/b": value` or `name:` alone. */
function pair(line: string): readonly [string, string | undefined] {
  const match = /^\s*("[^"]*"|[^\s":]+):?(?:\s+(.*))?$/.exec(line)
  return [unquoted(match?.[1] ?? line.trim()), match?.[2] === undefined || match[2] === '' ? undefined : unquoted(match[2])]
}

const unquoted = (text: string): string => text.trim().replace(/^"(.*)"$/, '$1')

function picked(fields: ReadonlyMap<string, string>): Pick<YarnEntry, 'resolution' | 'resolved' | 'conditions'> {
  return Object.fromEntries((['resolution', 'resolved', 'conditions'] as const).flatMap((key) => (fields.has(key) ? [[key, fields.get(key)]] : [])))
}
