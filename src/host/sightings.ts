/** Remembers how paths were seen, so that a later process can tell in microseconds whether anything there was written, replaced, made or removed. */
import { lstatSync, statSync, type Stats } from 'node:fs'
import { isAbsolute } from 'node:path'
import type { Sighting } from '../model/baseline.ts'
import { isOlderAt, type LookMoment } from './look-moment.ts'
import { codeOf } from './state-trouble.ts'

/** How a path looks now. Paths are absolute or relative to the root. */
export const sight = (root: string, path: string): Sighting => [path, stampOf(at(root, path))]

/** Undefined when one of them was touched since the moment: it may not be what was seen then. `maybeGone`: who looked there then found nothing, or nothing that counts. */
export function sightAll(root: string, paths: Iterable<string>, moment: LookMoment, maybeGone = false): readonly Sighting[] | undefined {
  const sightings: Sighting[] = []
  for (const path of paths) {
    const seen = sight(root, path)
    const fine = maybeGone && seen[1] === absent
    if (!fine && !isOlderAt(at(root, path), moment)) return undefined
    sightings.push(seen)
  }
  return sightings
}

export const areSame = (root: string, sightings: readonly Sighting[]): boolean => sightings.every(([path, stamp]) => stampOf(at(root, path)) === stamp)

/** Thousands are looked at: `resolve` would take longer than the look. */
const at = (root: string, path: string): string => (isAbsolute(path) ? path : `${root}/${path}`)

const absent = 'absent'

/** Nobody can set the time of the last change, whatever the clock says; with a link, what it leads to counts as well. */
function stampOf(path: string): string {
  const stat = statOf(() => lstatSync(path, { throwIfNoEntry: false }))
  if (stat === undefined) return absent
  if (!stat.isSymbolicLink()) return text(stat)
  const target = statOf(() => statSync(path, { throwIfNoEntry: false }))
  return `${text(stat)} > ${target === undefined ? absent : text(target)}`
}

/** Fractions of a millisecond are there down to less than a microsecond; BigInts would cost half as much again. */
const text = ({ ctimeMs, ino, size }: Stats): string => `${ctimeMs} ${ino} ${size}`

function statOf(look: () => Stats | undefined): Stats | undefined {
  try {
    return look()
  } catch (error) {
    // A file where a folder was, a circle of links, a folder that nobody may enter: nothing can be seen there.
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'EPERM', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(codeOf(error) ?? '')) return undefined
    throw error
  }
}
