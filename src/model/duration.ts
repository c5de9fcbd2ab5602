/** Durations as people write and read them. */

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 }

/** "90s", "10m", "1h 30m", "250ms" or a bare number of seconds → milliseconds. Undefined when it is neither. */
export function parseDuration(text: string | number): number | undefined {
  if (typeof text === 'number') return Number.isFinite(text) && text >= 0 ? Math.round(text * 1000) : undefined
  if (/^\d+(\.\d+)?$/.test(text.trim())) return parseDuration(Number(text))
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d)\s*/gy)]
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text.trim()) return undefined
  return Math.round(parts.reduce((sum, part) => sum + Number(part[1]) * (units[part[2] ?? ''] ?? 0), 0))
}

/** "0.4 s", "12 s", "3 m 05 s", "1 h 02 m": short, for screens. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`
  return `${Math.floor(seconds / 3600)} h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')} m`
}

/** "20m", "36h", "45s": a duration as people write it into a file, rounded to a unit of which there are ten or more; and its milliseconds. */
export function settingText(ms: number, round: 'up' | 'down'): { readonly text: string; readonly ms: number } {
  const [unit, size] = (
    [
      ['d', 86_400_000],
      ['h', 3_600_000],
      ['m', 60_000],
    ] as const
  ).find(([, one]) => ms >= 10 * one || (ms >= one && ms % one === 0)) ?? ['s', 1000]
  const count = Math.max(1, round === 'up' ? Math.ceil(ms / size) : Math.floor(ms / size))
  return { text: `${count}${unit}`, ms: count * size }
}
