/** Says in lines what settings of an agent would run, reach and move. For people: what decides is the digest. */
import { parsedJson } from '../model/json.ts'
import { isMoving, movedIn } from './moving-variables.ts'
import { fieldsOf, textOf } from './told-event.ts'

const most = 12

export function saysOf(path: string, text: string): readonly string[] {
  if (/(?:^|\/)\.env$/.test(path)) return movedIn(text).map((name) => `moves ${name}`)
  const value = /\.jsonc?$/.test(path) ? parsedJson(text) : undefined
  const lines = value === undefined ? linesThatRun(text) : [...new Set(inValue(value, []))]
  return lines.length > most ? [...lines.slice(0, most), `and ${lines.length - most} more`] : lines
}

/** Of text in a form that is not read here: the lines that name programs and addresses. */
function linesThatRun(text: string): readonly string[] {
  const isTelling = /command|args|url|hook|notify|exec|server|plugin|_key|proxy|!`|^\s*(?:tools|permissions?|allowed-tools)\s*:/i
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && isTelling.test(line))
    .map((line) => `says: ${cut(line)}`)
}

function inValue(value: unknown, way: readonly string[]): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => inValue(one, way))
  const fields = fieldsOf(value)
  if (fields === undefined) return []
  return Object.entries(fields).flatMap(([key, inner]) => ofKey(key, inner, fields, way) ?? inValue(inner, [...way, key]))
}

/** Undefined: what it means lies further below. */
function ofKey(key: string, value: unknown, around: Readonly<Record<string, unknown>>, way: readonly string[]): readonly string[] | undefined {
  const at = way.filter((one) => one !== 'hooks').at(-1) ?? ''
  const what = way.includes('hooks') ? `hook ${at}`.trim() : way.length === 0 ? key : `server ${at}`
  if (key === 'command') return [`${what}: ${cut(words(value, around['args']))}`]
  if (['url', 'httpUrl', 'serverUrl', 'baseURL', 'baseUrl'].includes(key)) return [`${at === '' ? key : at} reaches ${cut(words(value))}`]
  if (key === 'env' || key === 'environment')
    return Object.keys(fieldsOf(value) ?? {}).map((name) => (isMoving(name) ? `moves ${name} to ${cut(words(fieldsOf(value)?.[name]))}` : `sets ${name}`))
  if (/(?:Helper|Command|Refresh|Export)$/.test(key) && typeof value === 'string') return [`${key}: ${cut(value)}`]
  if (['allow', 'enabledPlugins', 'plugin', 'plugins', 'enableAllProjectMcpServers', 'enabledMcpjsonServers', 'trust'].includes(key))
    return [`${key}: ${cut(JSON.stringify(value))}`]
  return undefined
}

const words = (value: unknown, more?: unknown): string =>
  [value, more]
    .flat()
    .flatMap((one) => textOf(one) ?? [])
    .join(' ')
const cut = (text: string): string => (text.length > 160 ? `${text.slice(0, 160)}…` : text)
