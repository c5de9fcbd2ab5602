/** Writes schema/events.schema.json; with --check only says whether it is up to date. */
import { settle } from './generated-file.ts'
import { eventSchema } from '../src/faces/reporters/event-schema.ts'

await settle([{ path: 'schema/events.schema.json', text: `${JSON.stringify(eventSchema(), undefined, 2)}\n` }])
