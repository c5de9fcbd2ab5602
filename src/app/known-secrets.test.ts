import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { npmSecrets, secretsIn } from './known-secrets.ts'

const valuesIn = (env: Record<string, string>, named: readonly string[] = []): string[] => secretsIn(env, named).map(({ value }) => value)

test('the values of variables with the name of a secret are known, and those that are named', () => {
  expect(valuesIn({ GITHUB_TOKEN: 'ghp_12345678', HOME: '/home/someone', MAX_TOKENS: '8000', LICENCE: 'abc-def' }, ['LICENCE'])).toEqual([
    'ghp_12345678',
    'abc-def',
  ])
  expect(valuesIn({ SORT_KEY: 'customer_name', SOME_KEY: 'k9Xw2pQz7LmN4vRt' })).toEqual(['k9Xw2pQz7LmN4vRt'])
})

test('of an address only the password is a secret, as written and as meant', () => {
  expect(valuesIn({ DATABASE_URL: 'postgres://me:p%40ssw0rd1@db.internal/shop' })).toEqual(['p%40ssw0rd1', 'p@ssw0rd1'])
  expect(valuesIn({ HTTPS_PROXY: 'http://proxy:3128', PIP_INDEX_URL: 'https://u:longpassword1@pypi.internal/' })).toEqual(['longpassword1', 'longpassword1'])
  expect(valuesIn({ SENTRY_DSN: 'https://0123456789abcdef@sentry.internal/1' })).toContain('0123456789abcdef')
  expect(valuesIn({ DB_CONNECTION_STRING: 'Server=x;User=y;Password=s3cr3t-value;' })).toEqual(['s3cr3t-value'])
})

test('secrets inside of JSON are known by themselves', () => {
  const account = { type: 'service_account', client_email: 'a@b.c', private_key: '-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----\n' }
  expect(valuesIn({ GCP_CREDENTIALS: JSON.stringify(account) })).toEqual([JSON.stringify(account), account.private_key])
})

test('logins in the files for npm are known; references to variables and missing files are none', () => {
  const root = mkdtempSync(join(tmpdir(), 'pawl-npmrc-'))
  writeFileSync(
    join(root, '.npmrc'),
    '//registry.npmjs.org/:_authToken=npm_abcdefgh\n//other/:_authToken=${NPM_TOKEN}\nregistry=https://x\n; _auth=commented-out\n',
  )
  expect(npmSecrets({ HOME: join(root, 'nowhere') }, root)).toEqual([{ name: 'npm-login', value: 'npm_abcdefgh' }])
  rmSync(root, { recursive: true })
})
