import cluster from 'node:cluster'

/** The variable by which the primary process numbers its workers. The configuration does not read it. */
export const NUMBER_VARIABLE = 'WORKER_NUMBER'

const given = process.env[NUMBER_VARIABLE]

/**
 * The number of this worker, from 1. A restarted worker keeps it. Null in a process that is not a worker, also in one that
 * another program runs in a cluster, such as PM2.
 */
export const workerNumber: number | null = cluster.isWorker && given !== undefined ? Number(given) : null
