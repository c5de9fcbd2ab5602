/** Whether two titles name the same work: marks, emoji, blanks, case and remarks in parentheses behind them do not count. */

export function isSameTitle(one: string, other: string): boolean {
  const [a, b] = [bare(one), bare(other)]
  if (a === b) return a !== ''
  const [short, long] = [bare(withoutRemark(one)), bare(withoutRemark(other))]
  return short !== '' && (short === long || short === b || a === long)
}

/** Letters and digits alone. */
const bare = (title: string): string =>
  title
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** Without one pair of parentheses at the end. */
export const withoutRemark = (title: string): string => {
  const open = title.lastIndexOf('(')
  return open > 0 && title.trimEnd().endsWith(')') ? title.slice(0, open).trimEnd() : title
}
