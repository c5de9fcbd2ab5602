/** Shows what differs between two texts, line by line, with a few lines around it. */

export type DiffLine = { readonly sign: ' ' | '+' | '-' | '…'; readonly text: string }

/** Meant for small differences: between the equal ends the work grows with the product of the lines. */
export function lineDiff(before: string, after: string, around = 2): readonly DiffLine[] {
  const lines = aligned(linesOf(before), linesOf(after))
  const near = (at: number): boolean => lines.slice(Math.max(0, at - around), at + around + 1).some((line) => line.sign !== ' ')
  const shown: DiffLine[] = []
  lines.forEach((line, i) => {
    if (near(i)) shown.push(line)
    else if (shown.length > 0 && shown.at(-1)?.sign !== '…') shown.push({ sign: '…', text: '' })
  })
  return shown.at(-1)?.sign === '…' ? shown.slice(0, -1) : shown
}

const linesOf = (text: string): readonly string[] => text.replace(/\r?\n$/, '').split(/\r?\n/)

function aligned(old: readonly string[], now: readonly string[]): readonly DiffLine[] {
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1
  let end = 0
  while (end < old.length - start && end < now.length - start && old.at(-1 - end) === now.at(-1 - end)) end += 1
  const same = (text: string): DiffLine => ({ sign: ' ', text })
  const middle = changes(old.slice(start, old.length - end), now.slice(start, now.length - end))
  return [...now.slice(0, start).map(same), ...middle, ...now.slice(now.length - end).map(same)]
}

/** The longest common sequence of lines, as a table of what is still to come. */
function changes(old: readonly string[], now: readonly string[]): readonly DiffLine[] {
  const width = now.length + 1
  const common = new Uint32Array((old.length + 1) * width)
  const at = (i: number, j: number): number => common[i * width + j] ?? 0
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--) common[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    const [left, right] = [old[i], now[j]]
    if (left !== undefined && left === right) {
      lines.push({ sign: ' ', text: left })
      i += 1
      j += 1
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: '-', text: left })
      i += 1
    } else {
      lines.push({ sign: '+', text: right ?? '' })
      j += 1
    }
  }
  return lines
}
