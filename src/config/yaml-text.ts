/** Writes plain data as YAML that people like to read and that every reader takes for the same data. */
import type { Json } from '../model/json.ts'

/** Words that some reader of YAML takes for something else than a text. */
const ambiguous = /^(true|false|null|yes|no|on|off|y|n|nan|inf|infinity)$/i
const harmless = /^((--?[A-Za-z]|[A-Za-z_])([\w./+=@-]|:(?=\w)| (?=[\w./+=@-]))*|\d+(ms|s|m|h|d))$/

/** A text without quotes where that is safe everywhere, even as a key and inside of brackets. */
export function textYaml(text: string): string {
  if (harmless.test(text) && !ambiguous.test(text)) return text
  // JSON leaves some control characters and line separators as they are; in YAML they would end a line or be refused.
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** On one line: 10m, [eslint, "."], {NODE_ENV: test}. */
export function lineYaml(value: Json): string {
  if (typeof value === 'string') return textYaml(value)
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return JSON.stringify(value)
  if (isList(value)) return `[${value.map(lineYaml).join(', ')}]`
  return `{${Object.entries(value)
    .map(([key, inner]) => `${textYaml(key)}: ${lineYaml(inner)}`)
    .join(', ')}}`
}

/** "key: value" lines, with mappings that hold more than texts on lines of their own. */
export function entryYaml(key: string, value: Json, indent: string): readonly string[] {
  if (isList(value) && value.some((item) => typeof item === 'object')) {
    return [`${indent}${textYaml(key)}:`, ...value.map((item) => `${indent}  - ${lineYaml(item)}`)]
  }
  if (typeof value === 'object' && value !== null && !isList(value) && Object.keys(value).length > 0) {
    return [`${indent}${textYaml(key)}:`, ...Object.entries(value).flatMap(([inner, item]) => entryYaml(inner, item, `${indent}  `))]
  }
  return [`${indent}${textYaml(key)}: ${lineYaml(value)}`]
}

/** A comment stays on its line whatever the text holds. */
export const commentYaml = (text: string): string => `# ${text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]+/g, ' ').trim()}`

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
