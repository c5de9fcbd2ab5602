/** Reads one line that may name prompts: bullets, numbers, check boxes, quotes, links, sentences. Each line costs time in proportion to its length. */

export type NameLine =
  | {
      readonly kind: 'names'
      readonly names: readonly string[]
      /** A check box that is ticked. */ readonly done: boolean
      /** By a bullet or number, without a word before it. */ readonly plain: boolean
    }
  /** Blank, a heading, a fence, a comment: says nothing about names. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'prose' }
  /** Should be a name and is none, or names a file in a way that can be understood in two ways. */
  | { readonly kind: 'odd'; readonly why: string; readonly hint: string }

type Token = {
  readonly text: string
  readonly quoted: boolean
  /** Ends with ":", or is a dash. */
  readonly leads: boolean
  /** Within parentheses. */
  readonly aside: boolean
}

const marker = /^(?:[-*+•](?:\s+|(?=[\w`"'[/.~]))|\d{1,4}[.)](?:\s+|(?=[A-Za-z_`"'[/~]))|\d{1,4}\s+)/
const checkBox = /^\[([ xX]?)\](?:\s+|$)/
const extension = /\.(?:md|markdown|mdown|txt)$/i
/** Spaces are allowed in quotes only. Reserved characters of Windows never are. */
const pathLike = /^[^\s<>:"|?*\\\x00-\x1f][^<>:"|?*\\\x00-\x1f]{0,300}$/
const bareName = /^(?:[A-Za-z0-9_][\w.-]{0,100}\/){0,8}[A-Za-z0-9_][\w.-]{0,100}$/
const tokens =
  /`([^`]{1,300})`|"([^"]{1,300})"|(?<=^|[\s(])'([^']{1,300})'(?=$|[\s,;:.)])|\[[^\]]{0,300}\]\(\s{0,9}(<[^>]{1,300}>|[^\s)]{1,300})[^)]{0,300}\)|([,;])|([^\s,;`"]{1,400})|[`"]/g
const negation = /^(?:not|never|no|skip|except|without|ignore|exclude|excluding|omit|don['’]?t|avoid)$/i
const asking =
  /^(?:execute|executing|run|running|do|start|launch|process|perform|implement|work|handle|complete|use|orchestrate|parallelize|apply|take|prompts?|tasks?|files?|these|following|workflows?)$/i

export function nameLine(raw: string): NameLine {
  const line = raw.replace(/^\ufeff/, '').trim()
  if (line === '' || /^(?:```|~~~|<!--|\/agent:)/.test(line) || /^[-*_=]{3,}$/.test(line)) return { kind: 'nothing' }
  if (line.startsWith('#')) return { kind: 'heading', text: line }
  const bold = /^\*\*([^*]{1,400})\*\*:?$/.exec(line)?.[1] ?? /^__([^_]{1,400})__:?$/.exec(line)?.[1]
  if (bold !== undefined && !extension.test(bold.trim()))
    return extension.test(bold.replace(/[)\s:]+$/, '')) ? sentence(bold, false) : { kind: 'heading', text: bold }
  if (line.startsWith('**') && !line.includes('.md')) return { kind: 'heading', text: line }
  const mark = line.startsWith('**') ? undefined : marker.exec(line)?.[0]
  if (mark === undefined) return plainLine(line.replace(/^>\s?/, ''))
  return item(line.slice(mark.length))
}

function plainLine(line: string): NameLine {
  if (bareName.test(line) && (extension.test(line) || (/[-_/\d]/.test(line) && /[A-Za-z]/.test(line) && !/\.\w{1,5}$/.test(line))))
    return { kind: 'names', names: [cleaned(line)], done: false, plain: true }
  const read = sentence(line, false)
  if (read.kind === 'prose' && line.endsWith(':')) return { kind: 'heading', text: line }
  return read
}

function item(text: string): NameLine {
  const box = checkBox.exec(text)
  const read = sentence(box === null ? text : text.slice(box[0].length), true)
  return read.kind === 'names' && (box?.[1] ?? ' ').toLowerCase() === 'x' ? { ...read, done: true } : read
}

function sentence(text: string, isItem: boolean): NameLine {
  const words = tokensOf(text)
  const first = words.findIndex(isName)
  const bare = words[0]
  if (isItem && first !== 0 && bare !== undefined && isBare(bare) && !(bare.leads && first > 0) && endsAt(words, 1)) return namesFrom(words, 0, true)
  if (first === -1)
    return isItem ? { kind: 'odd', why: 'it stands where a name should, and is none', hint: `${oneEach}, as in "- fix-login.md".` } : { kind: 'prose' }
  const before = words.slice(0, first)
  if (before.some((word) => negation.test(word.text)))
    return { kind: 'odd', why: 'it seems to say what should not run', hint: 'Leave out what should not run.' }
  if (!leadsTo(before))
    return { kind: 'odd', why: 'a file name stands in a sentence', hint: `${oneEach}, as in "- fix-login.md"; one that holds spaces needs back-ticks.` }
  return namesFrom(words, first, isItem && first === 0)
}

const oneEach = 'Write each name on a line of its own'

/** Whether words before the first name say that names follow. */
const leadsTo = (before: readonly Token[]): boolean => before.length === 0 || before.some(({ text, leads }) => leads || asking.test(text))

/** Names in a row; what follows a dash, colon, "#" or "(" is a comment, and other words may follow as long as they name nothing. */
function namesFrom(words: readonly Token[], first: number, plain: boolean): NameLine {
  const names: string[] = []
  let afterSeparator = true
  let at = first
  for (; at < words.length; at++) {
    const word = words[at]
    if (word === undefined) break
    const isSeparator = separator.test(word.text)
    if (isName(word) || (plain && afterSeparator && !isSeparator && isBare(word))) names.push(cleaned(word.text))
    else if (!isSeparator) break
    afterSeparator = isSeparator
    if (word.leads) return { kind: 'names', names, done: false, plain }
  }
  const [next, ...more] = words.slice(at)
  const isComment = next === undefined || opensComment(next)
  if (isComment || ![next, ...more].some(isName)) return { kind: 'names', names, done: false, plain }
  return {
    kind: 'odd',
    why: 'between its names stands more than "," or "and"',
    hint: `${oneEach}; an order is said by "depends_on: [id]" at the top of a prompt file.`,
  }
}

const separator = /^(?:[,;&+]|and)$/i
const opensComment = (word: Token): boolean => word.aside || /^(?:[-–—]+$|#|\/\/)/.test(word.text)

/** Whether at most a comment or another name follows. */
const endsAt = (words: readonly Token[], at: number): boolean => {
  const next = words[at]
  return next === undefined || words[at - 1]?.leads === true || opensComment(next) || separator.test(next.text)
}

/** A name without its extension, as the first thing behind a bullet. */
const isBare = ({ text, quoted, aside }: Token): boolean =>
  !aside && /\p{L}/u.test(text) && !/\.[A-Za-z]\w{0,4}$/.test(text) && (bareName.test(text) || (quoted && pathLike.test(text) && !text.includes('://')))

function isName({ text, quoted, aside }: Token): boolean {
  if (aside || !extension.test(text) || text.includes('://') || !pathLike.test(text)) return false
  return (quoted || !/\s/.test(text)) && !/(?:^|\/)\.[a-z]+$/i.test(text)
}

const cleaned = (name: string): string => name.replace(/^(?:\.\/)+/, '').trim()

function tokensOf(text: string): readonly Token[] {
  const found: Token[] = []
  let depth = 0
  for (const match of text.matchAll(tokens)) {
    const [whole, back, double, single, link, mark, word] = match
    const quote = back ?? double ?? single
    const behind = text[match.index + whole.length]
    if (word !== undefined) {
      const inner = word.startsWith('(') ? depth + 1 : depth
      found.push({ ...wordToken(word), aside: inner > 0 })
      depth = Math.max(0, inner - (/\)[^\w]{0,9}$/.test(word) ? 1 : 0))
    } else if (mark !== undefined) found.push({ text: mark, quoted: false, leads: false, aside: depth > 0 })
    else if (quote !== undefined) found.push({ text: slashed(quote.trim()), quoted: true, leads: behind === ':', aside: depth > 0 })
    else if (link !== undefined) found.push({ text: linkTarget(link), quoted: true, leads: behind === ':', aside: depth > 0 })
  }
  return found
}

function wordToken(word: string): Omit<Token, 'aside'> {
  if (/^[-–—]+$/.test(word)) return { text: word, quoted: false, leads: true }
  const start = /^[([{<*~'’]{0,9}/.exec(word)?.[0] ?? ''
  const end = /[)\]}>*~'’.,:!?…]{0,9}$/.exec(word.slice(start.length))?.[0] ?? ''
  const inner = word.slice(start.length, word.length - end.length)
  const text = inner.replace(/^_([^_]{1,300})_$/, '$1')
  return { text: slashed(text === '' ? word : text), quoted: false, leads: end.includes(':') }
}

/** On Windows people write back-slashes. */
const slashed = (name: string): string => name.replaceAll('\\', '/')

const linkTarget = (target: string): string =>
  target
    .replace(/^<|>$/g, '')
    .replace(/[#?].*$/s, '')
    .replaceAll('%20', ' ')
