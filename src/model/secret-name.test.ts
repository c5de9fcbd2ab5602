import { expect, test } from 'bun:test'
import { isTooPlain, looksRandom, secretName } from './secret-name.ts'

test('names of secrets are known in the ways in which people and tools write them', () => {
  const sure = `GITHUB_TOKEN NPM_TOKEN npm_config__authToken npm_config_//registry.npmjs.org/:_authToken npm_config__auth PGPASSWORD DB_PASS
    clientSecret API_KEY OPENAI_APIKEY AWS_SECRET_ACCESS_KEY AWS_ACCESS_KEY_ID SSH_PRIVATE_KEY YARN_NPM_AUTH_TOKEN COREPACK_NPM_TOKEN
    POETRY_HTTP_BASIC_FOO_PASSWORD POETRY_PYPI_TOKEN_PYPI UV_INDEX_INTERNAL_PASSWORD DOCKER_AUTH_CONFIG GOOGLE_CREDENTIALS SENTRY_DSN PASSPHRASE`.split(/\s+/)
  expect(sure.filter((name) => secretName(name) !== 'surely')).toEqual([])
  const harmless = `PATH PWD OLDPWD HOME SSH_AUTH_SOCK GIT_AUTHOR_NAME XAUTHORITY AUTHOR TOKENIZERS_PARALLELISM KEYBOARD NPM_TOKEN_FILE SECRET_NAME
    npm_config_registry npm_config_cache POETRY_HTTP_BASIC_FOO_USERNAME MONKEY GOOGLE_APPLICATION_CREDENTIALS PASSENGER COMPASS_PATH DOCKER_HOST`.split(/\s+/)
  expect(harmless.filter((name) => secretName(name) !== 'no')).toEqual([])
  expect(['FOO_KEY', 'npm_config_key'].map(secretName)).toEqual(['maybe', 'maybe'])
})

test('values that stand in ordinary text are no secrets', () => {
  expect(['true', '1', '8000', '12345678', 'localhost', 'Password', '********', ''].every((value) => isTooPlain(value, 8))).toBeTrue()
  expect(['hunter2!x', '123456789012', 'aaaaaaab'].some((value) => isTooPlain(value, 8))).toBeFalse()
})

test('a name that only may be that of a secret needs a value that looks like one', () => {
  expect(['k9Xw2pQz7LmN4vRt', '-----BEGIN PRIVATE KEY-----\nx'].every(looksRandom)).toBeTrue()
  expect(['/etc/ssl/private/key1', 'primary_index_name', 'short1', 'https://x.y/z1234567', 'two words 12345678'].some(looksRandom)).toBeFalse()
})
