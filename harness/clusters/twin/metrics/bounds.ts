/** Exponential bucket bounds as Prometheus' clients make them: each bound is the one before times `factor`. */
export function exponentialBounds(start: number, factor: number, count: number): number[] {
  const bounds: number[] = [];
  for (let bound = start; bounds.length < count; bound *= factor) bounds.push(bound);
  return bounds;
}

/** The bucket bounds that the real programs use, by the name of the family that they belong to. */
export const bounds = {
  /** Most raftstore and scheduler durations: 10 µs to 335 s. */
  tikvDuration: exponentialBounds(0.00001, 2, 26),
  /** Handing a proposal over: 1 µs to 33 s. */
  tikvShortDuration: exponentialBounds(0.000001, 2, 26),
  /** Commit and engine durations: 10 µs to 6 h. */
  tikvLongDuration: exponentialBounds(0.00001, 2, 32),
  grpcMessage: exponentialBounds(0.00005, 2, 22),
  raftEngineDuration: exponentialBounds(0.00005, 1.8, 26),
  raftEngineBytes: exponentialBounds(256, 1.8, 22),
  proposeBytes: exponentialBounds(8, 2, 22),
  pdRequest: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  etcdDisk: exponentialBounds(0.001, 2, 14),
  etcdRoundTrip: exponentialBounds(0.0001, 2, 16),
  pdTso: exponentialBounds(0.0005, 2, 13),
  pdHeartbeat: exponentialBounds(0.0001, 2, 29),
  pdOperator: [0.5, 1, 2, 4, 8, 16, 20, 40, 60, 90, 120, 180, 240, 300, 480, 600, 720, 900, 1200, 1800, 3600],
} as const;
