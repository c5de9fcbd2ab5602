/** What a user is told about a pawl.yaml, one line each: what the tables of mistakes are compared with. */
import { loadConfig } from './load.ts'
import { memoryFiles } from './presets/memory-files.ts'

/** "line:column what | hint", with long lists of keys cut; and the types of all failures. */
export async function mistakesIn(yaml: string): Promise<{ readonly told: readonly string[]; readonly types: readonly string[] }> {
  const result = await loadConfig(memoryFiles({ 'pawl.yaml': yaml }), { importModule: () => Promise.reject(new Error('nothing to import')) })
  if (result.ok) return { told: ['accepted'], types: [] }
  const told = result.failures.map(
    ({ place, what, hint = '' }) => `${place?.line}:${place?.column} ${what} | ${hint.replace(/(Known keys here: [^,]+, [^,]+).*/, '$1…')}`,
  )
  return { told, types: [...new Set(result.failures.map((failure) => failure.type))] }
}
