import cluster from 'node:cluster'

/** The variable by which the primary process numbers its workers. The configuration does not read it. */
export const NUMBER_VARIABLE = 'WORKER_NUMBER'

/** The number of this worker, from 1. A restarted worker keeps it. Null in a process that is not a worker. */
export const workerNumber: number | null = cluster.isWorker ? Number(process.env[NUMBER_VARIABLE]) : null
