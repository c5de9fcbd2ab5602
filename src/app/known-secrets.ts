/** Gathers the secrets that pawl can know of: from its environment, from the variables that checks set, from the user's files for npm. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { shortestSecret, type Secret } from '../model/redaction.ts'
import { isTooPlain, looksRandom, secretName } from '../model/secret-name.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** A value whose name only looks like that of a secret must be this long; one that is named in pawl.yaml may be shorter. */
const shortestGuessed = 8

/** `named`: variables that are secrets whatever they are called. */
export function secretsIn(env: Environment, named: readonly string[] = []): readonly Secret[] {
  const wished = new Set(named)
  return Object.entries(env).flatMap(([name, value = '']): readonly Secret[] => {
    if (wished.has(name)) return isTooPlain(value, shortestSecret) ? [] : [{ name, value }]
    if (value.length < shortestGuessed) return []
    const values = [...(isSecret(name, value) ? [value, ...secretsInJson(value)] : []), ...passwordsIn(name, value)]
    return values.filter((one) => !isTooPlain(one, shortestGuessed)).map((one) => ({ name, value: one }))
  })
}

const isSecret = (name: string, value: string): boolean => {
  const kind = secretName(name)
  return (kind === 'surely' && !isAddress(value)) || (kind === 'maybe' && looksRandom(value))
}

/** "postgres://user:password@host/db": the address itself is worth reading. */
const isAddress = (value: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(value)

function passwordsIn(name: string, value: string): readonly string[] {
  const inAddress = value.includes('@') ? [...value.matchAll(/:\/\/([^\s:/@]*)(?::([^\s/@]*))?@/g)] : []
  // In a DSN the name before the "@" is the secret itself.
  const words = inAddress.flatMap(([, user = '', password]) => (password === undefined ? (secretName(name) === 'surely' ? [user] : []) : [password]))
  const inPairs = /(?:^|_)(?:DSN|CONNECTION_?STRING)(?:_|$)/i.test(name)
    ? [...value.matchAll(/(?:password|pwd|accountkey|sharedaccesskey)=([^;]+)/gi)].map((match) => match[1] ?? '')
    : []
  return [...words.flatMap((word) => [word, decoded(word)]), ...inPairs]
}

function decoded(word: string): string {
  try {
    return decodeURIComponent(word)
  } catch (error) {
    if (error instanceof URIError) return word
    throw error
  }
}

/** Service accounts and registry logins come as JSON with the secret somewhere inside. */
function secretsInJson(value: string): readonly string[] {
  if (!value.trimStart().startsWith('{')) return []
  try {
    return leaves(JSON.parse(value), '')
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}

function leaves(value: unknown, name: string): readonly string[] {
  if (typeof value === 'string') return secretName(name) === 'no' ? [] : [value]
  return typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, key)) : []
}

/** Logins of npm: the file of the user and that of the repository. What cannot be read gives no secret. */
export function npmSecrets(env: Environment, root: string): readonly Secret[] {
  const files = [...new Set([env['npm_config_userconfig'] ?? join(env['HOME'] ?? env['USERPROFILE'] ?? root, '.npmrc'), join(root, '.npmrc')])]
  return files.flatMap((path) => npmSecretsIn(textOf(path)))
}

export function npmSecretsIn(npmrc: string): readonly Secret[] {
  return npmrc.split('\n').flatMap((line): readonly Secret[] => {
    const middle = line.indexOf('=')
    if (middle === -1 || !/(?:^|:)_(?:authToken|auth|password)$/.test(line.slice(0, middle).trim())) return []
    const value = line
      .slice(middle + 1)
      .trim()
      .replace(/^"([^"]*)"$/, '$1')
    return isTooPlain(value, shortestGuessed) || value.startsWith('${') ? [] : [{ name: 'npm-login', value }]
  })
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    // Missing as a rule; whoever needs the login will tell when it cannot be read.
    if (error instanceof Error && 'code' in error) return ''
    throw error
  }
}
