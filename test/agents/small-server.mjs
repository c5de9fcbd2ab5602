// A small MCP server for the tests: one tool, which writes the file "called" into the folder that is named first.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

const answers = {
  initialize: (params) => ({ protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'pawl', version: '1' } }),
  'tools/list': () => ({
    tools: [{ name: 'report_done', description: 'Say that it is done.', inputSchema: { type: 'object', properties: { what: { type: 'string' } } } }],
  }),
  'tools/call': (params) => {
    writeFileSync(join(process.argv[2], 'called'), JSON.stringify(params.arguments))
    return { content: [{ type: 'text', text: 'noted' }] }
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line)
  const result = answers[method]?.(params)
  if (id !== undefined)
    console.log(JSON.stringify(result === undefined ? { jsonrpc: '2.0', id, error: { code: -32601, message: 'unknown' } } : { jsonrpc: '2.0', id, result }))
}
