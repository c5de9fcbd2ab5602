/** Looks which coding agents there are, whether each of them works, and whether they can be shut in. Nothing is spent. */
import { availableParallelism } from 'node:os'
import { agentNamed } from '../config/ai-fix.ts'
import { knownAgents } from '../config/known-agents.ts'
import type { LoadedConfig } from '../config/load.ts'
import { loadConfig } from '../config/load.ts'
import { importConfig } from './config-module.ts'
import { sandboxTrouble } from '../host/sandbox.ts'
import type { AgentChoice } from '../model/agent.ts'
import { durationText } from '../model/duration.ts'
import { agentVersion, proveAgent, type AgentProof, type ProofWorld } from './agent-proof.ts'
import { newTurnstile } from './jobs/turnstile.ts'
import { environmentOf, type Site } from './site.ts'
import type { Symptom } from './symptom.ts'

/** Milliseconds that a program has to tell its version: somebody waits for the whole list. */
const patienceMs = 900

type Candidate = { readonly choice: AgentChoice; readonly isNamed: boolean }

/** `trial`: each has to edit a file, with a scripted model on loopback. Else only who is there and in which version. */
export async function agentSymptoms(site: Site, { trial }: { readonly trial: boolean }): Promise<readonly Symptom[]> {
  const loaded = await loadConfig(site.files(), { importModule: importConfig })
  // What is wrong with the file is told where the plan is.
  if (!loaded.ok) return []
  const candidates = candidatesIn(site, loaded.value)
  const turnstile = newTurnstile(Math.max(2, Math.floor(availableParallelism() / 2)))
  const agents = candidates.map((one) => (trial ? turnstile(() => tried(site, one)) : listed(site, one)))
  const shut = sandbox(loaded.value.config.work?.sandbox === true)
  return [...(candidates.length === 0 ? [nobody] : await Promise.all(agents)), await shut]
}

const nobody: Symptom = { name: 'agents', state: 'fine', text: `none: PATH has none of ${Object.keys(knownAgents).join(', ')}, and pawl.yaml names none` }

/** Those that pawl.yaml names, and those known by name that are there. */
function candidatesIn(site: Site, loaded: LoadedConfig): readonly Candidate[] {
  const { agents = {}, work, aiFix } = loaded.config
  const named = new Set([...Object.keys(agents), ...[work?.agent, aiFix?.agent].filter((one) => one !== undefined)])
  return [...new Set([...named, ...Object.keys(knownAgents)])].flatMap((name) => {
    const choice = agentNamed(name, undefined, loaded)
    if (!choice.ok) return []
    const isNamed = named.has(name)
    return isNamed || placeOf(site, choice.value) !== undefined ? [{ choice: choice.value, isNamed }] : []
  })
}

const placeOf = (site: Site, { argv, env }: AgentChoice): string | undefined =>
  site.processes.find(argv[0] ?? '', environmentOf(site, site.root, { pass: env, key: [] }), site.root)

function worldOf(site: Site, { env }: AgentChoice): ProofWorld {
  return {
    processes: site.processes,
    env: environmentOf(site, site.root, { pass: env, key: [] }),
    cwd: site.root,
    tag: `pawl-doctor-${process.pid}`,
  }
}

const nameOf = ({ name }: AgentChoice): string => `agent ${name}`

function missing({ choice, isNamed }: Candidate): Symptom {
  const program = choice.argv[0] ?? ''
  return {
    name: nameOf(choice),
    state: isNamed ? 'warning' : 'fine',
    text: `not installed: PATH has no program ${program}`,
    hint: `Install ${program}, or name another agent in pawl.yaml.`,
  }
}

async function listed(site: Site, candidate: Candidate): Promise<Symptom> {
  const { choice } = candidate
  const place = placeOf(site, choice)
  if (place === undefined) return missing(candidate)
  // Of any other program nobody knows what it would do when it is asked.
  const isKnown = choice.kind !== 'command' && choice.kind !== 'acp'
  const version = isKnown ? await agentVersion(choice, { ...worldOf(site, choice), answerMs: patienceMs }) : undefined
  const told = version ?? (isKnown ? `no version within ${durationText(patienceMs)}` : `any program (${choice.kind})`)
  return { name: nameOf(choice), state: 'fine', text: `${told}, ${place}` }
}

async function tried(site: Site, candidate: Candidate): Promise<Symptom> {
  const { choice } = candidate
  const proof = await proveAgent(choice, worldOf(site, choice))
  if (proof.program === undefined) return missing(candidate)
  const state = stateOf(proof, candidate.isNamed)
  const text = [`${proof.version ?? `version not known`}, ${proof.program}`, loginText(choice, proof), ...flagText(proof), trialText(proof)].join('; ')
  return { name: nameOf(choice), state, text, ...(state === 'fine' ? {} : { hint: hintFor(choice, proof) }) }
}

function stateOf({ trial, missingFlags }: AgentProof, isNamed: boolean): Symptom['state'] {
  if (trial.state === 'failed') return isNamed ? 'broken' : 'warning'
  return missingFlags.length > 0 ? 'warning' : 'fine'
}

function loginText({ kind }: AgentChoice, { login }: AgentProof): string {
  if (kind === 'command' || kind === 'acp') return 'login not known'
  return login.state === 'found' ? `login ${login.text}` : `login not known: ${login.text}`
}

const flagText = ({ missingFlags }: AgentProof): readonly string[] => (missingFlags.length === 0 ? [] : [`its help does not name ${missingFlags.join(', ')}`])

function trialText({ trial }: AgentProof): string {
  const time = trial.ms === undefined ? '' : ` in ${durationText(trial.ms)}`
  switch (trial.state) {
    case 'passed':
      return `works: edited a file${time}, for nothing`
    case 'failed':
      return `does not work: ${trial.why ?? 'it did not say why'}`
    case 'untried':
      return `not tried: ${trial.why ?? 'nobody knows how'}`
  }
}

const hintFor = ({ argv }: AgentChoice, { trial }: AgentProof): string =>
  trial.state === 'failed'
    ? `See what it says by itself (${argv.join(' ')}), and whether there is a newer version.`
    : 'Its version may be older or newer than those that pawl knows.'

/** Nobody needs it as long as it is not asked for. */
async function sandbox(isWanted: boolean): Promise<Symptom> {
  const trouble = await sandboxTrouble()
  if (trouble === undefined) return { name: 'sandbox', state: 'fine', text: 'bubblewrap shuts agents in (--sandbox)' }
  const text = `not possible here: ${trouble.why ?? trouble.what}`
  return { name: 'sandbox', state: isWanted ? 'broken' : 'fine', text, ...(trouble.hint === undefined ? {} : { hint: trouble.hint }) }
}
