/** A Failure says why *we* could not do our work: what happened, why, what was kept, what to try, and where. */

import { refusalIn } from './refusal.ts'

/** A position in a file. Lines and columns start at 1. */
export type Place = { readonly file: string; readonly line?: number; readonly column?: number }

/** Every failure pawl can report, with the sentence that explains it in the docs. These names are public API. */
export const failureTypes = {
  'args.unknown-command': 'The first word is no command of pawl.',
  'args.unknown-flag': 'A flag that this command does not have.',
  'args.bad-value': 'A flag or an environment variable has a value that it cannot have.',
  'args.conflict': 'Two flags contradict each other.',
  'config.unreadable': 'The configuration file cannot be read or is not valid YAML.',
  'config.invalid': 'A key of the configuration is unknown or has a value of the wrong shape.',
  'config.unknown-task': 'A check needs, follows or is fixed by a task that does not exist.',
  'config.cycle': 'Tasks need each other in a circle.',
  'config.files-in-shell': 'A command that goes through a shell uses {files}; file names are never put in a shell string.',
  'config.unwritable': 'A command is to change pawl.yaml, and there is none that it may change.',
  'plugin.unloadable': 'A plugin cannot be loaded: it is not there, throws, or is no plugin.',
  'plugin.clash': 'Two plugins, or two parts of one, have the same name.',
  'plugin.broken': 'Code of a plugin threw, or answered with something that it must not answer with.',
  'detect.unreadable': 'A file that says what this repository is cannot be parsed.',
  'plan.empty': 'There is nothing to do: no check was detected, configured or selected.',
  'plan.unconcerned': 'No check concerns the selected files.',
  'plan.no-match': 'A selection (--only, --skip, --stage) names nothing in the plan.',
  'repo.no-git': 'The command needs a git repository and this folder is none.',
  'repo.bad-ref': 'A git reference given by the user does not exist.',
  'repo.git-failed': 'git could not answer.',
  'repo.no-identity': 'git does not know who makes commits here.',
  'repo.no-such-file': 'A file named on the command line does not exist.',
  'tool.missing': 'A program that a required check needs is not installed.',
  'tool.crashed': 'A tool ended by a signal or with an exit code that it does not define.',
  'tool.unparsed': 'A tool printed something that pawl could not read although it must.',
  'system.refused': 'The operating system refused a call for want of something: files, memory, space, permission or a healthy disk.',
  'process.spawn': 'The operating system refused to start a program.',
  'task.lost': 'pawl was ended while this task ran; nobody knows how it ended.',
  'task.unkeyed': 'The inputs of a task could not be read.',
  'staged.apart': 'The files on disk are not what is to be committed or pushed, so a copy of that was checked, without fixes.',
  'staged.unsettled': 'What is staged is not what was checked: a fix or somebody else changed files meanwhile.',
  'hooks.foreign': 'A git hook that pawl did not write is in the way; it was not changed.',
  'hooks.bad-input': 'git told a hook something that pawl does not understand.',
  'init.foreign': 'Something that pawl did not write, or that was changed since, is where pawl init would write; it was not changed.',
  'init.unreadable': 'A file that pawl init would add to cannot be parsed; it was not changed.',
  'undo.nothing': 'There is no run whose fixes could be taken back.',
  'undo.edited': 'A file was edited after the fix; taking the fix back would lose that edit.',
  'undo.unwritable': 'A file could not be put back: the system refused to write it.',
  'undo.lost-copy': 'The copy of a file from before the fix is gone from the cache.',
  'lock.busy': 'Another run holds this repository and did not finish in time.',
  'store.unusable': 'The folder for state cannot be created, opened or written.',
  'store.newer': 'The state was written by a newer pawl.',
  'store.recovered': 'Damaged state was set aside and started anew.',
  'cache.damaged': 'A stored result did not match its digest and was set aside.',
  'disk.low': 'There is less free disk space than required.',
  'report.unwritten': 'What pawl had to say could not be written to the end.',
  'run.unknown': 'No run has this number.',
  'coverage.no-mark': 'There is no mark of coverage that could be changed or compared with.',
  'coverage.marked': 'There is a mark of coverage already; it was not replaced.',
  'coverage.not-lower': 'The mark of coverage was to be lowered to something that is not below it.',
  'agent.unknown': 'No agent has this name.',
  'agent.missing': 'The program of an agent is not installed, or no agent was named and none was found.',
  'agent.unasked': 'Nobody can be asked whether an edit of an agent may be applied.',
  'agent.no-copy': 'No copy of the working copy can be made in which an agent could be trusted to work.',
  'agent.no-sandbox': 'There is no sandbox, or none that shuts in what it has to; nothing was started.',
  'agent.hostile': 'What an agent committed could do harm where it is checked out; nothing of it was taken.',
  'agent.unapproved': 'The repository has settings for the program of an agent that nobody approved of, and it would read them; it was not started.',
  'agent.login': 'The model of an agent refused the login.',
  'agent.quota': 'The quota of the model is used up for now.',
  'agent.overloaded': 'The model of an agent could not be reached, or had no room.',
  'agent.stopped': 'An agent stopped before its work was done: its model refused, or what it was told was too long.',
  'agent.crashed': 'The program of an agent did not end as it should.',
  'agent.edited': 'A file was edited while an agent worked on it; nothing of the agent was applied.',
  'agent.idle': 'An agent says that it is done, and has changed nothing.',
  'land.unproven': 'Nothing can be landed, because the branch itself does not pass its checks.',
  'agent.odd-file': 'An agent made something that is not taken from it: a link, a repository of its own, a very large file.',
  'worktree.unmade': 'No worktree could be made in which an agent works.',
  'worktree.changed': 'A worktree is not what was leased: its folder, its branch, or what git knows of it is another.',
  'worktree.kept': 'A worktree was not removed: it is locked, or something in it would be lost.',
  'worktree.uncommittable': 'What an agent left in its worktree cannot be committed as it is.',
  'rescue.unknown': 'No rescued work has this name, or it cannot be restored there.',
  'checkout.breached': 'The repository changed, outside of the worktrees, while agents worked.',
  'prompt.unparsed': 'A text that should name prompts has a line that names none, or that can be understood in two ways.',
  'prompt.missing': 'A prompt, or a file or folder that should hold prompts, does not exist.',
  'prompt.unreadable': 'A prompt is empty, too large or no text in UTF-8.',
  'prompt.invalid': 'The front matter of a prompt has an unknown key or a value that it cannot have.',
  'prompt.unknown-dependency': 'A prompt depends on one that was not named.',
  'prompt.cycle': 'Prompts depend on each other in a circle.',
  'job.none': 'There is no exchange folder of a job: the variable PAWL_JOB does not name one of this user.',
  'job.unknown': 'No job of the run of agents has this name, or no question of an agent.',
  'job.idle': 'No run of agents is going on, or nothing of it is left to be done.',
  'job.full': 'The exchange folder of a job takes no more records.',
  'watch.polling': 'Changes of files cannot be heard here, so pawl watch looks for them every so often.',
  'watch.restless': 'The same files change during every run, so pawl watch waits longer before it runs again.',
  'land.restless': 'The branch that was to be landed on moved away again and again.',
  'land.unjudged': 'The gate of a branch said nothing of some of its checks, so nothing is proven.',
  'land.unmergeable': 'git could not compute the merges of what is to land.',
  'land.not-forward': 'A branch may only move forward, and the commit does not contain what the branch holds.',
  'land.checked-out': 'A branch that is checked out somewhere is never moved from outside.',
  'land.unclean': 'The checkout of the branch has changes that are not committed, or is in the middle of something.',
  'push.no-remote': 'There is no remote that the default branch comes from, so nothing can be pushed.',
  'push.refused': 'pawl does not push this: it is a branch of others, or the remote is not what it was.',
  'push.rejected': 'A remote did not take a branch.',
  'push.unreachable': 'A remote could not be reached, did not let pawl in without asking, or did not answer in time.',
  'pull-request.unready': 'Pull requests were asked for and cannot be opened from here.',
  'pull-request.unopened': 'A branch was pushed, and no pull request could be opened for it.',
  'roadmap.missing': 'There is no roadmap where one was looked for.',
  'roadmap.unreadable': 'A roadmap is too large, too deep, no text in UTF-8, or not what its ending says.',
  'roadmap.empty': 'A roadmap has no task in it, so there is nothing that could be done.',
  'roadmap.invalid': 'A roadmap says something that it cannot say: the same id twice, a value that is none, something that is not there.',
  'roadmap.cycle': 'Tasks, groups or phases of a roadmap wait for each other in a circle.',
  'roadmap.unsure': 'Something in a roadmap was not understood, or only inferred; it keeps nothing from going on.',
  'roadmap.drift': 'What is recorded under the id of a task was about another content; it counts for nothing.',
  'roadmap.unknown-task': 'No phase, group or task of the roadmap has this name.',
  'roadmap.idle': 'Nothing of the roadmap is left to be done, or nothing of it can be.',
  'roadmap.unready': 'Something that a run of the roadmap needs is not there; nothing was started.',
  'service.unready': 'A service that the work needs could not be started, or did not become ready in time.',
  'service.lost': 'A service ended while work still needed it; the work was stopped.',
  'service.unended': 'Nobody knows whether a service that pawl started has ended.',
  'port.unleasable': 'No ports of its own could be leased to a checkout or a service.',
  'persist.unsupported': 'The shell profile to write to could not be determined.',
  'pawl.bug': 'pawl itself is wrong.',
} as const

export type FailureType = keyof typeof failureTypes

export type Failure = {
  readonly type: FailureType
  /** What happened, in one sentence without a full stop. */
  readonly what: string
  readonly why?: string
  /** What was kept or left untouched. */
  readonly kept?: string
  /** What the user can try next. */
  readonly hint?: string
  readonly place?: Place
}

/** Either a value or the reasons why there is none. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failures: readonly Failure[] }

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })
export const failed = (...failures: readonly Failure[]): Result<never> => ({ ok: false, failures })

/** "pawl.yaml:3:5 " or nothing: the place as editors and terminals can click it. */
export function placeText(place: Place | undefined): string {
  if (place === undefined) return ''
  const line = place.line === undefined ? '' : `:${place.line}${place.column === undefined ? '' : `:${place.column}`}`
  return `${place.file}${line}`
}

/** The Failure that an error of a port carries as its cause, or that a refusal of the operating system is: trouble of the world, not a bug. */
export function failureIn(error: unknown): Failure | undefined {
  const cause: unknown = error instanceof Error ? error.cause : undefined
  if (cause === undefined) return refusalIn(error)
  return typeof cause === 'object' && cause !== null && 'type' in cause && typeof cause.type === 'string' && cause.type in failureTypes
    ? (cause as Failure)
    : undefined
}

/** A mistake of ours. Thrown once, caught once in `app`, exit code 70. */
export class Bug extends Error {
  override name = 'Bug'
}

/** The default of a switch that must be complete: it does not compile while a case is missing. */
export function unreachable(value: never): never {
  throw new Bug(`unreachable: ${JSON.stringify(value)}`)
}
