/** Whether a build was made from the present sources. */
export function isCurrent(inputs: string): Promise<boolean>
