/** One thing that was looked at when somebody asks whether pawl can work here. */

export type Symptom = { readonly name: string; readonly state: 'fine' | 'warning' | 'broken'; readonly text: string; readonly hint?: string }
