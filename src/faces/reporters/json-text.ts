/** Writes JSON whose text is harmless on a terminal and in a CI log: what could act there is escaped inside the strings. */

/** The same value as JSON.stringify gives, read back; only printable characters and line breaks of the layout. */
export function jsonText(value: unknown, indent = 0): string {
  const text = JSON.stringify(value, undefined, indent)
  return text
    .replace(acting, (char) => [...Array(char.length).keys()].map((at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''))
    .replace(ciCommand, '\\u0023#')
}

/** JSON.stringify escapes C0 and lone surrogates itself; the rest is what safe-text escapes too. */
const acting = /[\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e0fff}]/gu
const ciCommand = /##(?=\[|vso\[|teamcity\[)/gi
