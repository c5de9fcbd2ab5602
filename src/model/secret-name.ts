/** Says which names of variables and settings are those of secrets, and which values are too plain to be one. */

/** What can be told from the name alone. `maybe`: a name such as FOO_KEY, which many harmless things have, too. */
export type SecretName = 'surely' | 'maybe' | 'no'

const words: ReadonlySet<string> = new Set([
  'TOKEN',
  'TOKENS',
  'SECRET',
  'SECRETS',
  'PASS',
  'PASSWORD',
  'PASSWD',
  'PASSPHRASE',
  'PWD',
  'CREDENTIAL',
  'CREDENTIALS',
  'AUTH',
  'AUTHORIZATION',
  'APIKEY',
  'DSN',
])
/** Also at the end of a longer word: PGPASSWORD, ACCESSTOKEN, CLIENTSECRET. */
const endings = /(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|APIKEY)$/
const keys = /(?:^|_)(?:API|ACCESS|PRIVATE|SECRET|SIGNING|ENCRYPTION|DEPLOY|MASTER|SERVICE|ACCOUNT|LICENSE|SSH)_KEY(?:_|$)/
/** They say where something lies or what it is called. */
const places = /(?:^|_)(?:FILE|PATH|DIR|FOLDER|SOCK|SOCKET|NAME|TYPE|HOST|PORT|USER|USERNAME|EXPIRES?|EXPIRY|TIMEOUT|TTL|PREFIX)$/
const exceptions: ReadonlySet<string> = new Set(['PWD', 'OLDPWD', 'SSH_AUTH_SOCK', 'GOOGLE_APPLICATION_CREDENTIALS'])

export function secretName(name: string): SecretName {
  const parts = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
  const joined = parts.filter((part) => part !== '').join('_')
  if (exceptions.has(joined) || places.test(joined)) return 'no'
  if (keys.test(joined) || parts.some((part) => words.has(part) || endings.test(part))) return 'surely'
  return parts.at(-1) === 'KEY' ? 'maybe' : 'no'
}

const common: ReadonlySet<string> = new Set([
  'anonymous',
  'changeme',
  'credentials',
  'default',
  'development',
  'disabled',
  'enabled',
  'example',
  'localhost',
  'optional',
  'password',
  'postgres',
  'production',
  'required',
  'staging',
  'undefined',
  'username',
])

/** A value that stands in ordinary text all the time: taking it out would make the text worthless and hide nothing. */
export function isTooPlain(value: string, shortest: number): boolean {
  return value.length < shortest || /^\d{1,11}$/.test(value) || common.has(value.toLowerCase()) || /^(.)\1*$/s.test(value)
}

/** For names that only may be those of a secret: long, in one piece, of letters and digits mixed, and no path or address. */
export const looksRandom = (value: string): boolean =>
  value.startsWith('-----BEGIN ') || (value.length >= 16 && !/[\s:]|^[./~]/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value))
