/** Turns a Proof into a row of the cache and back; a row that is not exactly what was written is no proof. */
import type { Digest } from '../model/fingerprint.ts'
import type { Proof } from '../model/proof.ts'
import { digestOf, isDigest } from './cache-blobs.ts'
import { isSound } from './cache-outputs.ts'
import type { Row } from './sqlite.ts'
import { parsedJson } from '../model/json.ts'

export type ContentRef = { readonly digest: Digest; readonly size: number }

export type StoredProof = {
  /** A mark that is large is kept as a content of its own: all proofs of a run share it. */
  readonly proof: Omit<Proof, 'mark'> & { readonly mark?: Proof['mark'] }
  readonly markDigest?: Digest
  /** Every content that must be there for the proof to hold. */
  readonly refs: readonly ContentRef[]
}

type Body = { readonly proof: StoredProof['proof']; readonly markAt?: ContentRef; readonly logAt?: ContentRef }

export function bodyOf(proof: Proof, log: ContentRef | undefined, mark: ContentRef | undefined): string {
  const { mark: inline, ...rest } = proof
  const body: Body = {
    proof: mark === undefined ? { ...rest, mark: inline } : rest,
    ...(mark === undefined ? {} : { markAt: mark }),
    ...(log === undefined ? {} : { logAt: log }),
  }
  return JSON.stringify(body)
}

/** Binds the body to its key and task: a row that was swapped with another is noticed. */
export const sumOf = (key: Digest, task: string, body: string): Digest => digestOf(JSON.stringify([key, task, body]))

/** Undefined when the row is damaged. */
export function proofOf(row: Row): StoredProof | undefined {
  const { key, task, body, sum } = row
  if (typeof key !== 'string' || typeof task !== 'string' || typeof body !== 'string' || sum !== sumOf(key, task, body)) return undefined
  const value = parsedJson(body)
  if (!isBody(value)) return undefined
  const { proof, markAt, logAt } = value
  if (proof.key !== key || proof.task !== task || proof.log !== logAt?.digest || (proof.mark === undefined) === (markAt === undefined)) return undefined
  if (proof.outputs !== undefined && !isSound(proof.outputs)) return undefined
  const outputs = (proof.outputs?.files ?? []).map((file) => ({ digest: file.content, size: file.size }))
  return { proof, ...(markAt === undefined ? {} : { markDigest: markAt.digest }), refs: [markAt, logAt, ...outputs].filter((ref) => ref !== undefined) }
}

function isBody(value: unknown): value is Body {
  return isObject(value) && isProof(value['proof']) && [value['markAt'], value['logAt']].every((ref) => ref === undefined || isRef(ref))
}

const isRef = (value: unknown): value is ContentRef => isObject(value) && isDigest(value['digest']) && Number.isSafeInteger(value['size'])

/** The digest of the row vouches for what lies deeper: only what pawl itself wrote has one. */
function isProof(value: unknown): value is StoredProof['proof'] {
  if (!isObject(value) || !isDigest(value['key']) || typeof value['task'] !== 'string') return false
  const numbers = [value['run'], value['at'], value['durationMs']].every((number) => typeof number === 'number')
  const objects = isObject(value['parts']) && (value['mark'] === undefined || isObject(value['mark']))
  return numbers && objects && Array.isArray(value['findings']) && (value['outputs'] === undefined || isOutputs(value['outputs']))
}

function isOutputs(value: unknown): boolean {
  return (
    isObject(value) &&
    Array.isArray(value['files']) &&
    value['files'].every((file: unknown) => isObject(file) && typeof file['path'] === 'string' && typeof file['mode'] === 'number')
  )
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
