/** What `import … from 'pawl/testing'` gives: contracts that the parts of plugins must hold, for any test runner. */
export type { ContractCase } from './contracts/contract.ts'
export { parserContract, type ParserSample } from './contracts/parser-contract.ts'
export { adapterContract, type AdapterSamples } from './contracts/adapter-contract.ts'
export { strategyContract, type SampleTask } from './contracts/strategy-contract.ts'
export { presetContract, type PresetTree } from './contracts/preset-contract.ts'
