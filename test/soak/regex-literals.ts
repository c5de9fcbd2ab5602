/** Finds the regular expressions that stand in a TypeScript source as literals. */

export type Literal = { readonly source: string; readonly flags: string; readonly line: number }

/** After these words a slash begins an expression, although a word stands before it. */
const words = new Set(['return', 'typeof', 'case', 'in', 'of', 'delete', 'void', 'throw', 'new', 'do', 'else', 'yield', 'await'])

/** Reads token by token, so that neither a comment nor a text nor a division looks like one. */
export function regexLiterals(text: string): readonly Literal[] {
  const found: Literal[] = []
  /** What stands before: a value may be divided, anything else may not. */
  let afterValue = false
  /** Templates that are open, with the number of braces that are open in each. */
  const templates: number[] = []
  let at = 0
  const template = (from: number): number => {
    let to = from
    while (to < text.length && text[to] !== '`') {
      if (text[to] === '\\') to += 1
      else if (text.startsWith('${', to)) {
        templates.push(0)
        afterValue = false
        return to + 2
      }
      to += 1
    }
    afterValue = true
    return to + 1
  }
  while (at < text.length) {
    const char = text[at] ?? ''
    if (/\s/.test(char)) at += 1
    else if (text.startsWith('//', at)) at = endOr(text.indexOf('\n', at), text)
    else if (text.startsWith('/*', at)) at = endOr(text.indexOf('*/', at + 2), text) + 2
    else if (char === "'" || char === '"') {
      at = afterQuoted(text, at)
      afterValue = true
    } else if (char === '`') at = template(at + 1)
    else if (char === '/' && !afterValue) {
      const end = endOfRegex(text, at)
      const flags = /^[a-z]*/.exec(text.slice(end + 1))?.[0] ?? ''
      found.push({ source: text.slice(at + 1, end), flags, line: text.slice(0, at).split('\n').length })
      at = end + 1 + flags.length
      afterValue = true
    } else if (/[\w$]/.test(char)) {
      const word = /^[\w$]+/.exec(text.slice(at, at + 200))?.[0] ?? char
      afterValue = !words.has(word)
      at += word.length
    } else {
      const open = templates.at(-1)
      if (open !== undefined && char === '{') templates[templates.length - 1] = open + 1
      if (open !== undefined && char === '}') {
        if (open === 0) {
          templates.pop()
          at = template(at + 1)
          continue
        }
        templates[templates.length - 1] = open - 1
      }
      afterValue = char === ')' || char === ']' || char === '}'
      at += 1
    }
  }
  return found
}

const endOr = (at: number, text: string): number => (at === -1 ? text.length : at)

function afterQuoted(text: string, from: number): number {
  let at = from + 1
  while (at < text.length && text[at] !== text[from]) at += text[at] === '\\' ? 2 : 1
  return at + 1
}

function endOfRegex(text: string, from: number): number {
  let isInClass = false
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '[') isInClass = true
    else if (text[at] === ']') isInClass = false
    else if (text[at] === '/' && !isInClass) return at
  }
  throw new Error(`a regular expression without an end: ${text.slice(from, from + 60)}`)
}
