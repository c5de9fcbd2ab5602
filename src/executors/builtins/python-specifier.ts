/** Judges whether a Python version, or one of a package, lies in a specifier such as ">=3.10,<4" or "~=1.4". */

/** Undefined: the specifier or the version is of a kind that is not judged here (arbitrary equality, local versions). */
export function inSpecifier(version: string, specifier: string): boolean | undefined {
  const parsed = parse(version)
  if (parsed === undefined) return undefined
  let inside = true
  for (const clause of specifier
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')) {
    const match = /^(~=|==|!=|<=|>=|<|>|\^|~)?\s*([0-9][^\s]*)$/.exec(clause)
    const wanted = match?.[2]
    if (wanted === undefined) return undefined
    const holds = clauseHolds(parsed, match?.[1] ?? '==', wanted, match?.[1] === undefined)
    if (holds === undefined) return undefined
    inside &&= holds
  }
  return inside
}

type Version = { readonly release: readonly number[]; /** Below zero for pre-releases, above for post-releases. */ readonly suffix: readonly number[] }

const suffixOrder: Readonly<Record<string, number>> = { dev: -4, a: -3, alpha: -3, b: -2, beta: -2, rc: -1, c: -1, post: 1 }

function parse(text: string): Version | undefined {
  const match = /^v?(\d+(?:\.\d+)*)(?:[-_.]?(dev|alpha|a|beta|b|rc|c|post)[-_.]?(\d*))?(?:\+[\w.]+)?$/i.exec(text.trim())
  if (match === null) return undefined
  const name = match[2]?.toLowerCase()
  return { release: (match[1] ?? '').split('.').map(Number), suffix: name === undefined ? [0, 0] : [suffixOrder[name] ?? 0, Number(match[3] ?? 0)] }
}

function clauseHolds(version: Version, operator: string, text: string, bare: boolean): boolean | undefined {
  if (text.endsWith('.*')) {
    const prefix = text.slice(0, -2).split('.').map(Number)
    const same = prefix.every((part, index) => (version.release[index] ?? 0) === part)
    return operator === '==' ? same : operator === '!=' ? !same : undefined
  }
  const wanted = parse(text)
  if (wanted === undefined) return undefined
  // A bare "3.11", as in .python-version, means any 3.11.
  if (bare) return wanted.release.every((part, index) => (version.release[index] ?? 0) === part)
  const order = compare(version, wanted)
  switch (operator) {
    case '==':
      return order === 0
    case '!=':
      return order !== 0
    case '>=':
      return order >= 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '<':
      return order < 0
    case '~=':
      return order >= 0 && startsLike(version, wanted.release.slice(0, -1))
    case '~':
      return order >= 0 && startsLike(version, wanted.release.slice(0, Math.max(1, Math.min(2, wanted.release.length))))
    case '^':
      return (
        order >= 0 &&
        startsLike(
          version,
          wanted.release.slice(
            0,
            1 +
              Math.max(
                0,
                wanted.release.findIndex((part) => part > 0),
              ),
          ),
        )
      )
    default:
      return undefined
  }
}

const startsLike = (version: Version, prefix: readonly number[]): boolean => prefix.every((part, index) => (version.release[index] ?? 0) === part)

function compare(left: Version, right: Version): number {
  const length = Math.max(left.release.length, right.release.length)
  for (let index = 0; index < length; index += 1) {
    const difference = (left.release[index] ?? 0) - (right.release[index] ?? 0)
    if (difference !== 0) return difference
  }
  return (left.suffix[0] ?? 0) - (right.suffix[0] ?? 0) || (left.suffix[1] ?? 0) - (right.suffix[1] ?? 0)
}
