/** Secrets to be looked for afterwards, in the forms in which a tool could print them. Written without a look at how pawl finds them. */
import { Buffer } from 'node:buffer'
import { generateKeyPairSync } from 'node:crypto'

export type Canary = { readonly name: string; readonly value: string }

/** Twelve kinds, each with a name by which pawl must know it; one ends as another begins. None is real. */
export function canaries(size: 'ci' | 'full'): readonly Canary[] {
  const key =
    size === 'ci'
      ? generateKeyPairSync('ec', {
          namedCurve: 'P-256',
          privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
          publicKeyEncoding: { type: 'spki', format: 'pem' },
        })
      : generateKeyPairSync('rsa', {
          modulusLength: 2048,
          privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
          publicKeyEncoding: { type: 'spki', format: 'pem' },
        })
  return [
    { name: 'GITHUB_TOKEN', value: 'ghp_Zx81kQvT0m5WnYb7RcLd3EfGh2JpAs9UoIe4' },
    { name: 'npm_config__authToken', value: 'npm_k3JvQ8sW1xYz5TbNm7RpLd0GfHc2EaUo9Ii4' },
    { name: 'AWS_SECRET_ACCESS_KEY', value: 'wJal+XUtnFEMI/K7MDENG/bPxRfi+CYzEXAMPLE1' },
    { name: 'SLACK_BOT_TOKEN', value: 'xoxb-103847561029-5647382910453-QkWnEbRtYuIoPaSdFgHjKlZxsk_te' },
    { name: 'STRIPE_API_KEY', value: 'sk_test_51HxY2ZaBcDeFgHiJkLmNoPqRsTuVwXyZ0123' },
    { name: 'SESSION_SECRET', value: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822c' },
    { name: 'ID_TOKEN', value: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U' },
    { name: 'DB_PASSWORD', value: 'p"a\\ss w&o=r?d/%<1>#$\'{x}' },
    { name: 'ADMIN_PASSPHRASE', value: 'grün & süß: schöne Grüße 🗝' },
    { name: 'DEPLOY_KEY', value: key.privateKey.trim() },
    { name: 'SIGNING_KEY_BASE64', value: 'q83vEjRWeJq83vEjRWeJq+/vEjRWeJq83vEjRWeJ/w==' },
    { name: 'MAIL_PASSWORD', value: 'hunter2!x9' },
  ]
}

type Encoder = (before: string, value: string, after: string) => string
const base64 =
  (kind: 'base64' | 'base64url', shift: number): Encoder =>
  (before, value, after) =>
    Buffer.from(`${before.slice(0, 3 + shift)}${value}${after}`).toString(kind)
const each =
  (encode: (value: string) => string): Encoder =>
  (before, value, after) =>
    before + encode(value) + after

export const encodings: Readonly<Record<string, Encoder>> = {
  raw: each((value) => value),
  'base64, first alignment': base64('base64', 0),
  'base64, second alignment': base64('base64', 1),
  'base64, third alignment': base64('base64', 2),
  'base64 for URLs': base64('base64url', 1),
  URL: each(encodeURIComponent),
  'URL, small digits': each((value) => encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase())),
  JSON: each((value) => JSON.stringify(value).slice(1, -1)),
  'JSON in ASCII': each((value) =>
    JSON.stringify(value)
      .slice(1, -1)
      .replace(/[\u0080-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ),
  hex: each((value) => Buffer.from(value).toString('hex')),
  'hex in capitals': each((value) => Buffer.from(value).toString('hex').toUpperCase()),
}

/** An encoded text with the canary in it, and the part of it that is there whatever stands around. */
export function hidden(value: string, encode: Encoder): { readonly text: string; readonly core: string } {
  const text = encode('abcdefgh', value, 'stuvwxyz')
  const others = [encode('01234567', value, '01234567'), encode(".-,+*)('", value, 'KLMNOPQR')]
  let core = ''
  let run = ''
  for (const [at, char] of text.split('').entries()) {
    run = others.every((other) => other[at] === char) ? run + char : ''
    if (run.length > core.length) core = run
  }
  if (core.length < 6) throw new Error('the canary leaves nothing to look for')
  return { text, core }
}

/** Pieces of this length of a canary may be found nowhere. Shorter ones stand in any text. */
const pieceLength = 10

export function piecesOf(core: string): readonly string[] {
  if (core.length <= pieceLength) return [core]
  return Array.from({ length: core.length - pieceLength + 1 }, (_, at) => core.slice(at, at + pieceLength))
}
