/** Finds what an edit silences instead of solving: new and wider ignores, skipped tests, asserts and tests that are gone. */
import type { Finding } from '../../model/finding.ts'
import type { ProposedFile } from '../../model/proposal.ts'
import { askings, codeFile, ignores, skips, testFile, type Sign } from './looking-away.ts'

const asserts = /\b(?:expect|assert\w*|should|require)\b\s*[.(!]|\bassert\s|\.should\b|\bt\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)\s*\(/g
const tests = /\b(?:it|test)(?:\.(?:each|concurrent|for|skip|only|todo))?\s*[(`]|\bdef\s+test_\w+|\bfunc\s+Test\w+|#\[\s*(?:tokio::)?test\b/g
/** Of code that holds its own tests. */
const testInside = /#\[\s*(?:\w+::)?test\b|\bimport\.meta\.vitest\b|^\s*(?:async\s+)?def\s+test_\w+|^func\s+Test\w+/m

/** A file that holds tests, by the usual names. */
export const isTestFile = (path: string): boolean => testFile.test(path)

const countOf = (text: string | undefined, pattern: RegExp): number => (text === undefined ? 0 : (text.match(pattern)?.length ?? 0))

/** Over all files together: what only moved from one to another silences nothing. */
export function silencedIn(files: readonly ProposedFile[]): readonly Finding[] {
  const inTests = files.filter((file) => isTestFile(file.path) || testInside.test(file.before ?? ''))
  const fewer = (rule: string, pattern: RegExp, some: readonly ProposedFile[], what: string): readonly Finding[] => {
    const count = some.reduce((sum, file) => sum + countOf(file.before, pattern) - countOf(file.after, pattern), 0)
    const where = some.find((file) => countOf(file.after, pattern) < countOf(file.before, pattern))
    return count <= 0 ? [] : [finding(rule, `${count} fewer ${what} than before`, where)]
  }
  const stay = files.filter(({ change }) => change !== 'deleted')
  return [
    ...ignores.flatMap((sign) => more(sign, files, (count) => `${count} more ${count === 1 ? 'place' : 'places'} where ${sign.what} is told to look away`)),
    ...skips.flatMap((sign) => more(sign, files, (count) => `${count} more ${count === 1 ? 'test is' : 'tests are'} skipped, or run alone`)),
    ...fewer('deleted-test', tests, inTests, 'tests'),
    ...fewer('deleted-assert', asserts, inTests, 'asserts'),
    ...fewer('unchecked', askings, stay, 'marks by which a file asks to be checked'),
    ...stay
      .filter(isUnreadable)
      .map((file) => finding('unreadable', 'it became so large, or no text any more, that nobody can tell what it says to tools', file)),
  ]
}

const isUnreadable = ({ path, before, after }: ProposedFile): boolean => after === undefined && (before !== undefined || codeFile.test(path))

/** One thing that is not to be seen. `of`: a rule; '*' is every one. */
type Piece = { readonly of: string; readonly width: number; readonly file: ProposedFile }

/** What is new and not covered by something as wide that is gone: who looks away from less than before is not blamed. */
function more(sign: Sign, files: readonly ProposedFile[], text: (count: number) => string): readonly Finding[] {
  const some = files.filter(({ path }) => sign.only === undefined || sign.only.test(path))
  const gone = some.flatMap((file) => piecesIn(sign, file, file.before))
  const left = some.flatMap((file) => piecesIn(sign, file, file.after))
  const risen = left.filter((piece) => !taken(gone, (old) => old.of === piece.of && old.width === piece.width))
  const wider = risen.filter((piece) => !taken(gone, (old) => old.width >= piece.width && (old.of === '*' || old.of === piece.of)))
  return wider.length === 0 ? [] : [finding(sign.rule, text(wider.length), wider[0]?.file)]
}

/** Takes the first that fits out of the list. */
function taken(pieces: Piece[], fits: (piece: Piece) => boolean): boolean {
  const at = pieces.findIndex(fits)
  if (at >= 0) pieces.splice(at, 1)
  return at >= 0
}

function piecesIn({ pattern, list, width }: Sign, file: ProposedFile, text: string | undefined): Piece[] {
  return [...(text ?? '').matchAll(pattern)].flatMap((match): Piece[] => {
    const end = match.index + match[0].length
    const rest = text?.slice(end, end + 500).split(/\n|\*\/|-->/, 1)[0] ?? ''
    const named = list?.exec(rest)?.[1]?.split(/[\s,]+/) ?? []
    const rules = named.filter((one) => one !== '')
    const all = rules.length === 0 || rules.includes('all')
    return (all ? ['*'] : rules).map((of) => ({ of, width: width?.(match[0]) ?? 0, file }))
  })
}

function finding(rule: string, message: string, where: ProposedFile | undefined): Finding {
  return { rule: `silenced/${rule}`, severity: 'error', message, ...(where === undefined ? {} : { file: where.path }) }
}
