/** The hashes that pnpm writes into its lockfile. */
import type { Json } from '../../model/json.ts'
import { isJsonTable } from './package-manifests.ts'

/** Both are everywhere where JavaScript runs; this room compiles without the types of any runtime. */
type Runtime = {
  readonly crypto: { readonly subtle: { digest(algorithm: 'SHA-256', data: Uint8Array): Promise<ArrayBuffer> } }
  readonly btoa: (binary: string) => string
}
const runtime = globalThis as unknown as Runtime

export async function sha256(text: string): Promise<{ readonly hex: string; readonly base64: string }> {
  const bytes = [...new Uint8Array(await runtime.crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))]
  return { hex: bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(''), base64: runtime.btoa(String.fromCharCode(...bytes)) }
}

/** As the package "object-hash" does it, which pnpm uses since version 10. Undefined for what it orders in a way of its own. */
export async function objectHash(value: Json): Promise<string | undefined> {
  const text = spelled(value)
  return text === undefined ? undefined : `sha256-${(await sha256(text)).base64}`
}

function spelled(value: Json): string | undefined {
  if (typeof value === 'string') return `string:${value.length}:${value}`
  if (typeof value === 'boolean') return `bool:${value}`
  if (typeof value === 'number') return `number:${value}`
  if (value === null) return 'Null'
  if (!isJsonTable(value)) return undefined
  const keys = Object.keys(value).toSorted()
  const parts = keys.map((key) => spelled(value[key] ?? null))
  return parts.includes(undefined) ? undefined : `object:${keys.length}:${keys.map((key, i) => `${spelled(key)}:${parts[i]},`).join('')}`
}
