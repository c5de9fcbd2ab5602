/** Tells globs that could take for ever from those that cannot: a repetition without end inside of another one. */

type Group = { /** Written before it: "+(", "*(". */ readonly repeats: boolean; endless: boolean }

/** True for "+(a*|b)c", "(a*)+", "{a*,b}+": as a regular expression each would try all ways to part a text. */
export function isEndlessGlob(glob: string): boolean {
  const plain = glob.replace(/\\./gs, 'x').replace(/\[[^\]/]*\]/g, 'x')
  const groups: Group[] = [{ repeats: false, endless: false }]
  for (let at = 0; at < plain.length; at++) {
    const [character, next] = [plain[at], plain[at + 1]]
    if (character === '(' || character === '{') groups.push({ repeats: character === '(' && /[*+]/.test(plain[at - 1] ?? ''), endless: false })
    else if ((character === ')' || character === '}') && groups.length > 1) {
      const { repeats, endless } = groups.pop() ?? { repeats: false, endless: false }
      const repeated = repeats || next === '+' || next === '*'
      if (repeated && endless) return true
      const outer = groups.at(-1)
      if (outer !== undefined && (repeated || endless)) outer.endless = true
    } else if (character === '*' || character === '+') {
      const inside = groups.at(-1)
      // Inside of parentheses a plus is a repetition too; of a star it is one of one.
      if (groups.length > 1 && character === '+' && (plain[at - 1] === '*' || plain[at - 1] === '+')) return true
      if (inside !== undefined && !(next === '(' && character === '+')) inside.endless = true
    }
  }
  // Never closed: the library takes what follows for a part of the group.
  return groups.length > 1 && groups.some(({ repeats, endless }) => repeats && endless)
}
