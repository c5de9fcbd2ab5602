/** Asks the hub of a repository (GitHub) through its own program, gh: the login is that of the user, and nobody is asked for anything. */
import { join } from 'node:path'
import { withoutLogin, type Remote } from '../../host/push-branch.ts'
import { saveAtomic } from '../../host/save-atomic.ts'
import { jobFolder } from '../../host/jobs-folder.ts'
import { newCancellation } from '../../model/cancellation.ts'
import type { Failure } from '../../model/failure.ts'
import { environmentOf, type Site } from '../site.ts'
import { parsedJson } from '../../model/json.ts'

export type Hub = {
  /** owner/name. */
  readonly path: string
  get(way: string): Promise<Answer>
  /** `value` goes through a file, so that no text of others stands in a command line. */
  post(way: string, value: Readonly<Record<string, unknown>>): Promise<Answer>
}

export type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string; readonly status?: number }

const answerMs = 60_000

/** Undefined: its address names no repository of a hub. */
export function hubPath({ url }: Remote): { readonly host: string; readonly path: string } | undefined {
  const match =
    /^(?:https?|ssh|git):\/\/(?:[^/@\s]*@)?([^/:\s]+)(?::\d+)?\/([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(url) ??
    /^(?:[^@/\s]+@)([^:/\s]+):([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(url)
  const [, host, path] = match ?? []
  return host === undefined || path === undefined ? undefined : { host, path }
}

/** Or why there is no program for it. */
export function hubOf(site: Site, remote: Remote, run: number | undefined): Hub | Failure {
  const kept = run === undefined ? 'nothing was started' : 'everything is kept here'
  const at = hubPath(remote)
  if (at === undefined)
    return {
      type: 'pull-request.unready',
      what: `${remote.name} is no repository of GitHub`,
      why: `its address is ${withoutLogin(remote.url)}`,
      kept,
      hint: 'Push the branch yourself.',
    }
  // Not the tools of the repository: this one gets the login.
  const env = { ...environmentOf(site, site.root, { pass: [...logins], key: [] }), ...quiet, PATH: site.env['PATH'] ?? '' }
  const program = site.processes.find('gh', env, site.root)
  if (program === undefined)
    return {
      type: 'tool.missing',
      what: 'pull requests need gh, which is not installed',
      why: 'PATH has no program gh',
      kept,
      hint: 'Install GitHub CLI and log in: gh auth login',
    }
  const asked = async (words: readonly string[]): Promise<Answer> => {
    const argv = [program, 'api', '--hostname', at.host, ...words]
    const ran = await site.processes.run({ argv, cwd: site.root, env, timeoutMs: answerMs, tag: `pawl-gh-${process.pid}`, cancellation: newCancellation() })
    if (!ran.ok) return { ok: false, why: ran.failure.what }
    const { kind, code, stdout, stderr } = ran.exit
    if (kind === 'timed-out') return { ok: false, why: `gh did not answer within ${answerMs / 1000} s` }
    if (code !== 0) {
      const status = /HTTP (\d{3})/.exec(stderr)?.[1]
      const why =
        [stderr, stdout].map((text) => withoutLogin(text).trim().split('\n')[0] ?? '').find((line) => line !== '') ??
        `gh ended with exit code ${code ?? 'none'}`
      return { ok: false, why: why.slice(0, 300), ...(status === undefined ? {} : { status: Number(status) }) }
    }
    return parsed(stdout)
  }
  return {
    path: at.path,
    get: (way) => asked(['--method', 'GET', way]),
    async post(way, value) {
      const file = join(await jobFolder(site.stateFolder, run ?? 0, 'pull-requests'), 'request.json')
      await saveAtomic(file, JSON.stringify(value))
      return asked(['--method', 'POST', way, '--input', file])
    },
  }
}

const logins = ['GH_*', 'GITHUB_TOKEN', 'GITHUB_ENTERPRISE_TOKEN', 'DBUS_SESSION_BUS_ADDRESS'] as const
const quiet = { GH_PROMPT_DISABLED: '1', GH_NO_UPDATE_NOTIFIER: '1', GIT_TERMINAL_PROMPT: '0', NO_COLOR: '1' } as const

function parsed(text: string): Answer {
  const value = parsedJson(text)
  return value === undefined ? { ok: false, why: `gh answered with something that is no JSON: ${text.slice(0, 100)}` } : { ok: true, value }
}
