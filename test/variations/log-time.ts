import { parseJsonLogLine } from '../../harness/telemetry/json-log.ts';
import { parseUnifiedLogLine } from '../../harness/telemetry/unified-log.ts';

/** When a line was written, in either form of log; undefined where it does not say. */
export const parseLogTime = (line: string): number | undefined => (parseUnifiedLogLine('', line) ?? parseJsonLogLine('', line))?.atMs;
