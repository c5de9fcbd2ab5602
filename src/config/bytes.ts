/** Sizes of memory and disk as people write them. */

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

/** "1GiB", "500MB", "1.5 GB", bytes as a text or a number → bytes. Undefined when it is none of these; a bare "G" is refused because it means two things. */
export function parseBytes(size: string | number): number | undefined {
  if (typeof size === 'number') return Number.isSafeInteger(size) && size >= 0 ? size : undefined
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(size.trim())
  const unit = (match?.[2] ?? '').toLowerCase()
  if (match === null || !Object.hasOwn(units, unit)) return undefined
  const exact = Number(match[1]) * (units[unit] ?? 1)
  const bytes = Math.round(exact)
  if (unit === '' || unit === 'b') return Number.isSafeInteger(exact) ? exact : undefined
  return Number.isSafeInteger(bytes) ? bytes : undefined
}
