import cluster from 'node:cluster'

/** Variable that passes the worker's number from the primary process. The configuration does not read it. */
export const NUMBER_VARIABLE = 'WORKER_NUMBER'

const given = process.env[NUMBER_VARIABLE]

/**
 * This worker's number, starting at 1. A restarted worker keeps its number. Null in a process that is not a worker,
 * even in another program's cluster, such as PM2's.
 */
export const workerNumber: number | null = cluster.isWorker && given !== undefined ? Number(given) : null
