/** The forms in which a known value can turn up in text: as it is, and as tools encode it. */

const encoder = new TextEncoder()
const base64Letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
/** Lines of encoded text as `base64` and as PEM breaks them. */
const lineWidths = [64, 76]
/** A shorter piece of encoded text may stand anywhere. */
const shortestPiece = 12

/** Each form once, of the whole value and of each of its lines. What is shorter than `shortest` is left alone. */
export function formsOf(value: string, shortest: number): readonly string[] {
  const lines = value.split(/\r?\n|\r/).map((line) => line.trim())
  const wholes = [value, value.trim(), ...(lines.length > 1 ? lines : [])].filter((text) => text.length >= shortest)
  return [...new Set(wholes.flatMap(encoded))].filter((form) => form.length >= shortest)
}

function encoded(text: string): readonly string[] {
  const bytes = encoder.encode(text)
  return [text, ...jsonForms(text), ...urlForms(text), hex(bytes), hex(bytes).toUpperCase(), ...base64Forms(bytes)]
}

/** Also with slashes escaped, in ASCII alone, and quoted twice, as in a JSON text inside of another one. */
function jsonForms(text: string): readonly string[] {
  const inner = (value: string): string => JSON.stringify(value).slice(1, -1)
  const plain = inner(text)
  const ascii = plain.replace(/[\x7f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return [plain, ascii, plain.replaceAll('/', '\\/'), inner(plain)]
}

/** As encodeURIComponent, encodeURI, strict encoders and forms do it, with both cases of the digits. */
function urlForms(text: string): readonly string[] {
  const sound = text.toWellFormed()
  const component = encodeURIComponent(sound)
  const strict = component.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
  const all = [component, strict, strict.replaceAll('%2F', '/'), encodeURI(sound), strict.replaceAll('%20', '+')]
  return all.flatMap((form) => [form, form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())])
}

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** What is certain of the encoded text wherever the value stands in the encoded bytes, whole and by lines. */
function base64Forms(bytes: Uint8Array): readonly string[] {
  const alignments = [0, 1, 2].flatMap((before) => [base64(bytes, before, 'middle'), base64(bytes, before, 'end')])
  const first = alignments[1] ?? ''
  const pieces = lineWidths.flatMap((width) => (first.length <= width ? [] : piecesOf(first, width)))
  return [...alignments, ...pieces].flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
}

const piecesOf = (text: string, width: number): readonly string[] =>
  Array.from({ length: Math.ceil(text.length / width) }, (_, line) => text.slice(line * width, (line + 1) * width)).filter(
    (piece) => piece.length >= shortestPiece,
  )

/** `before`: so many unknown bytes come first. In the middle only letters that depend on known bits alone are given; at the end there is padding. */
function base64(bytes: Uint8Array, before: number, place: 'middle' | 'end'): string {
  const bits = (before + bytes.length) * 8
  const from = Math.ceil((before * 8) / 6)
  const to = place === 'end' ? Math.ceil(bits / 6) : Math.floor(bits / 6)
  let text = ''
  for (let letter = from; letter < to; letter++) {
    const bit = letter * 6 - before * 8
    const [at, shift] = [bit >> 3, bit & 7]
    const two = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
    text += base64Letters[(two >> (10 - shift)) & 63] ?? ''
  }
  return place === 'end' ? text + '='.repeat((4 - (to % 4)) % 4) : text
}
