/** What an agent in the sandbox can ask pawl for during a turn. pawl itself answers, outside, through a door in that sandbox; who speaks the protocol is given by a face. */
import { callerArgv, openDoor, type Caller, type Listener } from '../../host/agent-door.ts'
import { jobFolder } from '../../host/jobs-folder.ts'
import type { LeasedClone } from '../../host/leased-clone.ts'
import type { Clock } from '../../model/clock.ts'
import type { AttemptContext } from '../../model/executor.ts'
import { ok, type Result } from '../../model/failure.ts'
import type { Processes } from '../../model/processes.ts'
import type { CheckedHere, HereWish } from '../check-here.ts'
import type { LookedAt } from '../look-here.ts'
import { askedChecks } from './asked-checks.ts'
import type { CheckoutParts } from './job-checkout.ts'
import { stackOf } from '../../model/thrown.ts'

export type { Caller, Listener }

export type Askable = {
  /** Of what is in the clone now. One at a time. */
  check(wish: HereWish): Promise<Result<CheckedHere>>
  /** A name that is no check of the gate is a failure. */
  look(name: string): Promise<Result<LookedAt>>
  /** Names the folder of the job, by which its tools know it. */
  readonly env: Readonly<Record<string, string>>
  readonly clock: Clock
  /** A line of JSON, in which places are called as the agent sees them. */
  shown(line: string): string
  /** Told of a bug; who asked has been told already. */
  broken(error: unknown): void
}

/** Of one turn: what is said by whoever comes in is heard, and answered. */
export type Answering = (askable: Askable) => (caller: Caller) => Listener

export type Answered = {
  /** To be lent to the sandbox, to be read only. */
  readonly folder: string
  /** What the program of the agent starts to ask; undefined: it cannot. `processes`: those in the sandbox. */
  argvIn(processes: Processes): readonly string[] | undefined
  /** May be called again. */
  over(): Promise<void>
}

export type AnsweringParts = CheckoutParts & { readonly answering: Answering }

/** Where tools of the system lie, in every sandbox. */
export const systemPath = '/usr/bin:/bin:/usr/local/bin'

/** `papers`: the folder of the job. */
export async function answered(
  parts: AnsweringParts,
  { job, papers, clone }: { readonly job: string; readonly papers: string; readonly clone: LeasedClone },
  context: AttemptContext,
): Promise<Result<Answered>> {
  const { site, run, answering } = parts
  const checks = askedChecks(parts, job, clone, context)
  const answer = answering({
    check: (wish) => checks.check(wish),
    look: (name) => checks.look(name),
    env: { PAWL_JOB: papers },
    clock: site.clock,
    shown: (line) => checks.shown(line),
    broken: (error) => context.output(`pawl itself is wrong: ${stackOf(error)}\n`),
  })
  const door = await openDoor(await jobFolder(site.stateFolder, run, `${job}.door`), answer)
  if (!door.ok) return door
  const { folder } = door.value
  return ok({
    folder,
    argvIn(processes) {
      const perl = processes.find('perl', { PATH: systemPath }, clone.lease.folder)
      return perl === undefined ? undefined : callerArgv(perl, folder)
    },
    async over() {
      await door.value.close()
      await checks.over()
    },
  })
}
