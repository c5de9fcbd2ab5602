/** A Stage is a name in the configuration for a group of tasks; here only their order is known. */

/** Stages that are not in the order come after all that are. */
export const stagePlace = (stage: string, order: readonly string[]): number => (order.includes(stage) ? order.indexOf(stage) : order.length)
