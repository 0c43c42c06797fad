import cluster from 'node:cluster'

/** The variable in which the primary process passes a number to each worker. The configuration does not read it. */
export const NUMBER_VARIABLE = 'WORKER_NUMBER'

const given = process.env[NUMBER_VARIABLE]

/**
 * The number of this worker, starting at 1. A restarted worker keeps its number. Null in a process that is not a
 * worker, even if another program, such as PM2, runs it in a cluster.
 */
export const workerNumber: number | null = cluster.isWorker && given !== undefined ? Number(given) : null
