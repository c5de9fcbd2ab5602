/** Agent settings of a repository: what by its files would run code with an agent's program, or send its login elsewhere. Plain instructions are none. */
import type { AgentKind } from './agent.ts'
import type { Failure } from './failure.ts'

export type AgentSetting = {
  /** Of a file: relative to the checkout. Of what the configuration says about agents: the name of that. */
  readonly path: string
  /** The programs that would read it. */
  readonly kinds: readonly AgentKind[]
  /** Of its content and of the files of the repository that it names; in hex. Undefined: nobody can read it as a whole, and so nobody can approve of it. */
  readonly digest: string | undefined
  /** What it would run or move, a line each. */
  readonly says: readonly string[]
}

/** A person's yes to one content, kept outside of every repository. */
export type Approval = {
  /** Absolute path of what the repository shares between its checkouts. */
  readonly repository: string
  readonly path: string
  readonly digest: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** Enough to tell contents apart for people. */
export const shortDigest = (digest: string): string => digest.slice(0, 12)

/** "path (digest)". */
export const settingText = ({ path, digest }: AgentSetting): string => `${path} (${digest === undefined ? 'not readable as a whole' : shortDigest(digest)})`

/** Of a turn that was not begun. */
export const unapprovedSettings = ({ why }: { readonly why?: string }, agent: string): Failure => ({
  type: 'agent.unapproved',
  what: `${agent} was not started: it would read settings of this repository that you did not approve of`,
  ...(why === undefined ? {} : { why }),
  kept: 'nothing was spent',
  hint: 'pawl trust shows what they would run, and approves of them if you say so.',
})
