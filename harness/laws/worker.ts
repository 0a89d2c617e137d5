import { parentPort, workerData } from 'node:worker_threads';
import { checkLaws, type LawRun } from './check-laws.ts';

// One thread's part of the schedules; the answer is the report of a broken law, or nothing.
parentPort?.postMessage(await checkLaws(workerData as LawRun));
