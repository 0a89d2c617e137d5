/** The versions that the recorded clusters ran, by role. */
export const releases = { tikv: '8.5.8', pd: '8.5.5' } as const;
