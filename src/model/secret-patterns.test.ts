import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { secretsIn } from './secret-patterns.ts'

/** Always the same letters for the same seed, and never ones that could be a key of somebody. */
function letters(seed: number, count: number, of = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'): string {
  let state = seed * 2654435761 + 97
  const next = (): number => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0), state >>> 8)
  return Array.from({ length: count }, () => of[next() % of.length]).join('')
}
/** Put together here, so that no scanner takes this file for a leak. */
const put = (text: string): string => text.replace('|', '')
const hex = '0123456789abcdef'
const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** In the ways in which keys turn up in files. */
const seeded: readonly ((n: number) => string)[] = [
  (n) => `aws_access_key_id = ${put('AK|IA')}${letters(n, 16, upper)}`,
  (n) => `const id = "${put('AS|IA')}${letters(n, 16, upper)}"`,
  (n) => `aws_secret_access_key = ${letters(n, 40)}`,
  (n) => `GITHUB_TOKEN=${put('gh|p_')}${letters(n, 36)}`,
  (n) => `token: ${put('github|_pat_')}${letters(n, 22)}_${letters(n + 1, 59)}`,
  (n) => `url = https://oauth2:${put('gl|pat-')}${letters(n, 20)}@gitlab.com/a/b.git`,
  (n) => `SLACK_BOT_TOKEN="${put('xo|xb-')}${letters(n, 11, '23456789')}-${letters(n, 12, '23456789')}-${letters(n, 24)}"`,
  (n) => `https://hooks.${put('sla|ck')}.com/services/T${letters(n, 9, upper)}/B${letters(n, 9, upper)}/${letters(n, 24)}`,
  (n) => `stripe.apiKey = '${put('sk_|live_')}${letters(n, 24)}'`,
  (n) => `GOOGLE_API_KEY: ${put('AI|za')}${letters(n, 35)}`,
  (n) => `ANTHROPIC_API_KEY=${put('sk-|ant-')}api03-${letters(n, 80)}`,
  (n) => `OPENAI_API_KEY=${put('sk-|proj-')}${letters(n, 48)}`,
  (n) => `//packages.example/:_${put('auth|Token')}=${put('npm|_')}${letters(n, 36)}`,
  (n) => `password = pypi-${put('Ag|E')}IcHlwaS5vcmc${letters(n, 60)}`,
  (n) => `HF_TOKEN=${put('hf|_')}${letters(n, 34, 'abcdefghijklmnopqrstuvwxyzABCDEF')}`,
  (n) => `sendgrid: ${put('S|G.')}${letters(n, 22)}.${letters(n + 1, 43)}`,
  (n) => `-----BEGIN ${n % 2 === 0 ? 'RSA ' : ''}PRIVATE ${put('K|EY')}-----\n${letters(n, 64)}`,
  (n) => `DATABASE_URL=postgres://admin:${letters(n, 16)}@db.company.net:5432/app`,
  (n) => `"clientSecret": "${letters(n, 32)}"`,
  (n) => `DB_PASSWORD='${letters(n, 18)}9x'`,
  (n) => `jwt = "eyJ${letters(n, 20)}.eyJ${letters(n + 1, 40)}.${letters(n + 2, 43)}"`,
  (n) => `do_token: ${put('dop|_v1_')}${letters(n, 64, hex)}`,
  (n) => `DefaultEndpointsProtocol=https;AccountName=a;Account${put('K|ey')}=${letters(n, 86)}==`,
  (n) => `VAULT_TOKEN=${put('hv|s.')}${letters(n, 28)}`,
  (n) => `shopify = '${put('shp|at_')}${letters(n, 32, hex)}'`,
]

test('of fifty seeded keys at least forty-nine are found, with their line', () => {
  const samples = [1, 2].flatMap((round) => seeded.map((make, at) => make(round * 100 + at)))
  expect(samples.length).toBe(50)
  const missed = samples.filter((sample) => secretsIn(`# settings\n\n${sample}\n`)[0]?.line !== 3)
  expect(missed.length).toBeLessThanOrEqual(1)
})

test('of five hundred files without secrets at most five are suspected', () => {
  const root = join(import.meta.dir, '../..')
  const folders = ['src', 'docs', 'test/house.test.ts', 'bench', 'tools', 'node_modules/valibot', 'node_modules/yaml/dist', 'node_modules/fast-check/lib']
  const files = folders.flatMap((folder) =>
    folder.endsWith('.ts')
      ? [join(root, folder)]
      : readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile() && /\.(?:[cm]?[jt]s|md|json|ya?ml)$/.test(entry.name) && !/secret|redaction|recorded/.test(entry.name))
          .map((entry) => join(entry.parentPath, entry.name)),
  )
  expect(files.length).toBeGreaterThan(500)
  const step = files.length / 500
  const some = Array.from({ length: 500 }, (_, at) => files[Math.floor(at * step)] ?? '')
  const suspected = some.filter((path) => secretsIn(readFileSync(path, 'utf8')).length > 0)
  expect(suspected.length).toBeLessThanOrEqual(5)
})

test.each([
  'const token = process.env.GITHUB_TOKEN',
  'password: ${{ secrets.DATABASE_PASSWORD }}',
  'DATABASE_URL=postgres://postgres:postgres@localhost:5432/app',
  `AWS_ACCESS_KEY_ID=${put('AK|IA')}IOSFODNN7EXAMPLE`,
  'const accessToken = await fetchAccessToken(session)',
  '"integrity": "sha512-abcABCabc123456789012345678901234567890abcdefabcdef=="',
  'tokenType: "Bearer"',
  'api_key = your-api-key-here-1234',
])('%s is no secret', (line) => {
  expect(secretsIn(line)).toEqual([])
})

test('long lines and hostile repetitions are looked through quickly', () => {
  const begin = performance.now()
  for (const text of ['a'.repeat(1_000_000), 'eyJ'.repeat(300_000), 'x://'.repeat(250_000), 'key='.repeat(250_000), 'a:b@'.repeat(250_000)]) secretsIn(text)
  expect(performance.now() - begin).toBeLessThan(2000)
})
