/** Everything that an agent can ask pawl for. */
import { checkTools, type CheckParts } from './check-tools.ts'
import { jobTools, type JobParts } from './job-tools.ts'
import type { Tool } from './tool.ts'

export const toolsOf = (parts: CheckParts & JobParts): readonly Tool[] => [...checkTools(parts), ...jobTools(parts)]

/** Shown to the model beside the tools. */
export const instructions =
  'pawl knows the checks of this repository. Call check after a change and before you say that you are done: it tells what fails and where, and what it proves is not run again later. ' +
  'In a job of pawl, claim_files before you change files, declare_no_change when nothing has to be changed, report_done at the end.'
