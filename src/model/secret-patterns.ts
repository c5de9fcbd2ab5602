/** Finds what looks like a key or a password in text that is to be committed. */
import { isTooPlain, looksRandom, secretName } from './secret-name.ts'

export type SeenSecret = {
  /** In words: "a key of AWS". */
  readonly kind: string
  /** Starts at 1. */
  readonly line: number
}

type Form = { readonly kind: string; readonly pattern: RegExp }

/** Each begins with something that nothing else begins with. */
const forms: readonly Form[] = [
  { kind: 'a private key', pattern: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----/ },
  { kind: 'a key of AWS', pattern: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/ },
  { kind: 'a token of GitHub', pattern: /\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{50,}\b/ },
  { kind: 'a token of GitLab', pattern: /\bgl(?:pat|dt|ptt|rt|cbt|ft|soat)-[\w-]{20,}/ },
  { kind: 'a token of Slack', pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{20,}|\bxapp-\d-[A-Z0-9]+-\d+-[a-z0-9]{20,}/ },
  { kind: 'an address of Slack to post to', pattern: /hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9+/]{30,}/ },
  { kind: 'a key of Stripe', pattern: /\b(?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{16,}|\bwhsec_[A-Za-z0-9+/]{24,}/ },
  { kind: 'a key of Google', pattern: /\bAIza[\w-]{35}\b|\bGOCSPX-[\w-]{28}\b|\bya29\.[\w-]{30,}/ },
  { kind: 'a key of Anthropic', pattern: /\bsk-ant-[a-z0-9]+-[\w-]{20,}/ },
  { kind: 'a key of OpenAI', pattern: /\bsk-(?:proj|svcacct|admin)-[\w-]{20,}|\bsk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}\b/ },
  { kind: 'a token of npm', pattern: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { kind: 'a token of npm', pattern: /\/\/[\w.-]+(?::\d+)?\/[^\s=]*:_(?:authToken|auth|password)\s*=\s*(?!\$\{)[^\s$]{8,}/ },
  { kind: 'a token of PyPI', pattern: /\bpypi-AgE[\w-]{50,}/ },
  { kind: 'a token of Hugging Face', pattern: /\bhf_[A-Za-z]{30,}\b/ },
  { kind: 'a key of SendGrid', pattern: /\bSG\.[\w-]{20,24}\.[\w-]{39,50}\b/ },
  { kind: 'a key of Twilio', pattern: /\bSK[0-9a-f]{32}\b/ },
  { kind: 'a key of Mailgun', pattern: /\bkey-[0-9a-f]{32}\b/ },
  { kind: 'a token of DigitalOcean', pattern: /\bdo[oprt]_v1_[0-9a-f]{64}\b/ },
  { kind: 'a token of Docker Hub', pattern: /\bdckr_(?:pat|oat)_[\w-]{20,}/ },
  { kind: 'a token of Databricks', pattern: /\bdapi[0-9a-f]{32}\b/ },
  { kind: 'a token of Vault', pattern: /\bhv[sbr]\.[\w-]{24,}/ },
  { kind: 'a token of Linear', pattern: /\blin_(?:api|oauth)_[A-Za-z0-9]{32,}/ },
  { kind: 'a token of Shopify', pattern: /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}\b/ },
  { kind: 'a key of age', pattern: /\bAGE-SECRET-KEY-1[A-Z0-9]{58}\b/ },
  { kind: 'a token of a bot of Telegram', pattern: /\b\d{8,10}:AA[\w-]{33}\b/ },
  { kind: 'an address of Discord to post to', pattern: /discord(?:app)?\.com\/api\/webhooks\/\d{17,20}\/[\w-]{60,}/ },
  { kind: 'a key of Azure', pattern: /\bAccountKey=[A-Za-z0-9+/]{80,}={0,2}/ },
  { kind: 'a signed token', pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/ },
  {
    kind: 'a password in an address',
    pattern:
      /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/?#@'"`<>{}$]{1,64}:(?!\$|\{|<|\*|%s|x{3}|password@|pass@|secret@|changeme@|postgres@|root@)[^\s:/?#@'"`<>{}$]{6,128}@(?!localhost\b|127\.|example\.|[\w.-]+\.(?:example|invalid|test)\b)[\w.-]+/i,
  },
]

/** `name = "value"`, `name: value`, `"name": "value"`. */
const assignment = /(?:^|[\s,{(;"'`])([A-Za-z][\w.-]{1,60})["'`]?\s*(?::=|=>|=|:)\s*(["'`]?)([^\s"'`,;(){}[\]<>]{12,200})\2/g

const mostLineLength = 20_000

/** Of a line without one of these nothing is looked at closely: most lines. */
const hint = /[A-Za-z0-9+/_-]{12}|-----BEGIN|:\/\//

/** In order of lines; each kind once for a line. Never the secret itself. */
export function secretsIn(text: string): readonly SeenSecret[] {
  return text.split('\n').flatMap((whole, at): readonly SeenSecret[] => {
    const line = whole.slice(0, mostLineLength)
    if (!hint.test(line)) return []
    const known = forms.filter(({ pattern }) => pattern.test(line)).filter(({ pattern }) => !isSample(pattern.exec(line)?.[0] ?? ''))
    if (known.length > 0) return [...new Set(known.map(({ kind }) => kind))].map((kind) => ({ kind, line: at + 1 }))
    return assigns(line) ? [{ kind: 'a value with the name of a secret', line: at + 1 }] : []
  })
}

/** Documentation shows keys that are none. */
const isSample = (found: string): boolean => /EXAMPLE|X{6}|x{6}|0{8}|1234567890|abcdefgh|\.\.\.|<|your[-_]/i.test(found)

function assigns(line: string): boolean {
  for (const [, name = '', quote = '', value = ''] of line.matchAll(assignment)) {
    if (secretName(name) !== 'surely' || isTooPlain(value, 12) || isSample(value) || !looksRandom(value)) continue
    // Code that gets it from elsewhere: a call, a variable, a path.
    if (quote === '' && /^(?:process\.|os\.|env\.|config\.|this\.|self\.)|^\$|^[a-z]+(?:[A-Z][a-z]+)+\d*$|\.\w+\.\w+/.test(value)) continue
    if (distinct(value) >= 8) return true
  }
  return false
}

const distinct = (text: string): number => new Set(text).size
