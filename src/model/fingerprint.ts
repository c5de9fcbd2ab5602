/** A Fingerprint is the digest of all that a Task can see; its parts are kept so that a difference can be explained. */

/** Lower-case hex SHA-256. */
export type Digest = string

export type FingerprintParts = {
  /** Digest of what the task does: action, exit policy, parser, expanded files. */
  readonly command: Digest
  /** Digest over the sorted (path, mode, content id) of all matching files. */
  readonly files: Digest
  readonly env: Readonly<Record<string, Digest>>
  /** Identity of each program, by the name it is called with. */
  readonly tools: Readonly<Record<string, string>>
  /** Digest of each file outside of git's view; "absent" when it is missing. */
  readonly extra: Readonly<Record<string, Digest>>
  /** Output digests of the tasks it needs. */
  readonly upstream: Digest
  readonly platform: string
  /** Version of the rules by which fingerprints are made. */
  readonly pawl: string
}

export type Fingerprint = { readonly key: Digest; readonly parts: FingerprintParts }
