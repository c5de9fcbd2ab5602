/** Finds everything that is wrong with a configuration, not only the first thing, as sentences for people. */
import * as v from 'valibot'
import { nearest } from '../model/suggestion.ts'
import { example, expected, type Parts, type Schema } from './expected.ts'
import { pathText, type Keys } from './keys.ts'

export type Problem = {
  readonly path: Keys
  /** Whether the key itself is wrong or what stands behind it. */
  readonly at: 'key' | 'value'
  readonly what: string
  readonly hint: string
}

/** Empty exactly when the schema accepts the value. */
export function problemsOf(schema: Schema, value: unknown, path: Keys = []): readonly Problem[] {
  const parts = schema as Schema & Parts
  if (schema.type === 'optional' && parts.wrapped !== undefined) return value === undefined ? [] : problemsOf(parts.wrapped, value, path)
  if (schema.type === 'union') return unionProblems(schema, value, path)
  const inside = insideProblems(schema, value, path)
  if (inside === undefined || (inside.length === 0 && !v.is(schema, value))) return [wrong(schema, value, path)]
  return inside
}

/** The problems of entries, items and fields; undefined when the value is not that kind of container. */
function insideProblems(schema: Schema, value: unknown, path: Keys): readonly Problem[] | undefined {
  const parts = schema as Schema & Parts
  switch (schema.type) {
    case 'strict_object':
      return isMapping(value) ? fieldProblems(parts.entries ?? {}, value, path) : undefined
    case 'record':
      return isMapping(value) ? Object.entries(value).flatMap(([key, inner]) => recordProblems(parts.value, key, inner, [...path, key])) : undefined
    case 'array':
      return Array.isArray(value) ? value.flatMap((inner, i) => (parts.item === undefined ? [] : problemsOf(parts.item, inner, [...path, i]))) : undefined
    default:
      return []
  }
}

function fieldProblems(entries: Readonly<Record<string, Schema>>, value: Readonly<Record<string, unknown>>, path: Keys): readonly Problem[] {
  const missing = Object.entries(entries).filter(([key, schema]) => schema.type !== 'optional' && value[key] === undefined)
  return [
    ...missing.map(([key]): Problem => ({ path, at: 'key', what: `'${pathText(path)}' lacks '${key}'`, hint: `Add '${key}'.` })),
    ...Object.entries(value).flatMap(([key, inner]) => {
      const schema = Object.hasOwn(entries, key) ? entries[key] : undefined
      if (schema === undefined) return [unknownKey(key, Object.keys(entries), path)]
      return inner === undefined ? [] : problemsOf(schema, inner, [...path, key])
    }),
  ]
}

// valibot leaves these keys out of a record without a word, so that objects cannot be poisoned.
const reservedNames: ReadonlySet<string> = new Set(['__proto__', 'prototype', 'constructor'])

function recordProblems(schema: Schema | undefined, key: string, value: unknown, path: Keys): readonly Problem[] {
  if (reservedNames.has(key)) return [{ path, at: 'key', what: `'${key}' cannot be used as a name`, hint: 'Choose another name.' }]
  if (schema === undefined || value === undefined) return []
  return problemsOf(schema, value, path)
}

/** A union is explained through the one option whose kind fits, or else as a whole. valibot itself would take a list for a mapping. */
function unionProblems(schema: Schema, value: unknown, path: Keys): readonly Problem[] {
  const options = ((schema as Schema & Parts).options ?? []) as readonly Schema[]
  const kinds = Array.isArray(value) ? ['array'] : isMapping(value) ? ['strict_object', 'record'] : undefined
  if (kinds === undefined) return v.is(schema, value) ? [] : [wrong(schema, value, path)]
  const fitting = options.find((option) => kinds.includes(option.type))
  return fitting === undefined ? [wrong(schema, value, path)] : problemsOf(fitting, value, path)
}

function unknownKey(key: string, known: readonly string[], path: Keys): Problem {
  const meant = nearest(key, known)
  const hint = meant === undefined ? `Known keys here: ${known.join(', ')}` : `Did you mean '${meant}'?`
  return { path: [...path, key], at: 'key', what: `unknown key '${key}'`, hint }
}

function wrong(schema: Schema, value: unknown, path: Keys): Problem {
  const name = path.length === 0 ? 'the configuration' : `'${pathText(path)}'`
  const key = path.at(-1)
  const instead = `For example: ${typeof key === 'string' ? `${key}: ` : ''}${path.length === 0 ? 'checks: { test: { command: make test } }' : example(schema)}`
  return {
    path,
    at: value === null ? 'key' : 'value',
    what: `${name} must be ${expected(schema)}, not ${shown(value)}`,
    hint: hintFor(schema, value) ?? instead,
  }
}

/** What the usual slips of the pen look like. */
function hintFor(schema: Schema, value: unknown): string | undefined {
  if (value === null) return 'Give the key a value or remove it.'
  if (v.is(schema, 'text') && (typeof value === 'number' || typeof value === 'boolean')) return `Put it in quotes: "${String(value)}"`
  // YAML reads {files} without quotes as a mapping with the one key "files".
  if (isMapping(value) && Object.keys(value).join() === 'files' && value['files'] === null) return 'Put it in quotes: "{files}"'
  if (typeof value !== 'string') return undefined
  if (v.is(schema, true) && /^(y|yes|on|n|no|off)$/i.test(value)) return `Write ${/^(y|yes|on)$/i.test(value) ? 'true' : 'false'}.`
  if (/^\d+$/.test(value) && v.is(schema, Number(value))) return 'Write it without quotes.'
  const meant = nearest(value, wordsOf(schema))
  if (meant !== undefined) return `Did you mean '${meant}'?`
  if (v.is(schema, [value])) return `Write a list: [${value}]`
  return schema.type === 'union' && v.is(schema, { command: value }) ? `Write a mapping: { command: ${value} }` : undefined
}

/** The words that a schema accepts, when it is a choice between words. */
function wordsOf(schema: Schema): readonly string[] {
  const { options = [], literal } = schema as Schema & Parts
  if (schema.type === 'union') return options.flatMap((option) => wordsOf(option as Schema))
  return [...options, literal].filter((word) => typeof word === 'string')
}

function shown(value: unknown): string {
  if (value === null) return 'empty'
  if (typeof value === 'string') return value.length > 60 ? `'${value.slice(0, 59)}…'` : `'${value}'`
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a mapping'
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return `a ${typeof value}`
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
